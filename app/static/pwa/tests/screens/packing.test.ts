// Packs on the floor: scanned or chosen, kept in the base unit, captured as they were.
import { describe, expect, test } from 'vitest'
import type { CountBody, Item, MoveBody } from '../../src/floor'
import { countOperations, countScan, emptyCount, openCount } from '../../src/screens/drafts/count-draft'
import { addScan, changeLine, emptyMovement, movementOperations, withTo, type MovementDraft } from '../../src/screens/drafts/movement-draft'
import { packCaptured, packChoices, packWithCode } from '../../src/screens/drafts/packing'
import { chosen, goodsOf } from '../../src/screens/drafts/scanned'
import { items } from '../../src/screens/testing/small-world'
import { readCode } from '../../src/sync/barcode'
import { inBase, inPacks } from '../../src/ui/amounts'

const assam = items.find(({ id }) => id === 11)!
const scale: Item = { ...items.find(({ id }) => id === 15)!, packs: [{ id: 8, name: 'pair', factor: '2', barcodes: ['PAIR'] }] }
const CASE = { id: 7, unit: 'case', factor: '12' }
const [CASE_CODE, PIECE_CODE] = ['14006381333938', '4006381333931']
const scan = (draft: MovementDraft, code: string) => addScan(draft, goodsOf(readCode(code), assam), assam).draft
const bodies = (draft: MovementDraft) => movementOperations(withTo(draft, 21), () => null).map(({ body }) => body as MoveBody)

describe('packs', () => {
  test('the code of a case is one case, twice is two', () => {
    const draft = scan(scan(emptyMovement('receive'), CASE_CODE), CASE_CODE)
    expect(draft.lines).toMatchObject([{ quantity: '24', pack: CASE }])
    expect(bodies(draft)).toMatchObject([{ item: 11, quantity: '24', pack: { ...CASE, quantity: '2' } }])
  })

  test('pieces beside cases are a line of their own, without packs', () => {
    const draft = scan(scan(scan(emptyMovement('receive'), CASE_CODE), PIECE_CODE), PIECE_CODE)
    expect(draft.lines.map(({ quantity }) => quantity)).toEqual(['2', '12'])
    expect(bodies(draft).map(({ pack }) => pack?.quantity)).toEqual(['1', undefined])
  })

  test('a label of a case that says how many says how many cases', () => {
    expect(goodsOf(readCode(`(02)${CASE_CODE}(37)5`), assam)).toMatchObject({ quantity: '60', pack: CASE })
  })

  test('a quantity that is no whole number of packs is captured in the base unit', () => {
    const draft = scan(emptyMovement('receive'), CASE_CODE)
    expect(bodies(changeLine(draft, draft.lines[0]!.key, { quantity: '25' }))[0]).not.toHaveProperty('pack')
    expect(packCaptured('25', CASE)).toEqual({})
    expect(packCaptured('36', CASE)).toEqual({ pack: { ...CASE, quantity: '3' } })
  })

  test('a line of an earlier version of the app has no pack', () => {
    const draft = addScan(emptyMovement('receive'), chosen(assam), assam).draft
    delete draft.lines[0]!.pack
    expect(scan(draft, PIECE_CODE).lines).toHaveLength(1)
    expect(bodies(draft)[0]).not.toHaveProperty('pack')
  })

  test('goods with serials are captured one by one', () => {
    expect(packWithCode(scale, 'pair')).toBeNull()
    expect(packChoices(scale, null)).toEqual([])
  })

  test('a pack that was put away stays a choice of the line that has it', () => {
    expect(packChoices({ ...assam, packs: [] }, CASE)).toEqual([CASE])
    expect(packChoices(assam, CASE)).toEqual([CASE])
  })

  test('packs and base units are worked out exactly', () => {
    expect(inBase('3', CASE)).toBe('36')
    expect(inBase('', CASE)).toBe('')
    expect(inBase('2.5', null)).toBe('2.5')
    expect(inPacks('36', CASE)).toBe(3_000_000n)
    expect(inPacks('37', CASE)).toBeNull()
  })

  test('a count in cases says so, until pieces come to it', () => {
    const place = { ...emptyCount(false), ...openCount(31, false, []) }
    const see = (draft: typeof place, code: string) => countScan(draft, goodsOf(readCode(code), assam), assam).draft
    const cases = see(see(place, CASE_CODE), CASE_CODE)
    const told = (draft: typeof place) => countOperations(draft, []).map(({ body }) => body as CountBody)
    expect(told(cases)).toMatchObject([{ quantity: '24', pack: { ...CASE, quantity: '2' } }])
    const mixed = told(see(cases, PIECE_CODE))
    expect(mixed).toMatchObject([{ quantity: '25' }])
    expect(mixed[0]).not.toHaveProperty('pack')
  })
})
