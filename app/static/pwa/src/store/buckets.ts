/** Rows in buckets: about a hundred rows a record, so that 100,000 of them are stored and found in no time. */
import { fnv1a, type Row } from '../sync/protocol'
import type { BucketRecord, Tables } from './schema'

const CODE_BUCKETS = 1024
const NEIGHBOURS = 128
const SERIAL_NEIGHBOURS = 16
const PLACE_NEIGHBOURS = 32
const PLACE_SPREAD = 8
const FAMILY_ROOM = 2 ** 28
const SLOT_ROOM = 2 ** 32
const KEPT_IN_MEMORY = 256

/** What stands in buckets: rows as they came, and the ways by which they are looked up. */
const FAMILIES = ['item', 'barcode', 'stock', 'place', 'lot', 'serial', 'location', 'place_code', 'merged'] as const
export type Family = (typeof FAMILIES)[number]

/**
 * Where a row of each family belongs. Ids are given out one after the other, so neighbours share a bucket: what is
 * imported together is written together. Codes are spread by their hash. `place` repeats the stock by location, over
 * eight buckets, so that a location with everything in it does not make one huge bucket.
 */
const HOMES: Record<Family, (row: Row) => number> = {
  item: ([id]) => among(id, NEIGHBOURS),
  barcode: ([code]) => fnv1a(String(code)) % CODE_BUCKETS,
  stock: ([item]) => among(item, NEIGHBOURS),
  place: ([item, , location]) => placeHome(Number(location)) + (Number(item) % PLACE_SPREAD),
  lot: ([item]) => among(item, NEIGHBOURS),
  serial: ([item]) => among(item, SERIAL_NEIGHBOURS),
  location: ([id]) => among(id, NEIGHBOURS),
  place_code: ([code]) => fnv1a(String(code)) % CODE_BUCKETS,
  merged: ([survivor]) => among(survivor, NEIGHBOURS),
}

/** How many leading columns name a row within its family. */
const KEYS: Record<Family, number> = {
  item: 1,
  barcode: 3,
  stock: 3,
  place: 3,
  lot: 2,
  serial: 2,
  location: 1,
  place_code: 3,
  merged: 2,
}

/** Families in which neighbours by the first column share a bucket, and how many do. */
const TOGETHER: Partial<Record<Family, number>> = { item: NEIGHBOURS, stock: NEIGHBOURS, lot: NEIGHBOURS, serial: SERIAL_NEIGHBOURS }

function among(id: Row[number] | undefined, neighbours: number): number {
  return Math.floor(Number(id) / neighbours)
}

function placeHome(location: number): number {
  return among(location, PLACE_NEIGHBOURS) * PLACE_SPREAD
}

export function homeOf(family: Family, row: Row): number {
  return HOMES[family](row)
}

export function keyOf(family: Family, row: Row): string {
  return row.slice(0, KEYS[family]).join('\u0000')
}

export function idOf(slot: number, family: Family, home: number): number {
  return slot * SLOT_ROOM + FAMILIES.indexOf(family) * FAMILY_ROOM + home
}

/** What stands in a bucket: the family, and from which to which number the first column goes; null where that says nothing. */
export function spanOf(slot: number, id: number): [Family, number, number] | null {
  const within = id - slot * SLOT_ROOM
  const family = FAMILIES[Math.floor(within / FAMILY_ROOM)]
  const neighbours = family && TOGETHER[family]
  if (!family || !neighbours) return null
  const low = (within % FAMILY_ROOM) * neighbours
  return [family, low, low + neighbours - 1]
}

/** The ids of everything in one slot, from and up to but not including. */
export function slotRange(slot: number): [number, number] {
  return [slot * SLOT_ROOM, (slot + 1) * SLOT_ROOM]
}

/** Every row of a family. */
export async function wholeFamily(tables: Tables, slot: number, family: Family): Promise<Row[]> {
  const first = idOf(slot, family, 0)
  const records = await tables.buckets.where('id').between(first, first + FAMILY_ROOM, true, false).toArray()
  return records.flatMap(parse)
}

/** Reads buckets and remembers those last used, as long as the base stays the same. */
export class BucketReader {
  private readonly remembered = new Map<number, Row[]>()
  private basis = ''

  constructor(private readonly peek: (id: number) => Row[] | undefined = () => undefined) {}

  /** Call in every read transaction before reading: what was remembered of another base is forgotten. */
  standOn(slot: number, generation: number): void {
    const basis = `${slot}:${generation}`
    if (basis !== this.basis) this.remembered.clear()
    this.basis = basis
  }

  /** The rows of one family that share a bucket with these; the caller picks its own among them. */
  async near(tables: Tables, slot: number, family: Family, homes: Iterable<number>): Promise<Row[][]> {
    const ids = Array.from(homes, (home) => idOf(slot, family, home))
    const growing = new Map(ids.map((id) => [id, this.peek(id)]))
    const lacking = [...new Set(ids)].filter((id) => !growing.get(id) && !this.remembered.has(id))
    const records = lacking.length ? await tables.buckets.bulkGet(lacking) : []
    const fresh = new Map(lacking.map((id, index) => [id, parse(records[index])]))
    const rows = ids.map((id) => growing.get(id) ?? fresh.get(id) ?? this.remembered.get(id) ?? [])
    for (const [id, found] of fresh) this.remember(id, found)
    return rows
  }

  /** Every row of one item's, code's or place's bucket. */
  async bucket(tables: Tables, slot: number, family: Family, home: number): Promise<Row[]> {
    const [rows] = await this.near(tables, slot, family, [home])
    return rows ?? []
  }

  /** The stock rows of one location. */
  async place(tables: Tables, slot: number, location: number): Promise<Row[]> {
    const first = placeHome(location)
    const homes = Array.from({ length: PLACE_SPREAD }, (_, index) => first + index)
    const rows = await this.near(tables, slot, 'place', homes)
    return rows.flat().filter((row) => row[2] === location)
  }

  private remember(id: number, rows: Row[]): void {
    this.remembered.set(id, rows)
    const eldest = this.remembered.size > KEPT_IN_MEMORY ? this.remembered.keys().next().value : undefined
    if (eldest !== undefined) this.remembered.delete(eldest)
  }
}

export function parse(record: BucketRecord | undefined): Row[] {
  return record ? (JSON.parse(record.rows) as Row[]) : []
}

export function bucketRecord(id: number, rows: Row[]): BucketRecord {
  return { id, rows: JSON.stringify(rows) }
}
