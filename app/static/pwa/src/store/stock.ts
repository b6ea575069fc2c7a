/** Answers about stock: the base, and this device's own unsettled work laid over it. */
import type { StockLine } from '../sync/facts'
import { after, type Effect } from '../sync/own-work'
import type { Row } from '../sync/protocol'
import { parseBalance } from '../sync/quantity'
import { homeOf, wholeFamily } from './buckets'
import { familyOf, survivorOf } from './facts'
import type { Sight } from './sight'

/** Every cell of an item and what was merged into it; empty ones only where own work emptied them. */
export async function stockOfItemIn(sight: Sight, id: number): Promise<StockLine[]> {
  const item = survivorOf(sight, id)
  const family = new Set(familyOf(sight, item))
  const buckets = await sight.buckets('stock', [...family].map((member) => homeOf('stock', [member])))
  const rows = [...new Set(buckets.flat())].filter((row) => family.has(Number(row[0])))
  const effects = sight.own.effects.filter((effect) => family.has(effect.item))
  return linesOf(sight, rows, effects)
}

export async function stockAtLocationIn(sight: Sight, location: number): Promise<StockLine[]> {
  const rows = await sight.place(location)
  return linesOf(sight, rows, sight.own.effects.filter((effect) => effect.location === location))
}

/** Where a serial is: last seen by own work, else as the server says; null when unknown. */
export async function serialPositionIn(sight: Sight, item: number, serial: string): Promise<number | null> {
  const family = new Set(familyOf(sight, survivorOf(sight, item)))
  const own = sight.own.serials.findLast((seen) => family.has(seen.item) && seen.serial === serial)
  if (own) return own.location
  const buckets = await sight.buckets('serial', [...family].map((member) => homeOf('serial', [member])))
  const row = buckets.flat().find((found) => family.has(Number(found[0])) && found[1] === serial)
  return row ? Number(row[3]) : null
}

/** The serials of an item that should be at a location. */
export async function serialsAtIn(sight: Sight, item: number, location: number): Promise<{ serial: string; lot: string }[]> {
  const family = new Set(familyOf(sight, survivorOf(sight, item)))
  const buckets = await sight.buckets('serial', [...family].map((member) => homeOf('serial', [member])))
  const rows = buckets.flat().filter((row) => family.has(Number(row[0])))
  const homes = new Map(rows.map(([, serial, lot, home]) => [String(serial), { lot: String(lot ?? ''), location: Number(home) }]))
  for (const seen of sight.own.serials) if (family.has(seen.item)) homes.set(seen.serial, seen)
  const here = [...homes].filter(([, home]) => home.location === location)
  return here.map(([serial, { lot }]) => ({ serial, lot })).sort((first, second) => first.serial.localeCompare(second.serial))
}

export interface ExpiringLot {
  item: number
  lot: string
  expiresOn: string
  quantity: bigint
}

const LOTS_A_STEP = 256

/** Lots that are in stock somewhere and expire before a day, the soonest first. Quantities are millionths. */
export async function expiringLotsIn(sight: Sight, before: string, limit: number): Promise<ExpiringLot[]> {
  const { tables, feed } = sight
  const lots = await wholeFamily(tables, feed.slot, 'lot')
  const soon = lots.filter(([, , expiresOn]) => typeof expiresOn === 'string' && expiresOn !== '' && expiresOn < before)
  soon.sort((first, second) => String(first[2]).localeCompare(String(second[2])))
  const found: ExpiringLot[] = []
  for (let start = 0; start < soon.length && found.length < limit; start += LOTS_A_STEP) {
    found.push(...(await withStock(sight, soon.slice(start, start + LOTS_A_STEP))))
  }
  return found.slice(0, limit)
}

async function withStock(sight: Sight, lots: readonly Row[]): Promise<ExpiringLot[]> {
  const buckets = await sight.buckets('stock', lots.map(([item]) => homeOf('stock', [item ?? 0])))
  return lots.flatMap(([item, lot, expiresOn], index) => {
    const cells = buckets[index]?.filter((row) => row[0] === item && row[1] === lot) ?? []
    const own = sight.own.effects.filter((effect) => effect.item === item && effect.lot === lot)
    const quantity = onHand(cells, own)
    return quantity > 0n ? [{ item: survivorOf(sight, Number(item)), lot: String(lot), expiresOn: String(expiresOn), quantity }] : []
  })
}

function onHand(cells: readonly Row[], effects: readonly Effect[]): bigint {
  const places = new Set([...cells.map((row) => Number(row[2])), ...effects.map(({ location }) => location)])
  return [...places].reduce((sum, place) => {
    const base = cells.find((row) => row[2] === place)
    return sum + after(base ? parseBalance(String(base[3])) : 0n, effects.filter(({ location }) => location === place))
  }, 0n)
}

/** Cells at a location that still stand on items merged into others: a count there clears them up. */
export async function mergedCellsIn(sight: Sight, location: number): Promise<{ item: number; survivor: number; lot: string }[]> {
  const merged = [...sight.survivors.keys()]
  const buckets = await sight.buckets('stock', merged.map((item) => homeOf('stock', [item])))
  const rows = merged.flatMap((item, index) => buckets[index]?.filter((row) => row[0] === item && row[2] === location) ?? [])
  return rows.map(([item, lot]) => ({ item: Number(item), survivor: survivorOf(sight, Number(item)), lot: String(lot) }))
}

/** Sums cells of one place and lot over merged items, and lays own work over them. */
async function linesOf(sight: Sight, rows: readonly Row[], effects: readonly Effect[]): Promise<StockLine[]> {
  const cells = new Map<string, { item: number; lot: string; location: number; base: bigint; effects: Effect[] }>()
  const cellOf = (item: number, lot: string, location: number) => {
    const survivor = survivorOf(sight, item)
    const key = `${survivor}\u0000${lot}\u0000${location}`
    const cell = cells.get(key) ?? { item: survivor, lot, location, base: 0n, effects: [] }
    cells.set(key, cell)
    return cell
  }
  for (const [item, lot, location, quantity] of rows) {
    cellOf(Number(item), String(lot), Number(location)).base += parseBalance(String(quantity))
  }
  for (const effect of effects) cellOf(effect.item, effect.lot, effect.location).effects.push(effect)
  const expiry = await expiryOf(sight, [...cells.values()])
  return [...cells.values()].map(({ item, lot, location, base, effects: own }) => {
    const quantity = after(base, own)
    return { item, lot, location, quantity, pending: quantity - base, expiresOn: expiry.get(`${item}\u0000${lot}`) ?? null }
  })
}

async function expiryOf(sight: Sight, cells: readonly { item: number; lot: string }[]): Promise<Map<string, string>> {
  const items = [...new Set(cells.filter(({ lot }) => lot !== '').map(({ item }) => item))]
  const members = items.flatMap((item) => familyOf(sight, item))
  const buckets = await sight.buckets('lot', members.map((member) => homeOf('lot', [member])))
  const expiry = new Map<string, string>()
  members.forEach((member, index) => {
    for (const [item, lot, expiresOn] of buckets[index] ?? []) {
      if (item === member && expiresOn) expiry.set(`${survivorOf(sight, member)}\u0000${lot}`, String(expiresOn))
    }
  })
  return expiry
}
