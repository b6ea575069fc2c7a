/** What a reading means on the floor: a place, an item, several items, a detail of the last line, or nothing known. */
import type { Item, Location } from '../../floor'
import type { Reading } from '../../sync/barcode'
import { isDetail } from './scanned'

type Meaning =
  | { kind: 'place'; place: Location }
  | { kind: 'item'; item: Item; reading: Reading }
  | { kind: 'choice'; items: Item[]; reading: Reading }
  | { kind: 'detail'; reading: Reading }
  | { kind: 'unknown'; reading: Reading }
  | { kind: 'unreadable'; reading: Reading }

export interface Lookups {
  itemById: (id: number) => Promise<Item | null>
  itemsByBarcode: (code: string) => Promise<Item[]>
  itemsByCode: (code: string) => Promise<Item[]>
  placeByCode: (code: string) => Promise<Location | null>
}

const LONGEST_MERGE_CHAIN = 16

/** Places are asked first for plain text, items first for trade numbers; a merged item stands for its survivor. */
export async function interpret(reading: Reading, lookups: Lookups): Promise<Meaning> {
  const code = reading.raw.trim()
  if (code === '' || reading.problem === 'too_long') return { kind: 'unreadable', reading }
  const place = reading.gtin === null ? await lookups.placeByCode(code) : null
  if (place) return { kind: 'place', place }
  const items = await survivors(await itemsOf(reading, code, lookups), lookups)
  const [only] = items
  if (only && items.length === 1) return { kind: 'item', item: only, reading }
  if (items.length > 1) return { kind: 'choice', items, reading }
  return { kind: isDetail(reading) ? 'detail' : 'unknown', reading }
}

async function itemsOf(reading: Reading, code: string, lookups: Lookups): Promise<Item[]> {
  const byBarcode = await lookups.itemsByBarcode(reading.gtin ?? code)
  if (byBarcode.length || reading.gtin !== null) return byBarcode
  return lookups.itemsByCode(code)
}

/** Each item's survivor, once. */
async function survivors(items: Item[], lookups: Lookups): Promise<Item[]> {
  const found = new Map<number, Item>()
  for (const item of items) {
    const survivor = await survivorOf(item, lookups)
    found.set(survivor.id, survivor)
  }
  return [...found.values()]
}

export async function survivorOf(item: Item, lookups: Pick<Lookups, 'itemById'>): Promise<Item> {
  let current = item
  for (let steps = 0; current.survivor !== null && steps < LONGEST_MERGE_CHAIN; steps += 1) {
    const next = await lookups.itemById(current.survivor)
    if (!next) return current
    current = next
  }
  return current
}
