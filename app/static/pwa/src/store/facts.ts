/** Answers about items and places, out of the base. */
import type { CountTask, DiscrepancyLine, Item, Location, LotLine, Pack } from '../sync/facts'
import { gtin14 } from '../sync/gtin'
import type { Row } from '../sync/protocol'
import { lookupKey, type PackRow } from './base'
import { homeOf } from './buckets'
import type { Observatory, Sight } from './sight'

const MOST_MERGES = 20

export async function itemIn(sight: Sight, id: number): Promise<Item | null> {
  const rows = await sight.bucket('item', homeOf('item', [id]))
  const row = rows.find(([found]) => found === id)
  return row ? itemOf(row) : null
}

async function itemsIn(sight: Sight, ids: readonly number[]): Promise<Item[]> {
  const homes = await sight.buckets('item', ids.map((id) => homeOf('item', [id])))
  const rows = ids.map((id, index) => homes[index]?.find(([found]) => found === id))
  return rows.filter((row) => row !== undefined).map(itemOf)
}

/** The item that stands for this one: the end of its chain of merges. */
export function survivorOf(sight: Sight, id: number): number {
  let found = id
  for (let step = 0; step < MOST_MERGES; step += 1) {
    const next = sight.survivors.get(found)
    if (next === undefined) return found
    found = next
  }
  return found
}

/** An item and everything merged into it. */
export function familyOf(sight: Sight, id: number): number[] {
  const merged = [...sight.survivors.keys()].filter((item) => survivorOf(sight, item) === id)
  return [id, ...merged.filter((item) => item !== id)]
}

/** Items by a code on them: labels first, then the item's own code. Merged items give their survivor. */
export async function itemsByCode(sight: Sight, code: string): Promise<Item[]> {
  const keys = new Set([code, gtin14(code.trim()) ?? code].map(lookupKey).filter(Boolean))
  const found = await rowsByCode(sight, 'barcode', [...keys])
  const named = new Set(found.map(([, id]) => Number(id)))
  const survivors = await itemsIn(sight, [...new Set([...named].map((id) => survivorOf(sight, id)))])
  const merged = await itemsIn(sight, [...named].filter((id) => survivorOf(sight, id) !== id))
  return survivors.map((item) => withPacksOf(item, merged.filter(({ id }) => survivorOf(sight, id) === item.id)))
}

/** A case of goods that were merged is still so many of them: its packs stand beside the survivor's own. */
function withPacksOf(item: Item, merged: Item[]): Item {
  const packs = merged.flatMap((other) => other.packs ?? [])
  return packs.length ? { ...item, packs: [...(item.packs ?? []), ...packs] } : item
}

export async function searchItemsIn(sight: Sight, observatory: Observatory, text: string, limit: number): Promise<Item[]> {
  await observatory.items.refresh(sight.tables, sight.feed.slot, sight.line.generation)
  const hits = observatory.items.search(text, limit)
  const ids = new Set(hits.map((id) => survivorOf(sight, id)))
  const items = await itemsIn(sight, [...ids])
  return [...items.filter((item) => !item.archived), ...items.filter((item) => item.archived)]
}

export async function locationIn(sight: Sight, id: number): Promise<Location | null> {
  const rows = await sight.bucket('location', homeOf('location', [id]))
  const row = rows.find(([found]) => found === id)
  return row ? locationOf(row) : null
}

async function locationsIn(sight: Sight, ids: readonly number[]): Promise<Location[]> {
  const found = await Promise.all(ids.map((id) => locationIn(sight, id)))
  return found.filter((place) => place !== null)
}

/** A location by its label, else by its own code. */
export async function locationByCodeIn(sight: Sight, code: string): Promise<Location | null> {
  const key = lookupKey(code)
  const [best] = key ? await rowsByCode(sight, 'place_code', [key]) : []
  return best ? locationIn(sight, Number(best[1])) : null
}

export async function searchLocationsIn(sight: Sight, observatory: Observatory, text: string, limit: number): Promise<Location[]> {
  await observatory.locations.refresh(sight.tables, sight.feed.slot, sight.line.generation)
  const found = await locationsIn(sight, observatory.locations.search(text, limit))
  return found.filter((place) => place.kind !== 'virtual' && !place.archived)
}

/** Rows of codes, labels before own codes. */
async function rowsByCode(sight: Sight, family: 'barcode' | 'place_code', keys: string[]): Promise<Row[]> {
  sight.seek(keys)
  const buckets = await sight.buckets(family, keys.map((key) => homeOf(family, [key])))
  const rows = keys.flatMap((key, index) => buckets[index]?.filter(([found]) => found === key) ?? [])
  return rows.sort((first, second) => Number(first[2]) - Number(second[2]))
}

export async function lotsIn(sight: Sight, item: number): Promise<LotLine[]> {
  const family = familyOf(sight, item)
  const buckets = await sight.buckets('lot', family.map((id) => homeOf('lot', [id])))
  const rows = family.flatMap((id, index) => buckets[index]?.filter(([found]) => found === id) ?? [])
  const lots = new Map<string, LotLine>()
  for (const [, lot, expiresOn, introduced] of rows.reverse()) {
    lots.set(String(lot), { lot: String(lot), expiresOn: textOrNull(expiresOn), introduced: introduced === 1 })
  }
  return [...lots.values()].sort((first, second) => (first.expiresOn ?? '9').localeCompare(second.expiresOn ?? '9'))
}

export async function discrepanciesIn(sight: Sight, limit: number): Promise<DiscrepancyLine[]> {
  const records = await sight.tables.small.where('[entity+id]').between(['discrepancy', 0], ['discrepancy', Infinity]).toArray()
  const open = records.map(({ row }) => discrepancyOf(row)).filter(({ state }) => state !== 'closed')
  return open.sort((first, second) => second.at - first.at).slice(0, limit)
}

/** What is to be counted again, in walking order; what this device has counted meanwhile is left out. */
export async function countTasksIn(sight: Sight): Promise<CountTask[]> {
  const records = await sight.tables.small.where('[entity+id]').between(['count_task', 0], ['count_task', Infinity]).toArray()
  const waiting = records.map(({ row }) => countTaskOf(row)).filter((task) => !isCounted(sight, task))
  const places = new Map((await locationsIn(sight, waiting.map(({ location }) => location))).map((place) => [place.id, place]))
  const walk = ({ location }: CountTask) => places.get(location)?.walkOrder ?? 0
  return waiting.filter(({ location }) => places.has(location)).sort((first, second) => walk(first) - walk(second) || first.id - second.id)
}

/** Whether own work that the server has not told back yet counts what a task asks for. */
function isCounted(sight: Sight, task: CountTask): boolean {
  return sight.own.effects.some(
    ({ set, location, item, lot }) =>
      set !== null && location === task.location && (task.item === null || (item === task.item && lot === task.lot)),
  )
}

function countTaskOf([id, location, item, lot, reason, askedAt, why]: Row): CountTask {
  return {
    id: Number(id),
    location: Number(location),
    item: typeof item === 'number' ? item : null,
    lot: String(lot ?? ''),
    reason: String(reason ?? ''),
    why: Array.isArray(why) ? why.map(String) : [],
    askedAt: Number(askedAt),
  }
}

function itemOf(row: Row): Item {
  const [id, code, name, unit, decimals, tracking, expiring, category, archived, survivor, barcodes, packs, photo] = row
  return {
    id: Number(id),
    code: String(code),
    name: String(name),
    unit: String(unit),
    decimals: Number(decimals),
    tracking: tracking as Item['tracking'],
    expiring: expiring === 1,
    category: String(category ?? ''),
    archived: archived === 1,
    survivor: typeof survivor === 'number' ? survivor : null,
    barcodes: (barcodes as string[] | null) ?? [],
    packs: ((packs as unknown as PackRow[] | undefined) ?? []).map(packOf),
    photo: typeof photo === 'string' ? photo : '',
  }
}

function packOf([id, name, factor, barcodes]: PackRow): Pack {
  return { id, name, factor, barcodes }
}

function locationOf([id, parent, kind, code, name, barcode, archived, walkOrder]: Row): Location {
  return {
    id: Number(id),
    parent: typeof parent === 'number' ? parent : null,
    kind: kind as Location['kind'],
    code: String(code),
    name: String(name ?? ''),
    barcode: String(barcode ?? ''),
    archived: archived === 1,
    walkOrder: Number(walkOrder ?? 0),
  }
}

function discrepancyOf([id, kind, state, item, lot, location, quantity, at]: Row): DiscrepancyLine {
  return {
    id: Number(id),
    kind: String(kind),
    state: String(state),
    item: typeof item === 'number' ? item : null,
    lot: String(lot ?? ''),
    location: typeof location === 'number' ? location : null,
    quantity: String(quantity ?? '0'),
    at: Number(at),
  }
}

function textOrNull(cell: unknown): string | null {
  return typeof cell === 'string' && cell ? cell : null
}
