import { describe, expect, test } from 'vitest'
import type { MoveBody } from '../../src/floor'
import {
  addDetail, addScan, atPlace, changeLine, CUSTOMER, dropLine, emptyMovement, missingOf, movementOperations, SCRAP,
  SUPPLIER, withReason, type Line, type MovementDraft,
} from '../../src/screens/drafts/movement-draft'
import { nextStep } from '../../src/screens/drafts/next-step'
import { goodsOf, unidentified, type Scanned } from '../../src/screens/drafts/scanned'
import { items, locations } from '../../src/screens/testing/small-world'
import { readCode } from '../../src/sync/barcode'

const item = (id: number) => items.find((one) => one.id === id)!
const [assam, oolong, teapot, scale] = [item(11), item(13), item(14), item(15)]
const [DOCK, BIN, OTHER_BIN] = [21, 31, 32]

const goods = (which: typeof assam, rest: Partial<Scanned> = {}): Scanned => ({
  item: which.id, code: '', symbology: '', lot: '', serial: '', expiresOn: null, quantity: '', ...rest,
})
const scan = (draft: MovementDraft, which: typeof assam, rest: Partial<Scanned> = {}) => addScan(draft, goods(which, rest), which).draft
const kindOf = (id: number | null) => locations.find((place) => place.id === id)?.kind ?? null
const bodies = (draft: MovementDraft) => movementOperations(draft, kindOf).map(({ body }) => body as MoveBody)
const itemOf = (id: number | null) => items.find((one) => one.id === id) ?? null
const first = (draft: MovementDraft): Line => draft.lines[0]!

describe('scanning goods', () => {
  test('one GS1 scan fills item, lot, expiry and quantity', () => {
    const reading = readCode('(01)04006381333931(10)T2402(17)271001(37)24')
    const { draft } = addScan(emptyMovement('receive'), goodsOf(reading, assam), assam)
    expect(first(draft)).toMatchObject({ item: 11, lot: 'T2402', expiresOn: '2027-10-01', quantity: '24' })
  })

  test('twenty identical codes are twenty pieces on one line', () => {
    let draft = emptyMovement('receive')
    for (let times = 0; times < 20; times += 1) draft = scan(draft, teapot)
    expect(draft.lines).toHaveLength(1)
    expect(first(draft).quantity).toBe('20')
  })

  test('another lot is another line, and a scan without lot adds to the one touched last', () => {
    let draft = scan(emptyMovement('receive'), assam, { lot: 'T2401' })
    draft = scan(draft, assam, { lot: 'T2402' })
    draft = scan(draft, assam)
    expect(draft.lines.map(({ lot, quantity }) => [lot, quantity])).toEqual([['T2402', '2'], ['T2401', '1']])
  })

  test('goods by weight ask for their quantity instead of guessing one', () => {
    const added = addScan(emptyMovement('receive'), goods(oolong), oolong)
    expect(added.note).toBe('wants_quantity')
    expect(first(added.draft).quantity).toBe('')
  })

  test('two weighed labels of a lot add up exactly', () => {
    let draft = scan(emptyMovement('receive'), oolong, { lot: 'O-77', quantity: '0.1' })
    draft = scan(draft, oolong, { lot: 'O-77', quantity: '0.2' })
    expect(first(draft).quantity).toBe('0.3')
  })

  test('serials are collected once each and their number is the quantity', () => {
    let draft = scan(emptyMovement('receive'), scale, { serial: 'SC-1' })
    draft = scan(draft, scale, { serial: 'SC-2' })
    const again = addScan(draft, goods(scale, { serial: 'SC-1' }), scale)
    expect(again.note).toBe('same_serial')
    expect(first(again.draft)).toMatchObject({ serials: ['SC-1', 'SC-2'], quantity: '2' })
  })

  test('a product code of serial goods asks for the serial and counts nothing', () => {
    const added = addScan(emptyMovement('receive'), goods(scale), scale)
    expect(added.note).toBe('wants_serial')
    expect(first(added.draft).quantity).toBe('')
  })

  test('a lot label after the product code completes the line touched last', () => {
    const draft = scan(emptyMovement('receive'), assam)
    const detail = goodsOf(readCode('(10)T2402(17)271001'), assam)
    expect(first(addDetail(draft, detail, assam).draft)).toMatchObject({ lot: 'T2402', expiresOn: '2027-10-01', quantity: '1' })
  })

  test('unknown codes stand for themselves, each on its own line', () => {
    const reading = readCode('7612345000015')
    let draft = addScan(emptyMovement('receive'), unidentified(reading), null).draft
    draft = addScan(draft, unidentified(reading), null).draft
    draft = addScan(draft, unidentified(readCode('X-99')), null).draft
    expect(draft.lines.map(({ code, quantity }) => [code, quantity])).toEqual([['X-99', '1'], ['7612345000015', '2']])
  })

  test('removing the last serial opens the quantity again', () => {
    const draft = scan(emptyMovement('receive'), scale, { serial: 'SC-1' })
    expect(first(changeLine(draft, 1, { serials: [] })).quantity).toBe('')
  })
})

describe('places', () => {
  test('receiving works place first and goods first alike', () => {
    const placeFirst = scan(atPlace(emptyMovement('receive'), DOCK), teapot)
    const goodsFirst = atPlace(scan(emptyMovement('receive'), teapot), DOCK)
    expect(bodies(placeFirst)).toEqual(bodies(goodsFirst))
    expect(bodies(placeFirst)).toEqual([{ item: 14, from: SUPPLIER, to: DOCK, quantity: '1', reason: 'receipt' }])
  })

  test('moving goes place, goods, place', () => {
    const draft = atPlace(scan(atPlace(emptyMovement('move'), DOCK), teapot), BIN)
    expect(bodies(draft)).toEqual([{ item: 14, from: DOCK, to: BIN, quantity: '1', reason: 'putaway' }])
  })

  test('moving goes goods, from, to', () => {
    const draft = atPlace(atPlace(scan(emptyMovement('move'), teapot), DOCK), BIN)
    expect(bodies(draft)).toMatchObject([{ from: DOCK, to: BIN }])
  })

  test('one origin, two destinations: goods go to the place scanned after them', () => {
    let draft = atPlace(scan(atPlace(emptyMovement('move'), DOCK), teapot), BIN)
    draft = atPlace(scan(draft, teapot), OTHER_BIN)
    expect(bodies(draft).map(({ from, to }) => [from, to])).toEqual([[DOCK, BIN], [DOCK, OTHER_BIN]])
  })

  test('with nothing waiting, a place is a new origin', () => {
    const draft = atPlace(atPlace(emptyMovement('move'), DOCK), BIN)
    expect(draft).toMatchObject({ from: BIN, to: null })
  })

  test('picking from bin to bin keeps the origin of each line', () => {
    let draft = scan(atPlace(emptyMovement('pick'), BIN), teapot)
    draft = scan(atPlace(draft, OTHER_BIN), teapot)
    expect(bodies(draft).map(({ from, to }) => [from, to])).toEqual([[BIN, CUSTOMER], [OTHER_BIN, CUSTOMER]])
  })

  test('from the dock into a bin is putaway, from bin to bin and back to the dock a transfer', () => {
    const moved = (from: number, to: number) => bodies(atPlace(scan(atPlace(emptyMovement('move'), from), teapot), to))[0]?.reason
    expect([moved(DOCK, BIN), moved(BIN, OTHER_BIN), moved(BIN, DOCK)]).toEqual(['putaway', 'transfer', 'transfer'])
  })

  test('the reason of a pick decides where goods go', () => {
    const draft = scan(atPlace(emptyMovement('pick'), BIN), teapot)
    expect(bodies(withReason(draft, 'scrap'))).toMatchObject([{ to: SCRAP, reason: 'scrap' }])
    expect(bodies(withReason(draft, 'return'))).toMatchObject([{ to: SUPPLIER, reason: 'return' }])
  })
})

describe('confirming', () => {
  test('the button asks for goods, then the origin, then the quantity, then the destination', () => {
    let draft = emptyMovement('move')
    expect(nextStep(draft, itemOf).kind).toBe('goods')
    draft = scan(draft, oolong)
    expect(nextStep(draft, itemOf).kind).toBe('from')
    draft = atPlace(draft, BIN)
    expect(nextStep(draft, itemOf)).toEqual({ kind: 'quantity', line: 1 })
    draft = changeLine(draft, 1, { quantity: '2.5' })
    expect(nextStep(draft, itemOf).kind).toBe('to')
    draft = atPlace(draft, OTHER_BIN)
    expect(nextStep(draft, itemOf)).toEqual({ kind: 'confirm', asked: ['lot'] })
  })

  test('lot, serials and expiry are asked for and do not block; zero and same place do', () => {
    const line = first(scan(atPlace(emptyMovement('receive'), DOCK), assam))
    expect(missingOf(line, assam, 'receive')).toEqual(['lot', 'expiry'])
    expect(missingOf({ ...line, quantity: '0' }, assam, 'receive')).toContain('quantity')
    expect(missingOf({ ...line, from: DOCK }, assam, 'receive')).toContain('same_place')
    expect(missingOf({ ...line, item: 15 }, scale, 'move')).toEqual(['serials'])
  })

  test('what lacks something hard is not turned into an operation', () => {
    let draft = scan(atPlace(emptyMovement('receive'), DOCK), oolong)
    draft = scan(draft, teapot)
    expect(bodies(draft)).toHaveLength(1)
  })

  test('operations come in the order of scanning and the draft is left as it was', () => {
    const draft = scan(scan(atPlace(emptyMovement('receive'), DOCK), teapot), assam, { lot: 'T2401', code: '(10)T2401', symbology: ']C1', expiresOn: '2027-01-31' })
    const before = JSON.stringify(draft)
    expect(bodies(draft)).toEqual([
      { item: 14, from: SUPPLIER, to: DOCK, quantity: '1', reason: 'receipt' },
      { item: 11, lot: 'T2401', from: SUPPLIER, to: DOCK, quantity: '1', code: '(10)T2401', symbology: ']C1', expires_on: '2027-01-31', reason: 'receipt' },
    ])
    expect(JSON.stringify(draft)).toBe(before)
  })

  test('unidentified goods carry their code and neither item nor lot', () => {
    const draft = addScan(atPlace(emptyMovement('receive'), DOCK), unidentified(readCode('(01)07612345000015(10)L1(17)271001')), null).draft
    expect(bodies(draft)).toEqual([{ from: SUPPLIER, to: DOCK, quantity: '1', code: '(01)07612345000015(10)L1(17)271001', reason: 'receipt' }])
  })

  test('a dropped line is forgotten, also as the one touched last', () => {
    const draft = dropLine(scan(emptyMovement('receive'), teapot), 1)
    expect(draft).toMatchObject({ lines: [], touched: null })
  })
})
