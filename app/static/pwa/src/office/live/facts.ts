/** What the live page knows: the rows of the feed in memory, and the stock lines made of them. */
import type { DiscrepancyLine } from '../../sync/facts'
import { parseBalance } from '../../sync/quantity'
import { isTombstone, type Changes, type Row } from '../../sync/protocol'

export interface StockLine {
  key: string
  item: number
  code: string
  name: string
  unit: string
  category: string
  lot: string
  expiresOn: string | null
  location: number
  place: string
  site: number | null
  virtual: boolean
  /** Millionths of the base unit; the sum over the item and everything merged into it. */
  quantity: bigint
  /** Folded words that a search looks through. */
  text: string
}

export interface DeviceLine {
  id: string
  name: string
  contactAt: number | null
  pending: number
  oldestUnsentAt: number | null
  revoked: boolean
}

interface ItemLine {
  code: string
  name: string
  unit: string
  category: string
  survivor: number | null
  barcodes: string[]
}

interface Place {
  parent: number | null
  kind: string
  code: string
}

/** Lower case without accents: what a search compares. */
export function folded(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** The cell as people see it: survivor, lot and location. */
export function lineKey(item: number, lot: string, location: number): string {
  return `${item}|${location}|${lot}`
}

/** All facts of the page. */
export class LiveFacts {
  readonly devices = new Map<string, DeviceLine>()
  readonly discrepancies = new Map<number, DiscrepancyLine>()
  readonly lines = new Map<string, StockLine>()
  private readonly items = new Map<number, ItemLine>()
  private readonly places = new Map<number, Place>()
  private readonly expiry = new Map<string, string | null>()
  private readonly cells = new Map<string, Map<number, bigint>>()
  private readonly keysOf = new Map<number, Set<string>>()

  /** Takes the rows of a page or a part; returns each stock line they touched with what it held before. */
  apply(changes: Changes): Map<string, bigint> {
    const touched = new Set<string>()
    for (const row of changes.location ?? []) this.takePlace(row, touched)
    for (const row of changes.item ?? []) this.takeItem(row, touched)
    for (const row of changes.lot ?? []) this.takeLot(row, touched)
    for (const row of changes.stock ?? []) this.takeStock(row, touched)
    for (const row of changes.device ?? []) this.takeDevice(row)
    for (const row of changes.discrepancy ?? []) this.takeDiscrepancy(row)
    const before = new Map([...touched].map((key) => [key, this.lines.get(key)?.quantity ?? 0n]))
    for (const key of touched) this.refresh(key)
    return before
  }

  /** Forgets everything, before a fresh snapshot. */
  clear(): void {
    const all = [this.devices, this.discrepancies, this.lines, this.items, this.places, this.expiry, this.cells, this.keysOf]
    for (const known of all) known.clear()
  }

  /** The name of an item for a person; its number while it is unknown. */
  itemName(item: number | null): string {
    return item === null ? '' : (this.items.get(item)?.name ?? `#${item}`)
  }

  /** The code of a location; its number while it is unknown. */
  placeCode(location: number | null): string {
    return location === null ? '' : (this.places.get(location)?.code ?? `#${location}`)
  }

  /** Every site, in the order of their codes. */
  sites(): { id: number; code: string }[] {
    const found = [...this.places].filter(([, place]) => place.kind === 'site')
    return found.map(([id, place]) => ({ id, code: place.code })).sort((a, b) => a.code.localeCompare(b.code))
  }

  private survivorOf(item: number): number {
    const seen = new Set([item])
    let current = item
    for (;;) {
      const next = this.items.get(current)?.survivor ?? null
      if (next === null || seen.has(next)) return current
      seen.add(next)
      current = next
    }
  }

  private siteOf(location: number): number | null {
    const seen = new Set<number>()
    for (let at: number | null = location; at !== null && !seen.has(at); at = this.places.get(at)?.parent ?? null) {
      if (this.places.get(at)?.kind === 'site') return at
      seen.add(at)
    }
    return null
  }

  private takeItem(row: Row, touched: Set<string>): void {
    const id = Number(row[0])
    const before = this.items.get(id)
    if (isTombstone('item', row)) this.items.delete(id)
    else {
      const [, code, name, unit, , , , category, , survivor, barcodes] = row
      const texts = { code: String(code), name: String(name), unit: String(unit), category: String(category) }
      this.items.set(id, { ...texts, survivor: survivor === null ? null : Number(survivor), barcodes: barcodes as string[] })
    }
    if (before === undefined && this.cells.size === 0) return
    if (before?.survivor !== this.items.get(id)?.survivor) this.rehome(touched)
    else for (const key of this.keysOf.get(id) ?? []) touched.add(key)
  }

  /** A merge or its undoing: cells belong to other lines now. */
  private rehome(touched: Set<string>): void {
    const old = [...this.cells]
    this.cells.clear()
    for (const [key, members] of old) {
      touched.add(key)
      const [, location, ...lot] = key.split('|')
      for (const [item, quantity] of members) this.put(item, lot.join('|'), Number(location), quantity, touched)
    }
  }

  private takePlace(row: Row, touched: Set<string>): void {
    const id = Number(row[0])
    const known = this.places.has(id)
    if (isTombstone('location', row)) this.places.delete(id)
    else this.places.set(id, { parent: row[1] === null ? null : Number(row[1]), kind: String(row[2]), code: String(row[3]) })
    if (known) for (const [key, line] of this.lines) if (line.location === id) touched.add(key)
  }

  private takeLot(row: Row, touched: Set<string>): void {
    const name = `${row[0]}|${row[1]}`
    this.expiry.set(name, isTombstone('lot', row) || row[2] === null ? null : String(row[2]))
    for (const key of this.keysOf.get(Number(row[0])) ?? []) if (this.lines.get(key)?.lot === row[1]) touched.add(key)
  }

  private takeStock(row: Row, touched: Set<string>): void {
    const quantity = isTombstone('stock', row) ? 0n : parseBalance(row[3])
    this.put(Number(row[0]), String(row[1]), Number(row[2]), quantity, touched)
  }

  private put(item: number, lot: string, location: number, quantity: bigint, touched: Set<string>): void {
    const key = lineKey(this.survivorOf(item), lot, location)
    const members = this.cells.get(key) ?? new Map<number, bigint>()
    if (quantity === 0n) members.delete(item)
    else members.set(item, quantity)
    if (members.size) this.cells.set(key, members)
    else this.cells.delete(key)
    touched.add(key)
  }

  private takeDevice(row: Row): void {
    const id = String(row[0])
    if (isTombstone('device', row)) {
      this.devices.delete(id)
      return
    }
    const [, name, contactAt, pending, oldest, revoked] = row
    const times = { contactAt: contactAt as number | null, oldestUnsentAt: oldest as number | null }
    this.devices.set(id, { id, name: String(name), ...times, pending: Number(pending), revoked: revoked === 1 })
  }

  private takeDiscrepancy(row: Row): void {
    const id = Number(row[0])
    const [, kind, state, item, lot, location, quantity, at] = row
    if (isTombstone('discrepancy', row) || state === 'closed') {
      this.discrepancies.delete(id)
      return
    }
    const subject = { item: item as number | null, lot: String(lot ?? ''), location: location as number | null }
    this.discrepancies.set(id, { id, kind: String(kind), state: String(state), ...subject, quantity: String(quantity), at: Number(at) })
  }

  private refresh(key: string): void {
    const members = this.cells.get(key)
    const [item, location, ...lot] = key.split('|')
    const line = members && this.lineOf(key, Number(item), lot.join('|'), Number(location), members)
    if (line) this.lines.set(key, line)
    else this.lines.delete(key)
    const keys = this.keysOf.get(Number(item)) ?? new Set<string>()
    if (line) keys.add(key)
    else keys.delete(key)
    this.keysOf.set(Number(item), keys)
  }

  private lineOf(key: string, item: number, lot: string, location: number, members: Map<number, bigint>): StockLine {
    const known = this.items.get(item)
    const place = this.places.get(location)
    const { code, name, unit, category } = known ?? { code: '', name: `#${item}`, unit: '', category: '' }
    const goods = { item, code, name, unit, category, lot, expiresOn: this.expiry.get(`${item}|${lot}`) ?? null }
    const where = { location, place: place?.code ?? `#${location}`, site: this.siteOf(location), virtual: place?.kind === 'virtual' }
    const text = folded([code, name, category, lot, where.place, ...(known?.barcodes ?? [])].join(' '))
    return { key, ...goods, ...where, quantity: [...members.values()].reduce((sum, each) => sum + each, 0n), text }
  }
}
