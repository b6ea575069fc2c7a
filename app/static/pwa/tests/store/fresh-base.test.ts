// A base that grows: what is asked for is there as soon as its part is, the rest is sorted in when there is time.
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FreshBase } from '../../src/store/fresh-base'
import { homeOf, idOf } from '../../src/store/buckets'
import { fnv1a, type Row } from '../../src/sync/protocol'

const EACH = 2_000
const LOT = 'L'.repeat(60)
const encoded = (entity: string, rows: unknown[]) => new TextEncoder().encode(JSON.stringify({ entity, rows }))
const item = (id: number): Row => [id, `Art-${id}`, `Goods of number ${id}`, 'piece', 0, 'none', 0, '', 0, null, [String(10_000_000_000_000 + id)]]
const items = (part: number) => Array.from({ length: EACH }, (_, index) => item(part * EACH + index + 1))
const cells = (part: number) => items(part).map(([id]): Row => [id!, LOT, 9, '1'])

/** Three parts of items and one of stock, all of which wait. */
async function grown(): Promise<FreshBase> {
  const base = new FreshBase(0, 1, ['a', 'b', 'c', 's'].map((hash) => ({ hash, bytes: 1, rows: EACH })))
  for (const [part, hash] of ['a', 'b', 'c'].entries()) await base.add(hash, encoded('item', items(part)))
  await base.add('s', encoded('stock', cells(2)))
  return base
}

const ofItem = (base: FreshBase, id: number) => base.peek(idOf(0, 'item', homeOf('item', [id])))?.find(([found]) => found === id)
const ofCode = (base: FreshBase, code: string) => base.peek(idOf(0, 'barcode', homeOf('barcode', [code])))?.filter(([found]) => found === code)
/** Whether any code of a part was sorted in: its own bucket tells. */
const isSortedIn = (base: FreshBase, id: number) => (ofCode(base, `ART-${id}`) ?? []).length > 0

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('a base that grows', () => {
  test('has what a code stands on once that is sought, and leaves the other parts waiting', async () => {
    const base = await grown()
    expect(base.hasCatalogue()).toBe(true)
    base.seek(['10000000004321'])
    expect(ofCode(base, '10000000004321')).toEqual([['10000000004321', 4_321, 0]])
    expect([1, 2_001, 4_321].map((id) => isSortedIn(base, id))).toEqual([false, false, true])
  })

  test('finds codes in whatever letters they are typed, and takes no quantity for a code', async () => {
    const base = await grown()
    base.seek(['ART-2500', '1'])
    expect([1, 2_001, 4_001].map((id) => isSortedIn(base, id))).toEqual([false, true, false])
    expect(base.checksum).toBe(0)
  })

  test('has an item that is looked up by its number, out of the one part that can hold it', async () => {
    const base = await grown()
    expect(ofItem(base, 2_345)).toEqual(item(2_345))
    expect([1, 2_001, 4_001].map((id) => isSortedIn(base, id))).toEqual([false, true, false])
    expect(ofItem(base, 2_346)).toEqual(item(2_346))
    expect(isSortedIn(base, 1)).toBe(false)
  })

  test('sorts in a part whenever none has come for a moment', async () => {
    const base = await grown()
    expect(isSortedIn(base, 1)).toBe(false)
    await vi.advanceTimersByTimeAsync(160)
    expect([1, 2_001].map((id) => isSortedIn(base, id))).toEqual([true, false])
    await vi.advanceTimersByTimeAsync(160)
    expect([1, 2_001].map((id) => isSortedIn(base, id))).toEqual([true, true])
  })

  test('holds every row once when all is settled, whatever was asked for before', async () => {
    const base = await grown()
    base.seek(['ART-4001'])
    ofItem(base, 1)
    const settled = base.settle()
    await vi.runAllTimersAsync()
    await settled
    for (const id of [1, 2_000, 2_001, 4_000, 4_001, 6_000]) expect(ofCode(base, `ART-${id}`)).toEqual([[`ART-${id}`, id, 1]])
    const parts = cells(2).map(([id]) => fnv1a(`${id}|${LOT}|9|1`))
    expect(base.checksum).toBe(parts.reduce((sum, part) => (sum + part) % 2 ** 32, 0))
  })
})
