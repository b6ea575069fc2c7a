import { describe, expect, test } from 'vitest'
import type { CountBody } from '../../src/floor'
import {
  changeCount, countAsExpected, countDetail, countOperations, countRestAsZero, countScan, differenceOf, dropCount, emptyCount, openCount, uncounted,
  type CountDraft, type ExpectedCell,
} from '../../src/screens/drafts/count-draft'
import type { Scanned } from '../../src/screens/drafts/scanned'
import { items } from '../../src/screens/testing/small-world'
import { parseQuantity } from '../../src/sync/quantity'

const BIN = 31
const item = (id: number) => items.find((one) => one.id === id)!
const [assam, oolong, teapot, scale] = [item(11), item(13), item(14), item(15)]
const cell = (which: typeof assam, lot: string, quantity: string, serials: string[] = []): ExpectedCell => ({
  item: which.id, lot, quantity: parseQuantity(quantity), expiresOn: null, serials,
})
const goods = (which: typeof assam, rest: Partial<Scanned> = {}): Scanned => ({
  item: which.id, code: '', symbology: '', lot: '', serial: '', expiresOn: null, quantity: '', ...rest,
})
const see = (draft: CountDraft, which: typeof assam, rest: Partial<Scanned> = {}) => countScan(draft, goods(which, rest), which)
const bodies = (draft: CountDraft) => countOperations(draft, []).map(({ body }) => body as CountBody)

const shelf = openCount(BIN, false, [cell(assam, 'T2401', '24'), cell(teapot, '', '2'), cell(oolong, 'O-77', '0')])

describe('counting a place', () => {
  test('empty cells are not expected and nothing is counted at first', () => {
    expect(shelf.lines.map((line) => line.item)).toEqual([11, 14])
    expect(uncounted(shelf)).toHaveLength(2)
    expect(bodies(shelf)).toEqual([])
  })

  test('each scan of an expected item is one more of it', () => {
    let { draft } = see(shelf, teapot)
    draft = see(draft, teapot).draft
    expect(bodies(draft)).toEqual([{ item: 14, location: BIN, quantity: '2' }])
    expect(differenceOf(draft.lines[1]!)).toBe(0n)
  })

  test('goods that nobody expected are found, and differ by all of them', () => {
    const { draft, note } = see(shelf, assam, { lot: 'T2402', quantity: '12' })
    expect(note).toBe('found')
    expect(draft.lines[0]).toMatchObject({ lot: 'T2402', expected: null, counted: '12' })
    expect(differenceOf(draft.lines[0]!)).toBe(parseQuantity('12'))
  })

  test('what was not counted becomes 0 only when asked for', () => {
    const { draft } = see(shelf, teapot)
    expect(bodies(draft)).toHaveLength(1)
    expect(bodies(countRestAsZero(draft))).toContainEqual({ item: 11, lot: 'T2401', location: BIN, quantity: '0' })
  })

  test('zero can be typed and counts as counted', () => {
    const draft = changeCount(shelf, 1, { counted: '0' })
    expect(bodies(draft)).toEqual([{ item: 11, lot: 'T2401', location: BIN, quantity: '0' }])
  })

  test('a lot label turns what was seen last to the line of that lot', () => {
    let { draft } = see(shelf, assam, { lot: '' })
    expect(draft.lines).toHaveLength(2)
    const lotless = openCount(BIN, false, [cell(teapot, '', '2')])
    draft = see(see(lotless, assam).draft, assam).draft
    draft = countDetail(draft, goods(assam, { lot: 'T2402' }), assam).draft
    expect(bodies(draft)).toEqual([{ item: 11, lot: 'T2402', location: BIN, quantity: '2' }])
  })

  test('goods by weight ask for their quantity', () => {
    expect(see(shelf, oolong).note).toBe('wants_quantity')
  })

  test('a count without place gives nothing', () => {
    expect(countOperations(emptyCount(true), [])).toEqual([])
  })

  test('a line found by mistake can be taken out', () => {
    const { draft } = see(shelf, assam, { lot: 'T2402' })
    expect(dropCount(draft, 3).lines).toHaveLength(2)
  })
})

describe('as expected', () => {
  test('one tap counts a line as it was expected', () => {
    const counted = countAsExpected(shelf, 1)
    expect(counted.lines.map((line) => line.counted)).toEqual(['24', null])
    expect(differenceOf(counted.lines[0]!)).toBe(0n)
  })

  test('never in a blind count, over what was counted, for serials or for less than nothing', () => {
    const unchanged = [
      openCount(BIN, true, [cell(assam, 'T2401', '24')]),
      changeCount(shelf, 1, { counted: '23' }),
      openCount(BIN, false, [cell(scale, '', '1', ['SC-41'])]),
      openCount(BIN, false, [cell(teapot, '', '-4')]),
    ]
    for (const draft of unchanged) expect(countAsExpected(draft, 1)).toEqual(draft)
  })
})

describe('serials', () => {
  const scales = openCount(BIN, false, [cell(scale, '', '3', ['SC-41', 'SC-42', 'SC-47'])])

  test('seen ones are counted, the others are absent', () => {
    let { draft } = see(scales, scale, { serial: 'SC-42' })
    draft = see(draft, scale, { serial: 'SC-99' }).draft
    expect(bodies(draft)).toEqual([
      { item: 15, location: BIN, quantity: '2', serials: ['SC-42', 'SC-99'], absent: ['SC-41', 'SC-47'] },
    ])
  })

  test('the same serial twice is one', () => {
    const { draft } = see(scales, scale, { serial: 'SC-42' })
    expect(see(draft, scale, { serial: 'SC-42' }).note).toBe('same_serial')
  })

  test('none of them here: all are absent', () => {
    const draft = changeCount(see(scales, scale, { serial: 'SC-42' }).draft, 1, { serials: [], counted: '0' })
    expect(bodies(draft)).toEqual([{ item: 15, location: BIN, quantity: '0', absent: ['SC-41', 'SC-42', 'SC-47'] }])
  })

  test('taking the last tick away leaves the line uncounted', () => {
    const draft = changeCount(see(scales, scale, { serial: 'SC-42' }).draft, 1, { serials: [] })
    expect(uncounted(draft)).toHaveLength(1)
  })
})

describe('merged items', () => {
  const merged = [
    { item: 90, survivor: 11, lot: 'T2401' },
    { item: 91, survivor: 14, lot: '' },
    { item: 92, survivor: 11, lot: 'T2402' },
    { item: 93, survivor: 12, lot: 'T2401' },
  ]

  test('cells of merged items are counted as 0 beside their counted survivor, and no others', () => {
    const draft = changeCount(shelf, 1, { counted: '30' })
    expect(countOperations(draft, merged).map(({ body }) => body)).toEqual([
      { item: 11, lot: 'T2401', location: BIN, quantity: '30' },
      { item: 90, lot: 'T2401', location: BIN, quantity: '0' },
    ])
  })
})
