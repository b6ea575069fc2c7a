/** The layout of this device's database. Changes are additive: every later version reads what an earlier one wrote. */
import { Dexie, type Table } from 'dexie'
import type { OutboxRow, JournalRow } from '../sync/outbox'
import type { Changes, Row, SnapshotPart, StaffPerson } from '../sync/protocol'

export const DATABASE = 'tallyman'

/** Identity and sequence: read and written in the same transaction as every capture. */
export interface LineRecord {
  name: 'line'
  device: string
  epoch: number
  nextSeq: number
  lost: { from: number; to: number } | null
  /** Ticks when anything but a capture changes the outbox or the base. */
  generation: number
}

/** Where the base stands. `slot` says which of the two sets of buckets is shown, `building` which is being filled. */
export interface FeedRecord {
  name: 'feed'
  sid: string | null
  cursor: number | null
  /** Where the pages that wait for the last one end. */
  staged: number | null
  slot: 0 | 1
  checksum: number
  pulledAt: number | null
  confirmedSeq: number
  /** When the stock last failed its checksum: a base is not thrown away twice in an hour. */
  mismatchAt: number | null
  /** The sites that the base is of, in the server's word. */
  scopes?: string | null
  building: Building | null
  /** Of which layout the base is; bases of the first versions do not say. */
  layout?: string
}

export interface Building {
  slot: 0 | 1
  cursor: number
  parts: SnapshotPart[]
  built: boolean
  checksum: number
  scopes?: string | null
  layout?: string
}

export interface SessionRecord {
  name: 'session'
  credential: string | null
  user: { id: number; name: string; role: string } | null
  deviceName: string | null
  locked: boolean
  offset: number | null
  manual: boolean
  /** Names the time for which this person holds the device. */
  sess?: string | null
  /** The person's session of the office is still to be ended: nobody else may come upon it. */
  leaving?: boolean
}

/** Who may switch on this device, and how often a PIN was wrong since it was last right. */
export interface PeopleRecord {
  name: 'people'
  people: StaffPerson[]
  failures: number
  /** When the next attempt counts, by this device's clock. */
  againAt: number
}

export type MetaRecord = LineRecord | FeedRecord | SessionRecord | PeopleRecord

/** One bucket: some hundred rows of one kind as one text, because cost is per record and not per byte. */
export interface BucketRecord {
  id: number
  rows: string
}

export interface SmallRecord {
  entity: string
  id: string | number
  row: Row
}

/** A page that was pulled and waits for the last one. */
interface StagedPage {
  n?: number
  changes: Changes
}

/** A part of a snapshot, proven by its hash. */
interface KeptPart {
  hash: string
  bytes: Uint8Array
}

/** Lines to search, made once; what changed since stands in a small record of its own. */
export interface SearchRecord {
  name: string
  made: string
  ids: Int32Array
  offsets: Int32Array
  text: string
}

export interface SearchChanges {
  name: string
  made: string
  lines: [number, string | null][]
}

/**
 * What a commit waits for. `strict`: the disk; for all that nobody else knows. `relaxed`: the system; for what the
 * server told, or can be asked again: losing it takes this device back to an earlier moment, from which it goes on.
 */
export type Durability = 'strict' | 'relaxed'

export class Tables extends Dexie {
  declare meta: Table<MetaRecord, string>
  declare outbox: Table<OutboxRow, string>
  declare journal: Table<JournalRow, string>
  declare buckets: Table<BucketRecord, number>
  declare small: Table<SmallRecord, [string, string | number]>
  declare staging: Table<StagedPage, number>
  declare parts: Table<KeptPart, string>
  declare search: Table<SearchRecord | SearchChanges, string>

  constructor(name: string, durability: Durability) {
    super(name, { cache: 'disabled', chromeTransactionDurability: durability })
    this.version(1).stores({
      meta: 'name',
      outbox: 'id, &[epoch+seq]',
      journal: 'id, [epoch+seq], settledAt',
      buckets: 'id',
      small: '[entity+id]',
      staging: '++n',
      parts: 'hash',
      search: 'name',
    })
  }
}
