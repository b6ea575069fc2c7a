/** The rules of the outbox: what goes next, what a verdict changes, what counts as unsent. No storage. */
import type { EntryState, OutboxEntry, Verdict } from './facts'
import type { Operation } from './operation'
import { PUSH_BYTES, type OutboxSummary, type WireVerdict } from './protocol'

const ENVELOPE_BYTES = 1024
const encoder = new TextEncoder()

/**
 * One captured operation on its way. This format is frozen: every later version must read it.
 * `id`, `epoch` and `seq` repeat what the operation says, for the index.
 */
export interface OutboxRow {
  id: string
  epoch: number
  seq: number
  operation: Operation
  state: 'waiting' | 'applied' | 'quarantined'
  attempts: number
  error: string | null
  verdict: Verdict | null
  /** Its effect is already in the stock shown: it was settled before, and the server lost it. */
  based: boolean
}

/** A settled operation, kept so that a restored server can be filled again. */
export interface JournalRow {
  id: string
  epoch: number
  seq: number
  operation: Operation
  state: 'applied' | 'quarantined'
  verdict: Verdict | null
  settledAt: number
}

export function newRow(operation: Operation, epoch: number): OutboxRow {
  return {
    id: operation.id,
    epoch,
    seq: operation.seq,
    operation,
    state: 'waiting',
    attempts: 0,
    error: null,
    verdict: null,
    based: false,
  }
}

/** Capture order: epochs follow each other, sequence numbers count within one. */
export function inOrder(first: { epoch: number; seq: number }, second: { epoch: number; seq: number }): number {
  return first.epoch - second.epoch || first.seq - second.seq
}

/** The next rows to send: waiting, in order, of one epoch, at most `limit` and at most 256 KB. `rows` are in order. */
export function nextBatch(rows: readonly OutboxRow[], limit: number): OutboxRow[] {
  const batch: OutboxRow[] = []
  let bytes = 0
  for (const row of rows) {
    if (row.state !== 'waiting') continue
    bytes += wireBytes(row.operation)
    const full = batch.length >= limit || (batch.length > 0 && bytes > PUSH_BYTES - ENVELOPE_BYTES)
    if (full || (batch[0] && batch[0].epoch !== row.epoch)) break
    batch.push(row)
  }
  return batch
}

/**
 * What the server is told of the queue, so that it can say up to when the books are complete. `max_seq` is the highest
 * number given out in the epoch that speaks, sent or not.
 */
export function summaryOf(rows: readonly OutboxRow[], epoch: number, line: { epoch: number; nextSeq: number }): OutboxSummary {
  const waiting = rows.filter((row) => row.state === 'waiting')
  const highest = rows.reduce((most, row) => (row.epoch === epoch ? Math.max(most, row.seq) : most), 0)
  return {
    pending: waiting.length,
    oldest_at: waiting.reduce<number | null>((oldest, { operation }) => Math.min(oldest ?? operation.at, operation.at), null),
    max_seq: epoch === line.epoch ? Math.max(line.nextSeq - 1, highest) : highest,
  }
}

/** The row with what the server said of it; without a verdict it stays as it was. */
export function judged(row: OutboxRow, verdict: WireVerdict | undefined): OutboxRow {
  if (!verdict) return row
  return { ...row, state: verdict.status === 'quarantined' ? 'quarantined' : 'applied', error: null, verdict: kept(verdict) }
}

/** What stays of a row once the server's own state contains it. */
export function settled(row: OutboxRow, settledAt: number): JournalRow {
  const { id, epoch, seq, operation, verdict } = row
  return { id, epoch, seq, operation, state: row.state === 'quarantined' ? 'quarantined' : 'applied', verdict, settledAt }
}

/** A settled operation that the server has lost, on its way again. */
export function unsettled(row: JournalRow): OutboxRow {
  return { ...newRow(row.operation, row.epoch), verdict: row.verdict, based: true }
}

/** One line for the list of what this device did. `reversed` holds the ids that a later operation took back. */
export function entryOf(row: OutboxRow | JournalRow, reversed: ReadonlySet<string>, sending: ReadonlySet<string>): OutboxEntry {
  const { id, seq, kind, at, body, actor } = { ...row.operation, actor: row.operation.actor ?? null }
  const attempts = 'attempts' in row ? row.attempts : 0
  const error = 'error' in row ? row.error : null
  return { seq, id, kind, at, body, actor, attempts, error, state: entryState(row, reversed, sending), verdict: row.verdict }
}

function entryState(row: OutboxRow | JournalRow, reversed: ReadonlySet<string>, sending: ReadonlySet<string>): EntryState {
  if (reversed.has(row.id)) return 'reversed'
  if (row.state === 'waiting' && sending.has(row.id)) return 'sending'
  return row.state
}

function kept(verdict: WireVerdict): Verdict {
  return {
    ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
    ...(verdict.message === undefined ? {} : { message: verdict.message }),
    discrepancies: verdict.discrepancies ?? [],
  }
}

function wireBytes(operation: Operation): number {
  return encoder.encode(JSON.stringify(operation)).length + 1
}
