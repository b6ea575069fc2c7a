/** The base: what the server says, in buckets. Applies changed rows, and everything that is looked up by them. */
import { parseBalance } from '../sync/quantity'
import { COLUMNS, fnv1a, isTombstone, stockHash, type Changes, type Entity, type Row } from '../sync/protocol'
import { searchLine } from '../sync/search'
import { bucketRecord, homeOf, idOf, keyOf, parse, type Family } from './buckets'
import type { Tables } from './schema'

export const BUCKETED = ['item', 'location', 'lot', 'stock', 'serial'] as const
export type Bucketed = (typeof BUCKETED)[number]

/** A pack as the row of its item holds it: id, name, factor, barcodes. */
export type PackRow = [number, string, string, string[]]

/** Raise it whenever `foundBy` or a line to search by makes more of the same rows. */
const READING = 2

/**
 * What a base is made of: the columns of its rows, and what is found by them. One that an earlier version of this app
 * made lacks what only this version looks for, until each of its rows happens to change: so it is fetched afresh.
 */
export const LAYOUT = `${READING}:${fnv1a(JSON.stringify(COLUMNS))}`

/** What applying changes has to tell: the new checksum of the stock, and the lines to search by. */
export interface Applied {
  checksum: number
  itemLines: Map<number, string | null>
  locationLines: Map<number, string | null>
}

/** Codes are looked up without regard to case or surrounding space. */
export function lookupKey(code: string): string {
  return code.trim().toUpperCase()
}

/** The rows of other families by which one row is found. The last column says whether a label's code or the own one. */
export function foundBy(entity: Bucketed, row: Row): [Family, Row][] {
  if (entity === 'stock') return [['place', row]]
  if (entity === 'location') return codes('place_code', Number(row[0]), [String(row[5])], String(row[3]))
  if (entity !== 'item') return []
  const found = codes('barcode', Number(row[0]), printedOn(row), String(row[1]))
  return typeof row[9] === 'number' ? [...found, ['merged', [row[9], row[0] ?? 0]]] : found
}

/** Barcodes on an item and on its packs; rows of items without packs end before them. */
function printedOn(row: Row): string[] {
  const packs = (row[11] as unknown as PackRow[] | undefined) ?? []
  return [...((row[10] as string[] | null) ?? []), ...packs.flatMap(([, , , barcodes]) => barcodes)]
}

function codes(family: Family, id: number, labels: string[], own: string): [Family, Row][] {
  const rows = labels.filter(Boolean).map((label): [Family, Row] => [family, [lookupKey(label), id, 0]])
  return [...rows, [family, [lookupKey(own), id, 1]]]
}

/** Whether a row says that there is nothing: a tombstone, or an empty cell. */
export function isGone(entity: Entity, row: Row): boolean {
  return isTombstone(entity, row) || (entity === 'stock' && isNothing(String(row[3])))
}

function isNothing(quantity: string): boolean {
  const first = quantity.charCodeAt(0)
  return (first < 49 || first > 57) && parseBalance(quantity) === 0n
}

export function itemLine(row: Row): string {
  return searchLine(String(row[1]), [String(row[2]), String(row[7])], printedOn(row))
}

export function locationLine(row: Row): string {
  return searchLine(String(row[3]), [String(row[4])], [String(row[5])])
}

/** Applies changes to one slot. Runs inside the caller's transaction over `buckets`. */
export async function applyChanges(tables: Tables, slot: number, changes: Changes, checksum: number): Promise<Applied> {
  const applied: Applied = { checksum, itemLines: new Map(), locationLines: new Map() }
  const indexed = new Edits()
  for (const entity of BUCKETED) {
    const edits = new Edits()
    for (const row of changes[entity] ?? []) edits.put(entity, row, isGone(entity, row) ? null : row)
    await edits.write(tables, slot, (before, after, row) => note(applied, indexed, entity, { before, after, row }))
  }
  await indexed.write(tables, slot)
  return applied
}

interface Edit {
  before: Row | undefined
  after: Row | null
  row: Row
}

function note(applied: Applied, indexed: Edits, entity: Bucketed, { before, after, row }: Edit): void {
  const [was, is] = [before ? foundBy(entity, before) : [], after ? foundBy(entity, after) : []]
  const [wasTold, isTold] = [new Set(was.map(told)), new Set(is.map(told))]
  for (const found of was) if (!isTold.has(told(found))) indexed.put(found[0], found[1], null)
  for (const found of is) if (!wasTold.has(told(found))) indexed.put(found[0], found[1], found[1])
  if (entity === 'stock') applied.checksum = (applied.checksum + partOf(after) - partOf(before) + 2 ** 32) % 2 ** 32
  if (entity === 'item') applied.itemLines.set(Number(row[0]), after && itemLine(after))
  if (entity === 'location') applied.locationLines.set(Number(row[0]), after && locationLine(after))
}

/** By this a renamed item's barcodes are known to be the same as before, and left alone. */
function told(found: [Family, Row]): string {
  return JSON.stringify(found)
}

/** What one stock row adds to the checksum. */
export function partOf(row: Row | null | undefined): number {
  return row ? stockHash(Number(row[0]), String(row[1]), Number(row[2]), String(row[3])) : 0
}

type Noted = (before: Row | undefined, after: Row | null, row: Row) => void

/** Rows to be put or taken away, by bucket; of several for one key the last one counts. */
class Edits {
  private readonly byFamily = new Map<Family, Map<number, Edited>>()

  put(family: Family, row: Row, after: Row | null): void {
    const homes = this.byFamily.get(family) ?? new Map<number, Edited>()
    const home = homeOf(family, row)
    const rows = homes.get(home) ?? (new Map() as Edited)
    this.byFamily.set(family, homes.set(home, rows.set(keyOf(family, row), { row, after })))
  }

  async write(tables: Tables, slot: number, noted: Noted = () => undefined): Promise<void> {
    for (const [family, homes] of this.byFamily) {
      const ids = Array.from(homes.keys(), (home) => idOf(slot, family, home))
      const records = await tables.buckets.bulkGet(ids)
      const edits = [...homes.values()]
      const written = ids.map((id, index) => bucketRecord(id, edited(family, parse(records[index]), edits[index], noted)))
      await tables.buckets.bulkPut(written)
    }
  }
}

type Edited = Map<string, { row: Row; after: Row | null }>

/** Most rows of a bucket are not concerned: their first column tells, and no key is made of them. */
function edited(family: Family, rows: Row[], edits: Edited = new Map(), noted: Noted): Row[] {
  const touched = new Set(Array.from(edits.values(), ({ row }) => row[0]))
  const kept = rows.filter((row) => !touched.has(row[0]))
  const byKey = new Map(rows.filter((row) => touched.has(row[0])).map((row) => [keyOf(family, row), row]))
  for (const [key, { row, after }] of edits) {
    noted(byKey.get(key), after, row)
    if (after) byKey.set(key, after)
    else byKey.delete(key)
  }
  return [...kept, ...byKey.values()]
}
