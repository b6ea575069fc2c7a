/** The live page's facts: which lines a change touches, merged items summed, places and lots renamed. */
import { describe, expect, it } from 'vitest'
import { LiveFacts, lineKey } from '../src/office/live/facts'
import { FIRST_WISH, Order, compare } from '../src/office/live/order'
import { isLate, watermark } from '../src/office/live/watermark'
import type { Row } from '../src/sync/protocol'

const TEA = 10
const OLD_TEA = 11
const SITE = 20
const BIN = 21

function item(id: number, code: string, name: string, survivor: number | null = null): Row {
  return [id, code, name, 'piece', 0, 'none', 0, 'Tea', 0, survivor, []]
}

function world(): LiveFacts {
  const facts = new LiveFacts()
  facts.apply({
    item: [item(TEA, 'TEA-1', 'Assam tea'), item(OLD_TEA, 'TEA-0', 'Assam tea (old)')],
    location: [
      [SITE, null, 'site', 'HARBOUR', '', 'LOC-HARBOUR', 0, 0],
      [BIN, SITE, 'bin', 'A-01-01', '', 'LOC-A-01-01', 0, 1],
    ],
    stock: [
      [TEA, 'T2401', BIN, '5'],
      [OLD_TEA, 'T2401', BIN, '2'],
    ],
  })
  return facts
}

describe('live facts', () => {
  it('make one line of each cell, with item, place and site', () => {
    const line = world().lines.get(lineKey(TEA, 'T2401', BIN))
    expect(line).toMatchObject({ name: 'Assam tea', place: 'A-01-01', site: SITE, quantity: 5_000_000n })
  })

  it('sum a merged item into its survivor, and part them again', () => {
    const facts = world()
    facts.apply({ item: [item(OLD_TEA, 'TEA-0', 'Assam tea (old)', TEA)] })
    expect(facts.lines.get(lineKey(TEA, 'T2401', BIN))?.quantity).toBe(7_000_000n)
    expect(facts.lines.has(lineKey(OLD_TEA, 'T2401', BIN))).toBe(false)
    facts.apply({ item: [item(OLD_TEA, 'TEA-0', 'Assam tea (old)')] })
    expect(facts.lines.get(lineKey(OLD_TEA, 'T2401', BIN))?.quantity).toBe(2_000_000n)
  })

  it('say what a line held before a change', () => {
    const before = world().apply({ stock: [[TEA, 'T2401', BIN, '3']] })
    expect([...before]).toEqual([[lineKey(TEA, 'T2401', BIN), 5_000_000n]])
  })

  it('drop a line whose last quantity is gone', () => {
    const facts = world()
    facts.apply({ stock: [[TEA, 'T2401', BIN, '0']] })
    expect(facts.lines.has(lineKey(TEA, 'T2401', BIN))).toBe(false)
  })

  it('rename lines with their item and their lot', () => {
    const facts = world()
    facts.apply({ item: [item(TEA, 'TEA-1', 'Assam FTGFOP')], lot: [[TEA, 'T2401', '2027-01-31', 1]] })
    expect(facts.lines.get(lineKey(TEA, 'T2401', BIN))).toMatchObject({ name: 'Assam FTGFOP', expiresOn: '2027-01-31' })
  })
})

describe('the order of lines', () => {
  it('stays what a full sort would give, whatever changes', () => {
    const facts = world()
    const order = new Order()
    const wish = { ...FIRST_WISH, column: 'quantity' as const, descending: true }
    order.rebuild(facts.lines.values(), wish, 0)
    for (const quantity of ['9', '1', '0', '4', '-3']) {
      const before = facts.apply({ stock: [[TEA, 'T2401', BIN, quantity]] })
      for (const key of before.keys()) order.update(key, facts.lines.get(key), 0)
      const expected = [...facts.lines.values()].sort((a, b) => compare(a, b, wish)).map((line) => line.key)
      expect(Array.from({ length: order.length }, (_, index) => order.line(index)?.key)).toEqual(expected)
    }
  })

  it('finds words in any order, without accents, and hides virtual places', () => {
    const facts = world()
    facts.apply({
      location: [[2, null, 'virtual', 'CUSTOMER', '', 'V', 0, 0]],
      stock: [[TEA, 'T2401', 2, '7']],
    })
    const order = new Order()
    order.rebuild(facts.lines.values(), { ...FIRST_WISH, search: 'a-01 ÁSSAM old' }, 0)
    expect(order.length).toBe(1)
    order.rebuild(facts.lines.values(), FIRST_WISH, 0)
    expect(order.length).toBe(2)
  })
})

describe('the watermark', () => {
  const device = { name: 'Tablet 3', revoked: false, pending: 0, oldestUnsentAt: null }

  it('is the oldest time that somebody may still hold back', () => {
    const busy = { ...device, id: 'a', contactAt: 5_000, pending: 2, oldestUnsentAt: 3_000 }
    const idle = { ...device, id: 'b', name: 'Phone 1', contactAt: 4_000 }
    expect(watermark([idle, busy], 6_000)).toEqual({ at: 3_000, waiting: [busy] })
  })

  it('knows a device that could have sent what it holds', () => {
    const [now, minute] = [100 * 60_000, 60_000]
    const held = { ...device, id: 'a', contactAt: now - minute, pending: 2, oldestUnsentAt: now - 6 * minute }
    expect(isLate(held, now)).toBe(true)
    const ordinary = [{ contactAt: now - 3 * minute }, { contactAt: null }, { pending: 0 }, { oldestUnsentAt: now - 4 * minute }]
    expect(ordinary.map((other) => isLate({ ...held, ...other }, now))).toEqual([false, false, false, false])
  })

  it('passes over devices that were revoked or never heard', () => {
    const gone = { ...device, id: 'a', contactAt: 1, revoked: true }
    expect(watermark([gone, { ...device, id: 'b', contactAt: null }], 9)).toEqual({ at: null, waiting: [] })
  })
})
