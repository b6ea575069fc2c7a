/** The flip: everything pulled becomes what is shown, and what it contains leaves the outbox, in one transaction. */
import type { Flip } from '../sync/keeping'
import type { Changes, Entity, Row } from '../sync/protocol'
import { applyChanges, LAYOUT, type Applied } from './base'
import { slotRange } from './buckets'
import { smallRecords } from './fresh-base'
import { isUnanswered, noteOutcomes, rowsInOrder, settle, trimJournal } from './outbox'
import { changeFeed, feedOf, lineOf, tick } from './records'
import type { FeedRecord, Tables } from './schema'
import { compactSearchText, putSearchChanges, type Searched } from './search-store'
import { atomic } from './atomic'

export type FlipResult = 'done' | 'outrun' | 'mismatch'
export const SMALL = ['discrepancy', 'count_task', 'outcome', 'device'] as const
const HOUR_MS = 60 * 60 * 1000

/**
 * Where the next page begins: behind what is staged, else where the base stands; null asks for a fresh base. One that
 * another version of this app made is shown until then, and not gone on with.
 */
export function pullFrom(feed: FeedRecord): number | null {
  const { staged, building, cursor } = feed
  if ((building ?? feed).layout !== LAYOUT) return null
  if (building && !building.built) return null
  return staged ?? (building ? building.cursor : cursor)
}

class Mismatch extends Error {}

/** Flips. On a mismatch nothing is applied, and the time is noted. */
export async function flip(tables: Tables, end: Flip): Promise<FlipResult> {
  try {
    const due: Searched[] = []
    const result = await atomic(tables, 'rw', tables.tables, () => flipInside(tables, end, due))
    for (const what of due) await compactSearchText(tables, what, (await feedOf(tables)).slot)
    return result
  } catch (problem) {
    if (!(problem instanceof Mismatch)) throw problem
    await atomic(tables, 'rw', [tables.meta], () => changeFeed(tables, { mismatchAt: end.pulledAt }))
    return 'mismatch'
  }
}

async function flipInside(tables: Tables, end: Flip, due: Searched[]): Promise<FlipResult> {
  const [line, feed, rows] = [await lineOf(tables), await feedOf(tables), await rowsInOrder(tables)]
  const moved = feed.sid !== end.sid || line.epoch !== end.epoch || pullFrom(feed) !== end.from
  if (moved || isUnanswered(rows, end.epoch, end.deviceSeq)) return 'outrun'
  const staged = await tables.staging.toArray()
  const changes = merged([...staged.map((page) => page.changes), end.changes])
  const settledRows = await settle(tables, rows, end.epoch, end.deviceSeq, end.pulledAt)
  const nothing = Object.keys(changes).length === 0 && settledRows === 0 && !feed.building
  const { applied, mismatchAt } = await showing(tables, feed, changes, end)
  if (feed.building) await tables.small.clear()
  await putSmall(tables, changes)
  for (const what of await putLines(tables, feed.building?.slot ?? feed.slot, applied)) due.push(what)
  await closeFlip(tables, feed, end, { checksum: applied.checksum, mismatchAt })
  if (settledRows > 0) await trimJournal(tables, end.pulledAt)
  if (!nothing) await tick(tables)
  return 'done'
}

interface Shown {
  applied: Applied
  mismatchAt: number | null
}

async function showing(tables: Tables, feed: FeedRecord, changes: Changes, end: Flip): Promise<Shown> {
  const slot = feed.building?.slot ?? feed.slot
  const applied = await applyChanges(tables, slot, changes, feed.building?.checksum ?? feed.checksum)
  const agrees = end.checksum === null || end.checksum === applied.checksum
  if (agrees) return { applied, mismatchAt: feed.mismatchAt }
  const trusted = feed.building !== null || (feed.mismatchAt !== null && end.pulledAt - feed.mismatchAt < HOUR_MS)
  if (!trusted) throw new Mismatch()
  return { applied, mismatchAt: end.pulledAt }
}

type Checks = Pick<FeedRecord, 'checksum' | 'mismatchAt'>

async function closeFlip(tables: Tables, feed: FeedRecord, end: Flip, checks: Checks): Promise<void> {
  const slot = feed.building?.slot ?? feed.slot
  const confirmedSeq = Math.max(feed.confirmedSeq, end.deviceSeq)
  const made = feed.building ? { scopes: feed.building.scopes ?? null, layout: LAYOUT } : {}
  const place = { slot, cursor: end.cursor, staged: null, building: null, ...made }
  await tables.meta.put({ ...feed, ...checks, ...place, confirmedSeq, pulledAt: end.pulledAt })
  await tables.staging.clear()
  if (!feed.building) return
  await tables.outbox.toCollection().modify({ based: false })
  await tables.buckets.where('id').between(...slotRange(1 - slot), true, false).delete()
}

async function putLines(tables: Tables, slot: number, applied: Applied): Promise<Searched[]> {
  const due: Searched[] = []
  if (await putSearchChanges(tables, 'item', slot, applied.itemLines)) due.push('item')
  if (await putSearchChanges(tables, 'location', slot, applied.locationLines)) due.push('location')
  return due
}

async function putSmall(tables: Tables, changes: Changes): Promise<void> {
  for (const entity of SMALL) {
    const rows = changes[entity]
    if (!rows) continue
    const records = smallRecords(entity, rows)
    const there = new Set(records.map(({ id }) => id))
    await tables.small.bulkPut(records)
    const gone = rows.filter((row) => !there.has(row[0] as string | number))
    await tables.small.bulkDelete(gone.map((row): [string, string | number] => [entity, row[0] as string | number]))
  }
  await noteOutcomes(tables, changes.outcome ?? [])
}

/** Pages one after the other: the later row of one key comes later, and counts. */
function merged(pages: readonly Changes[]): Changes {
  const all: Changes = {}
  for (const page of pages) {
    for (const [entity, rows] of Object.entries(page) as [Entity, Row[]][]) {
      if (rows.length) all[entity] = (all[entity] ?? []).concat(rows)
    }
  }
  return all
}
