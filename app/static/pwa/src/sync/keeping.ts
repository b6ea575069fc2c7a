/** What the exchange needs kept on the device, and where the device stands by it. */
import type { OutboxRow } from './outbox'
import type { Changes, PullReply, Snapshot, WireVerdict } from './protocol'

/** Where this device stands, read in one transaction. */
export interface Standing {
  device: string
  epoch: number
  nextSeq: number
  sid: string | null
  /** The highest sequence number of this epoch that the server has confirmed. */
  confirmedSeq: number
  /** Every epoch that has settled operations in the journal. */
  epochs: number[]
  /** Sequence numbers whose content this device lost. */
  lost: { from: number; to: number } | null
  /** Where the stock shown stands in the feed; null before the first. */
  cursor: number | null
  /** Where the next page begins: after what is staged, else `cursor`; null asks for a snapshot. */
  pullFrom: number | null
  /** The sites that the base is of; null where the server never said. */
  scopes?: string | null
}

export interface Flip {
  sid: string
  epoch: number
  from: number
  cursor: number
  changes: Changes
  deviceSeq: number
  checksum: number | null
  pulledAt: number
}

/** What the exchange needs kept. Each call is one transaction. */
export interface ExchangeStore {
  standing(): Promise<Standing>
  /** Everything in the outbox, in capture order. */
  rows(): Promise<OutboxRow[]>
  measured(offset: number): Promise<void>
  /** Another server, or this one set back: put what it lost on its way again, from the journal. */
  adopt(sid: string, applied: ReadonlyMap<number, number>): Promise<void>
  /** The server lacks what follows `from` in an epoch, though it once had it. */
  refill(epoch: number, from: number): Promise<void>
  /** The server knows more of this device than the device does: start another epoch. */
  fork(): Promise<void>
  /** Say of the lost range, as far as the server has not got it, that it is lost. */
  voidLost(applied: number): Promise<void>
  acknowledge(epoch: number, deviceSeq: number, verdicts: WireVerdict[]): Promise<void>
  refused(rows: readonly OutboxRow[], message: string): Promise<void>
  /** Keep a page for later; false when another tab was quicker. */
  stage(from: number, page: PullReply): Promise<boolean>
  /** Apply everything staged and this last page, move the cursor, settle the outbox: all or nothing. */
  flip(flip: Flip): Promise<'done' | 'outrun' | 'mismatch'>
  /** Begin or go on with a fresh base; the hashes still lacking. */
  beginBase(snapshot: Snapshot): Promise<string[]>
  keepPart(hash: string, bytes: Uint8Array): Promise<void>
  /** Make the fresh base of all its parts; it is shown at the next flip. */
  buildBase(): Promise<void>
  dropBase(): Promise<void>
}
