/** One place being counted: what was expected, what was seen, what is still open. Pure: values in, values out. */
import type { CountBody, Draft, Item } from '../../floor'
import { amountOf, plain, type PackUsed } from '../../ui/amounts'
import { formatQuantity, SCALE } from '../../sync/quantity'
import { packCaptured, samePack } from './packing'
import type { Scanned } from './scanned'

export interface CountLine {
  key: number
  item: number | null
  code: string
  lot: string
  expiresOn: string | null
  /** What the device believed when the count began; null for goods nobody expected here. */
  expected: string | null
  /** Null until counted. */
  counted: string | null
  /** The unit in which it was counted, where that was one pack alone. */
  pack?: PackUsed | null
  expectedSerials: string[]
  serials: string[]
}

export interface CountDraft {
  place: number | null
  blind: boolean
  lines: CountLine[]
  touched: number | null
}

export interface ExpectedCell {
  item: number
  lot: string
  expiresOn: string | null
  quantity: bigint
  serials: string[]
}

type CountNote = 'counted' | 'found' | 'same_serial' | 'wants_serial' | 'wants_quantity'

interface MergedCell {
  item: number
  survivor: number
  lot: string
}

export function emptyCount(blind: boolean): CountDraft {
  return { place: null, blind, lines: [], touched: null }
}

/** Begins a count of a place with what is believed to stand there; empty cells are left out. */
export function openCount(place: number, blind: boolean, cells: ExpectedCell[]): CountDraft {
  const standing = cells.filter((cell) => cell.quantity !== 0n || cell.serials.length > 0)
  const lines = standing.map((cell, index) => ({
    key: index + 1,
    item: cell.item,
    code: '',
    lot: cell.lot,
    expiresOn: cell.expiresOn,
    expected: formatQuantity(cell.quantity),
    counted: null,
    expectedSerials: cell.serials,
    serials: [],
  }))
  return { place, blind, lines, touched: null }
}

/** Goods were seen here: one more of a line, a serial, or goods that nobody expected. */
export function countScan(draft: CountDraft, scan: Scanned, item: Item | null): { draft: CountDraft; note: CountNote } {
  const found = lineFor(draft, scan)
  const line = found ?? newLine(draft, scan)
  const { line: raised, note } = raise(line, scan, item)
  const lines = found ? draft.lines.map((other) => (other.key === line.key ? raised : other)) : [raised, ...draft.lines]
  return { draft: { ...draft, lines, touched: line.key }, note: found || note !== 'counted' ? note : 'found' }
}

/** A label that tells more about the goods seen last: a serial counts; a lot turns them to the line of that lot. */
export function countDetail(draft: CountDraft, scan: Scanned, item: Item): { draft: CountDraft; note: CountNote } {
  const line = draft.lines.find((other) => other.key === draft.touched)
  const lotless = line?.item === item.id && line.lot === '' && line.expected === null
  if (scan.serial || !line || !lotless) return countScan(draft, scan, item)
  return countScan(dropCount(draft, line.key), { ...scan, quantity: scan.quantity || (line.counted ?? '') }, item)
}

export function changeCount(draft: CountDraft, key: number, change: Partial<CountLine>): CountDraft {
  const lines = draft.lines.map((line) => (line.key === key ? tidy(line, { ...line, ...change, key }) : line))
  return { ...draft, lines, touched: key }
}

export function dropCount(draft: CountDraft, key: number): CountDraft {
  return { ...draft, lines: draft.lines.filter((line) => line.key !== key), touched: null }
}

/**
 * Whether one tap may say that a line is as expected: never where a count is blind, for serials are seen one by one,
 * and nothing less than nothing stands on a shelf.
 */
export function mayTakeExpected(draft: CountDraft, line: CountLine): boolean {
  const expected = amountOf(line.expected ?? '')
  return !draft.blind && line.counted === null && line.expectedSerials.length === 0 && expected !== null && expected > 0n
}

/** What was expected was seen, all of it. */
export function countAsExpected(draft: CountDraft, key: number): CountDraft {
  const line = draft.lines.find((other) => other.key === key)
  return line && mayTakeExpected(draft, line) ? changeCount(draft, key, { counted: line.expected, pack: null }) : draft
}

/** Expected lines that nobody counted yet. */
export function uncounted(draft: CountDraft): CountLine[] {
  return draft.lines.filter((line) => line.counted === null)
}

/** What was not counted is not there. */
export function countRestAsZero(draft: CountDraft): CountDraft {
  return { ...draft, lines: draft.lines.map((line) => (line.counted === null ? { ...line, counted: '0' } : line)) }
}

/** Counted minus expected, in millionths; null while not counted. Unexpected goods differ by all of them. */
export function differenceOf(line: CountLine): bigint | null {
  const counted = line.counted === null ? null : amountOf(line.counted)
  return counted === null ? null : counted - (amountOf(line.expected ?? '0') ?? 0n)
}

function absentSerials(line: CountLine): string[] {
  return line.expectedSerials.filter((serial) => !line.serials.includes(serial))
}

/** The counts of the lines that were counted, and 0 for merged items' cells beside those of their survivor. */
export function countOperations(draft: CountDraft, merged: MergedCell[]): Draft[] {
  const place = draft.place
  if (place === null) return []
  const counted = draft.lines.filter((line) => line.counted !== null && amountOf(line.counted) !== null)
  const beside = merged.filter((cell) => counted.some((line) => line.item === cell.survivor && line.lot === cell.lot))
  return [
    ...counted.map((line): Draft => ({ kind: 'count', body: bodyOf(line, place) })),
    ...beside.map((cell): Draft => ({ kind: 'count', body: zeroOf(cell, place) })),
  ]
}

function bodyOf(line: CountLine, location: number): CountBody {
  const absent = absentSerials(line)
  return {
    ...(line.item === null ? {} : { item: line.item }),
    ...(line.lot ? { lot: line.lot } : {}),
    location,
    quantity: plain(line.counted ?? '0'),
    ...(line.serials.length ? {} : packCaptured(line.counted ?? '0', line.pack)),
    ...(line.serials.length ? { serials: line.serials } : {}),
    ...(absent.length ? { absent } : {}),
    ...(line.code ? { code: line.code } : {}),
  }
}

function zeroOf(cell: MergedCell, location: number): CountBody {
  return { item: cell.item, ...(cell.lot ? { lot: cell.lot } : {}), location, quantity: '0' }
}

function lineFor(draft: CountDraft, scan: Scanned): CountLine | null {
  const same = draft.lines.filter(
    (line) =>
      line.item === scan.item &&
      (scan.item !== null || line.code === scan.code) &&
      (scan.lot === '' || line.lot === scan.lot),
  )
  const holder = scan.serial ? same.find((line) => line.expectedSerials.includes(scan.serial)) : undefined
  return holder ?? same.find((line) => line.key === draft.touched) ?? same[0] ?? null
}

function newLine(draft: CountDraft, scan: Scanned): CountLine {
  const key = 1 + Math.max(0, ...draft.lines.map((line) => line.key))
  const { item, code, lot, expiresOn } = scan
  return { key, item, code, lot, expiresOn, expected: null, counted: null, expectedSerials: [], serials: [] }
}

function raise(line: CountLine, scan: Scanned, item: Item | null): { line: CountLine; note: CountNote } {
  if (item?.tracking === 'serial') return withSerial(line, scan.serial)
  const by = scan.quantity || (item && item.decimals > 0 ? '' : '1')
  if (by === '') return { line, note: 'wants_quantity' }
  const counted = formatQuantity((amountOf(line.counted ?? '') ?? 0n) + (amountOf(by) ?? SCALE))
  const pack = line.counted === null || samePack(line.pack, scan.pack) ? (scan.pack ?? null) : null
  return { line: { ...line, counted, pack }, note: 'counted' }
}

function withSerial(line: CountLine, serial: string): { line: CountLine; note: CountNote } {
  if (serial === '') return { line, note: 'wants_serial' }
  if (line.serials.includes(serial)) return { line, note: 'same_serial' }
  const serials = [...line.serials, serial]
  return { line: { ...line, serials, counted: String(serials.length) }, note: 'counted' }
}

/** With serials, the quantity is the number seen; with the last one taken away, nothing was counted. */
function tidy(before: CountLine, line: CountLine): CountLine {
  if (line.serials.length) return { ...line, counted: String(line.serials.length) }
  return before.serials.length && line.counted === before.counted ? { ...line, counted: null } : line
}
