/** Goods scanned for receiving, moving or picking, until a person confirms them. Pure: values in, values out. */
import type { Draft, Item, Location, MoveBody, Reason } from '../../floor'
import { amountOf, plain, type PackUsed } from '../../ui/amounts'
import { formatQuantity, SCALE } from '../../sync/quantity'
import { packCaptured, samePack } from './packing'
import type { Scanned } from './scanned'

export const SUPPLIER = 1
export const CUSTOMER = 2
export const SCRAP = 3

/** Reserved places have numbers up to this one; what stands in them means nothing by itself. */
const LAST_RESERVED = 5

export type Purpose = 'receive' | 'move' | 'pick'

export interface Line {
  key: number
  item: number | null
  code: string
  symbology: string
  lot: string
  expiresOn: string | null
  serials: string[]
  /** In the base unit. */
  quantity: string
  /** The unit in which it is shown and captured; none for the base unit. */
  pack?: PackUsed | null
  from: number | null
  to: number | null
}

export interface MovementDraft {
  purpose: Purpose
  reason: Reason
  /** Where the person stands: what the next lines take. */
  from: number | null
  to: number | null
  lines: Line[]
  /** The line that the next detail (serial, lot label, repeat) belongs to. */
  touched: number | null
}

/** What kind of place a number stands for. */
type KindOf = (place: number | null) => Location['kind'] | null

export const PICK_REASONS = ['pick', 'scrap', 'return'] as const

type Note = 'added' | 'raised' | 'same_serial' | 'wants_serial' | 'wants_quantity'
export type Missing = 'quantity' | 'from' | 'to' | 'same_place' | 'lot' | 'serials' | 'expiry'

const REASONS: Record<Purpose, Reason> = { receive: 'receipt', move: 'transfer', pick: 'pick' }
/** What keeps a line from being confirmed; the rest is only asked about. */
const HARD: readonly Missing[] = ['quantity', 'from', 'to', 'same_place']

export function emptyMovement(purpose: Purpose): MovementDraft {
  const from = purpose === 'receive' ? SUPPLIER : null
  const to = purpose === 'pick' ? CUSTOMER : null
  return { purpose, reason: REASONS[purpose], from, to, lines: [], touched: null }
}

/** Another reason of a pick, which decides where the goods go. */
export function withReason(draft: MovementDraft, reason: Reason): MovementDraft {
  if (draft.purpose !== 'pick') return draft
  const to = reason === 'scrap' ? SCRAP : reason === 'return' ? SUPPLIER : CUSTOMER
  return { ...draft, reason, to, lines: draft.lines.map((line) => ({ ...line, to })) }
}

/**
 * A place was scanned. Receiving: goods go there. Picking: goods come from there. Moving: the first place is
 * where goods come from, the next one where those scanned meanwhile go; with nothing waiting it is a new start.
 */
export function atPlace(draft: MovementDraft, place: number): MovementDraft {
  if (draft.purpose === 'receive') return withTo(draft, place)
  if (draft.purpose === 'pick') return withFrom(draft, place)
  const waiting = draft.lines.some((line) => line.to === null)
  if (draft.from !== null && waiting && place !== draft.from) return { ...withTo(draft, place), to: null }
  return withFrom(draft, place)
}

/** Lines that have no origin yet take it, and so do all further ones. */
export function withFrom(draft: MovementDraft, from: number): MovementDraft {
  return { ...draft, from, lines: draft.lines.map((line) => (line.from === null ? { ...line, from } : line)) }
}

/** Lines that have no destination yet take it, and so do all further ones. */
export function withTo(draft: MovementDraft, to: number): MovementDraft {
  return { ...draft, to, lines: draft.lines.map((line) => (line.to === null ? { ...line, to } : line)) }
}

/** Takes a scan in: one more of a line that is there, a serial, or a new line. */
export function addScan(draft: MovementDraft, scan: Scanned, item: Item | null): { draft: MovementDraft; note: Note } {
  const found = lineFor(draft, scan)
  const line = found ?? newLine(draft, scan)
  const { line: raised, note } = raise(line, scan, item, found === null)
  const lines = found ? draft.lines.map((other) => (other.key === line.key ? raised : other)) : [raised, ...draft.lines]
  return { draft: { ...draft, lines, touched: line.key }, note }
}

/** A label that tells more about the line touched last: its lot, date, serial or count. */
export function addDetail(draft: MovementDraft, scan: Scanned, item: Item | null): { draft: MovementDraft; note: Note } {
  const line = draft.lines.find((other) => other.key === draft.touched)
  if (!line) return { draft, note: 'added' }
  const told = { ...line, lot: scan.lot || line.lot, expiresOn: scan.expiresOn ?? line.expiresOn }
  const { line: raised, note } = scan.serial ? raise(told, scan, item, false) : { line: told, note: 'added' as const }
  const quantity = scan.quantity && !scan.serial ? scan.quantity : raised.quantity
  return { draft: changeLine(draft, line.key, { ...raised, quantity }), note }
}

export function changeLine(draft: MovementDraft, key: number, change: Partial<Line>): MovementDraft {
  const lines = draft.lines.map((line) => (line.key === key ? tidy(line, { ...line, ...change, key }) : line))
  return { ...draft, lines, touched: key }
}

export function dropLine(draft: MovementDraft, key: number): MovementDraft {
  const lines = draft.lines.filter((line) => line.key !== key)
  return { ...draft, lines, touched: draft.touched === key ? null : draft.touched }
}

/** What a line still lacks, the hard lacks first. */
export function missingOf(line: Line, item: Item | null, purpose: Purpose): Missing[] {
  const lacks: [Missing, boolean][] = [
    ['quantity', (amountOf(line.quantity) ?? 0n) <= 0n],
    ['from', line.from === null],
    ['to', line.to === null],
    ['same_place', line.from !== null && line.from === line.to],
    ['lot', item?.tracking === 'lot' && line.lot === ''],
    ['serials', item?.tracking === 'serial' && line.serials.length === 0],
    ['expiry', purpose === 'receive' && item?.expiring === true && line.expiresOn === null],
  ]
  return lacks.filter(([, lacking]) => lacking).map(([name]) => name)
}

/** Whether a place is one that people can stand at. */
export function isReal(place: number | null): boolean {
  return place !== null && place > LAST_RESERVED
}

export function isHard(missing: Missing): boolean {
  return HARD.includes(missing)
}

/** The operations of the lines that lack nothing hard, in the order they were scanned. */
export function movementOperations(draft: MovementDraft, kindOf: KindOf): Draft[] {
  const ready = draft.lines.filter((line) => !missingOf(line, null, draft.purpose).some(isHard))
  return ready.reverse().map((line) => ({ kind: 'move', body: bodyOf(line, reasonOf(draft, line, kindOf)) }))
}

/** Into a bin from a dock or another open place is putaway; everything else that stays inside is a transfer. */
function reasonOf(draft: MovementDraft, line: Line, kindOf: KindOf): Reason {
  if (draft.purpose !== 'move') return draft.reason
  return kindOf(line.from) !== 'bin' && kindOf(line.to) === 'bin' ? 'putaway' : 'transfer'
}

function bodyOf(line: Line, reason: Reason): MoveBody {
  return {
    ...(line.item === null ? {} : { item: line.item }),
    ...(line.lot ? { lot: line.lot } : {}),
    ...(line.serials.length ? { serials: line.serials } : {}),
    from: line.from ?? 0,
    to: line.to ?? 0,
    quantity: plain(line.quantity),
    ...(line.serials.length ? {} : packCaptured(line.quantity, line.pack)),
    ...(line.code ? { code: line.code } : {}),
    ...(line.code && line.symbology ? { symbology: line.symbology } : {}),
    ...(line.expiresOn ? { expires_on: line.expiresOn } : {}),
    reason,
  }
}

/** The line a scan belongs to: same goods, same lot (the last touched one where the scan tells none), still at this place. */
function lineFor(draft: MovementDraft, scan: Scanned): Line | null {
  const same = draft.lines.filter(
    (line) =>
      line.item === scan.item &&
      (scan.item !== null || line.code === scan.code) &&
      (scan.lot === '' || line.lot === scan.lot) &&
      samePack(line.pack, scan.pack) &&
      line.from === draft.from &&
      (line.to === draft.to || line.to === null),
  )
  return same.find((line) => line.key === draft.touched) ?? same[0] ?? null
}

function newLine(draft: MovementDraft, scan: Scanned): Line {
  const key = 1 + Math.max(0, ...draft.lines.map((line) => line.key))
  const { item, code, symbology, lot, expiresOn, pack = null } = scan
  return { key, item, code, symbology, lot, expiresOn, pack, serials: [], quantity: '', from: draft.from, to: draft.to }
}

function raise(line: Line, scan: Scanned, item: Item | null, fresh: boolean): { line: Line; note: Note } {
  const dated = { ...line, expiresOn: line.expiresOn ?? scan.expiresOn }
  if (item?.tracking === 'serial') return withSerial(dated, scan.serial)
  const by = scan.quantity || (item && item.decimals > 0 ? '' : '1')
  if (by === '') return { line: dated, note: 'wants_quantity' }
  const quantity = formatQuantity((amountOf(line.quantity) ?? 0n) + (amountOf(by) ?? SCALE))
  return { line: { ...dated, quantity }, note: fresh ? 'added' : 'raised' }
}

function withSerial(line: Line, serial: string): { line: Line; note: Note } {
  if (serial === '') return { line, note: 'wants_serial' }
  if (line.serials.includes(serial)) return { line, note: 'same_serial' }
  const serials = [...line.serials, serial]
  return { line: { ...line, serials, quantity: String(serials.length) }, note: serials.length === 1 ? 'added' : 'raised' }
}

/** With serials, the quantity is their number: the law of the wire. Without the last one it is open again. */
function tidy(before: Line, line: Line): Line {
  if (line.serials.length) return { ...line, quantity: String(line.serials.length) }
  return before.serials.length ? { ...line, quantity: '' } : line
}
