/** A fresh base out of a snapshot's parts: built beside the one that is shown, in the other slot. */
import { isTombstone, type Changes, type Entity, type Row, type SnapshotPart } from '../sync/protocol'
import { unpacked, type Part } from '../sync/snapshot-part'
import { BUCKETED, foundBy, isGone, itemLine, locationLine, partOf, type Bucketed } from './base'
import { homeOf, idOf, slotRange, spanOf, type Family } from './buckets'
import { putSearchText } from './search-store'
import type { BucketRecord, SmallRecord, Tables } from './schema'
import { WaitingParts } from './waiting-parts'

const RECORDS_A_TRANSACTION = 256
/** A part of so few characters is sorted in as it comes. */
const SMALL_TEXT = 100_000
/** When no part has come for so long, there is time to sort in one that waits. */
const LULL_MS = 150

/**
 * Collects parts in any order, and writes them when all are there. Looked into while it grows: what is asked for is sorted
 * in at once, the rest when the network leaves time, or when everything has come.
 */
export class FreshBase {
  /** The parts that are here, and of what. */
  readonly added = new Map<string, Entity>()
  checksum = 0
  /** The rows of each bucket as text without its outer brackets: kept as objects they would keep the collector busy. */
  private readonly buckets = new Map<number, string>()
  private readonly small: Changes = {}
  private readonly waiting = new WaitingParts()
  private lull: ReturnType<typeof setTimeout> | undefined
  private readonly itemLines: [number, string][] = []
  private readonly locationLines: [number, string][] = []

  constructor(
    readonly slot: 0 | 1,
    readonly cursor: number,
    readonly parts: readonly SnapshotPart[],
  ) {}

  /** Adds one part as it came: compressed JSON. */
  async add(hash: string, bytes: Uint8Array): Promise<void> {
    const text = await unpacked(bytes)
    if (this.added.has(hash)) return
    this.added.set(hash, entityOf(text))
    if (text.length > SMALL_TEXT) this.waiting.put(text)
    else this.sortIn(text)
    this.sortInALull()
  }

  /** Sorts in all that waits, a part at a time, so that scans and captures pass in between. */
  async settle(): Promise<void> {
    clearTimeout(this.lull)
    while (this.sortOneIn()) await new Promise((resolve) => setTimeout(resolve))
  }

  /** Somebody wants to know what these codes stand on: the parts that hold them wait no longer. */
  seek(codes: readonly string[]): void {
    for (const text of this.waiting.takeWith(codes)) this.sortIn(text)
  }

  /** Adds rows that do not stand in buckets. */
  addSmall(changes: Changes): void {
    for (const [entity, rows] of Object.entries(changes) as [Entity, Row[]][]) {
      this.small[entity] = [...(this.small[entity] ?? []), ...rows]
    }
  }

  /** What is known so far of one bucket: a scan finds its item while the rest is still on its way. */
  peek(id: number): Row[] | undefined {
    const span = spanOf(this.slot, id)
    if (span) for (const text of this.waiting.takeWithin(...span)) this.sortIn(text)
    const rows = this.buckets.get(id)
    return rows === undefined ? undefined : (JSON.parse(`[${rows}]`) as Row[])
  }

  /** Writes everything into the slot, in short transactions, so that captures pass in between. */
  async write(tables: Tables): Promise<void> {
    await tables.buckets.where('id').between(...slotRange(this.slot), true, false).delete()
    const entries = [...this.buckets]
    for (let start = 0; start < entries.length; start += RECORDS_A_TRANSACTION) {
      const records = entries.slice(start, start + RECORDS_A_TRANSACTION).map(([id, rows]): BucketRecord => ({ id, rows: `[${rows}]` }))
      await tables.buckets.bulkPut(records)
    }
    const made = `${this.cursor}`
    await putSearchText(tables, 'item', this.slot, made, this.itemLines)
    await putSearchText(tables, 'location', this.slot, made, this.locationLines)
  }

  /** The rows that stand by themselves, as if they had been pulled. */
  smallChanges(): Changes {
    return this.small
  }

  /** Whether every place and item is here, so that work can begin: parts come in the order of their entities. */
  hasCatalogue(): boolean {
    for (const { hash } of this.parts) {
      const entity = this.added.get(hash)
      if (entity !== 'location' && entity !== 'item') return entity !== undefined
    }
    return true
  }

  private sortInALull(): void {
    clearTimeout(this.lull)
    this.lull = setTimeout(() => this.sortOneIn() && this.sortInALull(), LULL_MS)
  }

  /** False when none waits. */
  private sortOneIn(): boolean {
    const text = this.waiting.takeNext()
    if (text !== undefined) this.sortIn(text)
    return text !== undefined
  }

  private sortIn(text: string): void {
    const { entity, rows } = JSON.parse(text) as Part
    if (isBucketed(entity)) this.addRows(entity, rows)
    else this.addSmall({ [entity]: rows })
  }

  private addRows(entity: Bucketed, rows: Row[]): void {
    const added = new Map<number, Row[]>()
    for (const row of rows) {
      if (isGone(entity, row)) continue
      this.collect(added, entity, row)
      for (const [family, found] of foundBy(entity, row)) this.collect(added, family, found)
      if (entity === 'stock') this.checksum = (this.checksum + partOf(row)) % 2 ** 32
      if (entity === 'item') this.itemLines.push([Number(row[0]), itemLine(row)])
      if (entity === 'location') this.locationLines.push([Number(row[0]), locationLine(row)])
    }
    for (const [id, fresh] of added) this.append(id, JSON.stringify(fresh).slice(1, -1))
  }

  private collect(added: Map<number, Row[]>, family: Family, row: Row): void {
    const id = idOf(this.slot, family, homeOf(family, row))
    const rows = added.get(id)
    if (rows) rows.push(row)
    else added.set(id, [row])
  }

  private append(id: number, text: string): void {
    const before = this.buckets.get(id)
    this.buckets.set(id, before === undefined ? text : `${before},${text}`)
  }
}

export function smallRecords(entity: Entity, rows: readonly Row[]): SmallRecord[] {
  return rows.filter((row) => !isTombstone(entity, row)).map((row) => ({ entity, id: row[0] as string | number, row }))
}

function isBucketed(entity: Entity): entity is Bucketed {
  return (BUCKETED as readonly string[]).includes(entity)
}

/** What a part's rows are, which its text says first; else read as a whole. */
function entityOf(text: string): Entity {
  const [, entity] = /^\{"entity":"(\w+)"/.exec(text) ?? []
  return (entity ?? (JSON.parse(text) as Part).entity) as Entity
}
