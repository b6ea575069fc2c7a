/** The outbox and the journal in the database. Nothing here or elsewhere deletes from the outbox but `settle`. */
import { Dexie } from 'dexie'
import { makeOperation, uuid7, type Draft, type Moment, type Operation } from '../sync/operation'
import { inOrder, judged, newRow, settled, unsettled, type OutboxRow } from '../sync/outbox'
import type { Row, WireVerdict } from '../sync/protocol'
import type { LineRecord, Tables } from './schema'
import { changeFeed, dropCursor, feedOf, lineOf, tick } from './records'
import { atomic } from './atomic'

const JOURNAL_DAYS = 45
const DAY_MS = 24 * 60 * 60 * 1000

/** What a capture is made of: the drafts, when and by whom, and the random bytes of each id. */
export interface Capture {
  drafts: readonly Draft[]
  moment: Moment
  random: readonly Uint8Array[]
}

/**
 * Records what a person did: numbers and rows in one strict transaction, all or none. The promise resolves
 * when the browser has said that they are on the disk. Trying again with the same capture changes nothing.
 */
export async function capture(tables: Tables, { drafts, moment, random }: Capture): Promise<OutboxRow[]> {
  const seeds = drafts.map((_, index) => random[index] ?? new Uint8Array(10))
  const ids = seeds.map((seed) => uuid7(moment.at, seed))
  return atomic(tables, 'rw', [tables.meta, tables.outbox], async () => {
    const [line, found] = await Promise.all([lineOf(tables), tables.outbox.bulkGet(ids)])
    const there = found.filter((row) => row !== undefined)
    if (there.length) return there
    const rows = drafts.map((draft, index) => {
      const operation = makeOperation(draft.kind, draft.body, line.nextSeq + index, moment, seeds[index]!)
      return newRow(operation, line.epoch)
    })
    await Promise.all([tables.outbox.bulkAdd(rows), tables.meta.put({ ...line, nextSeq: line.nextSeq + rows.length })])
    return rows
  })
}

/** Everything in the outbox, in capture order. */
export async function rowsInOrder(tables: Tables): Promise<OutboxRow[]> {
  return (await tables.outbox.toArray()).sort(inOrder)
}

/** What the server said of a push; rows up to `deviceSeq` that it did not name are applied. */
export async function acknowledge(tables: Tables, epoch: number, deviceSeq: number, verdicts: WireVerdict[]): Promise<void> {
  const byId = new Map(verdicts.map((verdict) => [verdict.id, verdict]))
  await atomic(tables, 'rw', [tables.meta, tables.outbox], async () => {
    const rows = await tables.outbox.where('[epoch+seq]').between([epoch, Dexie.minKey], [epoch, deviceSeq], true, true).toArray()
    const waiting = rows.filter((row) => row.state === 'waiting')
    await tables.outbox.bulkPut(waiting.map((row) => judged(row, byId.get(row.id) ?? { id: row.id, status: 'applied' })))
    await confirm(tables, epoch, deviceSeq)
    if (waiting.length) await tick(tables)
  })
}

async function confirm(tables: Tables, epoch: number, deviceSeq: number): Promise<void> {
  const [line, feed] = [await lineOf(tables), await feedOf(tables)]
  if (line.epoch === epoch && deviceSeq > feed.confirmedSeq) await changeFeed(tables, { confirmedSeq: deviceSeq })
}

/** Notes on the rows of a refused push what the server said. */
export async function refused(tables: Tables, rows: readonly OutboxRow[], message: string): Promise<void> {
  await atomic(tables, 'rw', [tables.outbox], async () => {
    const current = (await tables.outbox.bulkGet(rows.map(({ id }) => id))).filter((row) => row?.state === 'waiting')
    await tables.outbox.bulkPut(current.map((row) => ({ ...row!, attempts: row!.attempts + 1, error: message })))
  })
}

/** Whether something waits that the server already counts: it has to be sent again first, for its verdict. */
export function isUnanswered(rows: readonly OutboxRow[], epoch: number, deviceSeq: number): boolean {
  return rows.some((row) => row.state === 'waiting' && row.epoch === epoch && row.seq <= deviceSeq)
}

/**
 * Settles what the server's own state now contains: from the outbox to the journal. The only place that deletes
 * outbox rows, and only those that the server has answered. Runs inside the transaction that shows that state.
 */
export async function settle(tables: Tables, rows: readonly OutboxRow[], epoch: number, deviceSeq: number, at: number): Promise<number> {
  const done = rows.filter((row) => row.state !== 'waiting' && (row.epoch < epoch || (row.epoch === epoch && row.seq <= deviceSeq)))
  if (done.length === 0) return 0
  await tables.journal.bulkPut(done.map((row) => settled(row, at)))
  await tables.outbox.bulkDelete(done.map(({ id }) => id))
  return done.length
}

/** Forgets settled operations that no restored server can be missing any more. */
export async function trimJournal(tables: Tables, at: number): Promise<void> {
  await tables.journal.where('settledAt').below(at - JOURNAL_DAYS * DAY_MS).delete()
}

/** Decisions that arrived as rows: kept with the operation wherever it stands. */
export async function noteOutcomes(tables: Tables, rows: readonly Row[]): Promise<void> {
  for (const [id, status, reason, message] of rows) {
    if (typeof status !== 'string') continue
    const state = status === 'quarantined' ? 'quarantined' : 'applied'
    const note = { ...(reason ? { reason: String(reason) } : {}), ...(message ? { message: String(message) } : {}) }
    for (const table of [tables.outbox, tables.journal]) {
      const row = await table.get(String(id))
      if (row) await table.update(row.id, { state, verdict: { discrepancies: row.verdict?.discrepancies ?? [], ...note } })
    }
  }
}

/** The server lacks an epoch's operations from `from` on: put them on its way again, and say which are lost. */
export async function refill(tables: Tables, epoch: number, from: number, fill: Filler): Promise<void> {
  await atomic(tables, 'rw', [tables.meta, tables.outbox, tables.journal, tables.staging], () => refillInside(tables, epoch, from, fill))
}

/** Makes the operation that says that a number's content is lost. */
export type Filler = (seq: number) => Operation

export async function refillInside(tables: Tables, epoch: number, from: number, fill: Filler): Promise<void> {
  const line = await lineOf(tables)
  const within: [[number, number], [number, unknown]] = [[epoch, from], [epoch, Dexie.maxKey]]
  const kept = await tables.outbox.where('[epoch+seq]').between(...within, true, true).toArray()
  const journal = await tables.journal.where('[epoch+seq]').between(...within, true, true).toArray()
  const there = new Set([...kept, ...journal].map(({ seq }) => seq))
  const end = line.epoch === epoch ? line.nextSeq : Math.max(0, ...there) + 1
  const lost = numbers(from, end).filter((seq) => !there.has(seq)).map((seq) => newRow(fill(seq), epoch))
  await tables.outbox.bulkPut([...kept.map((row): OutboxRow => ({ ...row, state: 'waiting' })), ...journal.map(unsettled), ...lost])
  await tables.journal.bulkDelete(journal.map(({ id }) => id))
  if (line.epoch === epoch) await changeFeed(tables, { confirmedSeq: from - 1 })
  if (journal.length) await dropCursor(tables)
  await tick(tables)
}

/**
 * Takes back out of the journal what another server says it holds: a copy of this phone may have filled these
 * numbers with work of its own. What the server does know is answered as such.
 */
export async function recallInside(tables: Tables, epoch: number, upTo: number): Promise<void> {
  const within: [[number, unknown], [number, number]] = [[epoch, Dexie.minKey], [epoch, upTo]]
  const journal = await tables.journal.where('[epoch+seq]').between(...within, true, true).toArray()
  await tables.outbox.bulkPut(journal.map(unsettled))
  await tables.journal.bulkDelete(journal.map(({ id }) => id))
}

/** Another epoch: what still waits is numbered afresh from 1; content and ids stay as they are. */
export async function fork(tables: Tables): Promise<LineRecord> {
  return atomic(tables, 'rw', [tables.meta, tables.outbox], async () => {
    const line = await lineOf(tables)
    const epoch = line.epoch + 1
    const waiting = (await rowsInOrder(tables)).filter((row) => row.state === 'waiting')
    const renumbered = waiting.map((row, index): OutboxRow => {
      const seq = index + 1
      return { ...row, epoch, seq, operation: { ...row.operation, seq } }
    })
    await tables.outbox.bulkPut(renumbered)
    await changeFeed(tables, { confirmedSeq: 0 })
    await tick(tables, { epoch, nextSeq: renumbered.length + 1, lost: null })
    return lineOf(tables)
  })
}

/** Says of every lost number that the server has not got either that its content is lost. */
export async function voidLost(tables: Tables, applied: number, fill: Filler): Promise<void> {
  await atomic(tables, 'rw', [tables.meta, tables.outbox], async () => {
    const line = await lineOf(tables)
    if (!line.lost) return
    const there = new Set((await rowsInOrder(tables)).filter(({ epoch }) => epoch === line.epoch).map(({ seq }) => seq))
    const lost = numbers(Math.max(line.lost.from, applied + 1), line.lost.to + 1).filter((seq) => !there.has(seq))
    await tables.outbox.bulkAdd(lost.map((seq) => newRow(fill(seq), line.epoch)))
    await tick(tables, { lost: null })
  })
}

function numbers(from: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - from) }, (_, index) => from + index)
}
