import { describe, expect, test } from 'vitest'
import type { Item, Location } from '../../src/floor'
import { interpret, type Lookups } from '../../src/screens/drafts/interpret'
import { isDetail, isWords, quantityFor } from '../../src/screens/drafts/scanned'
import { items, locations } from '../../src/screens/testing/small-world'
import { readCode } from '../../src/sync/barcode'

const item = (id: number) => items.find((one) => one.id === id)!
const merged: Item = { ...item(14), id: 40, survivor: 41, barcodes: ['OLD-POT'] }
const between: Item = { ...item(14), id: 41, survivor: 14, barcodes: [] }
const twins: Item[] = [{ ...item(14), id: 50, barcodes: ['BOTH'] }, { ...item(16), id: 51, barcodes: ['BOTH'] }]
const all = [...items, merged, between, ...twins]

const lookups: Lookups = {
  itemById: async (id) => all.find((one) => one.id === id) ?? null,
  itemsByBarcode: async (code) => all.filter((one) => one.barcodes.includes(code)),
  itemsByCode: async (code) => all.filter((one) => one.code === code).slice(0, 1),
  placeByCode: async (code): Promise<Location | null> => locations.find((place) => place.barcode === code) ?? null,
}
const meaning = (text: string) => interpret(readCode(text), lookups)

describe('what a reading means', () => {
  test('a label of a place is the place', async () => {
    expect(await meaning('LOC-A-01-01')).toMatchObject({ kind: 'place', place: { id: 31 } })
  })

  test('a trade number is its item, in any length', async () => {
    expect(await meaning('4006381333931')).toMatchObject({ kind: 'item', item: { id: 11 } })
  })

  test('the number of an item, typed, is the item', async () => {
    expect(await meaning('POT-IRON-08')).toMatchObject({ kind: 'item', item: { id: 14 } })
  })

  test('a merged item stands for its survivor, through several merges', async () => {
    expect(await meaning('OLD-POT')).toMatchObject({ kind: 'item', item: { id: 14 } })
  })

  test('one code of two items is a choice', async () => {
    expect(await meaning('BOTH')).toMatchObject({ kind: 'choice', items: [{ id: 50 }, { id: 51 }] })
  })

  test('a lot label alone is a detail of the goods before it', async () => {
    expect(await meaning('(10)T2402(17)271001')).toMatchObject({ kind: 'detail' })
    expect(isDetail(readCode('(01)04006381333931(10)T2402'))).toBe(false)
  })

  test('an unknown trade number and an unknown text are unknown', async () => {
    expect((await meaning('7612345000015')).kind).toBe('unknown')
    expect((await meaning('SC-00047')).kind).toBe('unknown')
  })

  test('nothing but spaces is unreadable', async () => {
    expect((await meaning('   ')).kind).toBe('unreadable')
  })
})

describe('the figure on a label', () => {
  test('pieces count for counted goods and not for weighed ones', () => {
    const reading = readCode('(01)04006381333931(37)24')
    expect(quantityFor(reading, item(11))).toBe('24')
    expect(quantityFor(reading, item(13))).toBe('')
  })

  test('a net weight counts for weighed goods and not for counted ones', () => {
    const reading = readCode('(01)94006381333958(3103)002750')
    expect(quantityFor(reading, item(13))).toBe('2.75')
    expect(quantityFor(reading, item(11))).toBe('')
  })
})

describe('typed text that nothing is known by', () => {
  test('reads like a name or like a code', () => {
    expect(['assam tea', 'Čaj', 'SC-00047', '4711', 'x'].map((text) => isWords(readCode(text)))).toEqual([true, true, false, false, false])
  })
})
