/** One look at the facts: base and own work of one moment, read in one transaction, so that nothing counts twice. */
import { Dexie } from 'dexie'
import type { Operation } from '../sync/operation'
import { inOrder, type OutboxRow } from '../sync/outbox'
import { effectsOf, serialMoves, targetsOf, type Effect, type Homes, type SerialMove } from '../sync/own-work'
import type { Row } from '../sync/protocol'
import { BucketReader, homeOf, idOf, parse, wholeFamily, type Family } from './buckets'
import { FRESH_FEED } from './records'
import { SearchIndex } from './search-store'
import type { FeedRecord, LineRecord, Tables } from './schema'
import type { Vault } from './vault'
import { atomic } from './atomic'

/** This device's unsettled work, ready to be laid over the base. */
interface OwnWork {
  rows: OutboxRow[]
  effects: Effect[]
  serials: SerialMove[]
}

const NO_WORK: OwnWork = { rows: [], effects: [], serials: [] }

/** What one read transaction may look at. */
export interface Sight {
  tables: Tables
  line: LineRecord
  feed: FeedRecord
  own: OwnWork
  /** Merged item → the one it was merged into. */
  survivors: ReadonlyMap<number, number>
  bucket(family: Family, home: number): Promise<Row[]>
  buckets(family: Family, homes: number[]): Promise<Row[][]>
  place(location: number): Promise<Row[]>
  /** These codes are about to be looked up. */
  seek(codes: readonly string[]): unknown
}

/** A base that is still being built. */
export interface Growing {
  /** What is known so far of one bucket. */
  peek(id: number): Row[] | undefined
  /** Brings forward what is here of these codes, and not in buckets yet. */
  seek(codes: readonly string[]): void
}

export class Observatory {
  readonly items = new SearchIndex('item')
  readonly locations = new SearchIndex('location')
  private readonly reader: BucketReader
  private own = NO_WORK
  private survivors: ReadonlyMap<number, number> = new Map()
  private basis = { generation: -1, nextSeq: 0, slot: -1 }

  /** `growing` is looked into while there is no other base. */
  constructor(
    private readonly vault: Vault,
    private readonly growing: Growing,
  ) {
    this.reader = new BucketReader((id) => growing.peek(id))
  }

  /** Reads facts of one moment. `null` from a device that has no identity yet. */
  async look<Result>(work: (sight: Sight) => Promise<Result>): Promise<Result> {
    return this.vault.use((tables) =>
      atomic(tables, 'r', tables.tables, async () => {
        const [line, feed] = (await tables.meta.bulkGet(['line', 'feed'])) as [LineRecord | undefined, FeedRecord | undefined]
        if (!line) throw new Error('this device has no identity yet')
        const at = feed ?? FRESH_FEED
        await this.bringUp(tables, line, at)
        return work(this.sight(tables, line, at))
      }),
    )
  }

  private sight(tables: Tables, line: LineRecord, feed: FeedRecord): Sight {
    const { reader, own, survivors } = this
    const slot = feed.pulledAt === null && feed.building ? feed.building.slot : feed.slot
    return {
      tables,
      line,
      feed,
      own,
      survivors,
      bucket: (family, home) => reader.bucket(tables, slot, family, home),
      buckets: (family, homes) => reader.near(tables, slot, family, homes),
      place: (location) => reader.place(tables, slot, location),
      seek: (codes) => feed.pulledAt === null && this.growing.seek(codes),
    }
  }

  /** Reads again what changed since the last look: after a capture only the new rows. */
  private async bringUp(tables: Tables, line: LineRecord, feed: FeedRecord): Promise<void> {
    const { generation, nextSeq, slot } = this.basis
    this.reader.standOn(feed.slot, line.generation)
    if (line.generation !== generation || feed.slot !== slot) {
      this.survivors = await survivorsOf(tables, feed.slot)
      this.own = await workOf(tables, feed.slot, await tables.outbox.toArray())
    } else if (line.nextSeq > nextSeq) {
      const fresh = tables.outbox.where('[epoch+seq]').between([line.epoch, nextSeq], [line.epoch, Dexie.maxKey])
      this.own = await workOf(tables, feed.slot, [...this.own.rows, ...(await fresh.toArray())])
    }
    this.basis = { generation: line.generation, nextSeq: line.nextSeq, slot: feed.slot }
  }
}

async function workOf(tables: Tables, slot: number, found: OutboxRow[]): Promise<OwnWork> {
  const rows = found.sort(inOrder)
  const operations = rows.filter((row) => !row.based && row.state !== 'quarantined').map(({ operation }) => operation)
  const earlier = await settledTargets(tables, operations)
  const serials = serialMoves(operations)
  return { rows, serials, effects: effectsOf(operations, earlier, await homesOf(tables, slot, serials)) }
}

/** Where the server last had these serials. */
async function homesOf(tables: Tables, slot: number, serials: readonly SerialMove[]): Promise<Homes> {
  const homes = [...new Set(serials.map(({ item }) => homeOf('serial', [item])))]
  const records = homes.length ? await tables.buckets.bulkGet(homes.map((home) => idOf(slot, 'serial', home))) : []
  const rows = records.flatMap(parse)
  return new Map(rows.map(([item, serial, lot, location]) => [`${item}|${serial}`, { lot: String(lot ?? ''), location: Number(location) }]))
}

/** Settled operations that unsettled ones take back, as far as they stand in the journal. */
async function settledTargets(tables: Tables, operations: readonly Operation[]): Promise<Map<string, Operation>> {
  const targets = [...targetsOf(operations)]
  const found = targets.length ? await tables.journal.bulkGet(targets) : []
  const applied = found.filter((row) => row?.state === 'applied')
  return new Map(applied.map((row) => [row!.id, row!.operation]))
}

async function survivorsOf(tables: Tables, slot: number): Promise<Map<number, number>> {
  const merged = await wholeFamily(tables, slot, 'merged')
  return new Map(merged.map(([survivor, item]) => [Number(item), Number(survivor)]))
}
