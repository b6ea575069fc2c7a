/** The few single records: who this device is, where the base stands, who is signed in. */
import type { FeedRecord, LineRecord, MetaRecord, PeopleRecord, SessionRecord, Tables } from './schema'
import { atomic } from './atomic'

export const FRESH_FEED: FeedRecord = {
  name: 'feed',
  sid: null,
  cursor: null,
  staged: null,
  slot: 0,
  checksum: 0,
  pulledAt: null,
  confirmedSeq: 0,
  mismatchAt: null,
  building: null,
}

const FRESH_SESSION: SessionRecord = {
  name: 'session',
  credential: null,
  user: null,
  deviceName: null,
  locked: false,
  offset: null,
  manual: false,
}

export async function lineOf(tables: Tables): Promise<LineRecord> {
  const line = await recordOf<LineRecord>(tables, 'line')
  if (!line) throw new Error('this device has no identity yet')
  return line
}

export async function feedOf(tables: Tables): Promise<FeedRecord> {
  return (await recordOf<FeedRecord>(tables, 'feed')) ?? FRESH_FEED
}

export async function sessionOf(tables: Tables): Promise<SessionRecord> {
  return (await recordOf<SessionRecord>(tables, 'session')) ?? FRESH_SESSION
}

export const NOBODY: PeopleRecord = { name: 'people', people: [], failures: 0, againAt: 0 }

export async function peopleOf(tables: Tables): Promise<PeopleRecord> {
  return (await recordOf<PeopleRecord>(tables, 'people')) ?? NOBODY
}

export async function changePeople(tables: Tables, change: Partial<PeopleRecord>): Promise<void> {
  await atomic(tables, 'rw', [tables.meta], async () => {
    await tables.meta.put({ ...(await peopleOf(tables)), ...change })
  })
}

export async function changeFeed(tables: Tables, change: Partial<FeedRecord>): Promise<void> {
  await tables.meta.put({ ...(await feedOf(tables)), ...change })
}

export async function changeSession(tables: Tables, change: Partial<SessionRecord>): Promise<void> {
  await atomic(tables, 'rw', [tables.meta], async () => {
    await tables.meta.put({ ...(await sessionOf(tables)), ...change })
  })
}

/** Gives up the base's place in the feed; what is shown stays until a fresh one is there. */
export async function dropCursor(tables: Tables): Promise<void> {
  await changeFeed(tables, { cursor: null, staged: null, building: null })
  await tables.staging.clear()
}

/** Says in the same transaction that the outbox or the base changed by more than a capture. */
export async function tick(tables: Tables, change: Partial<LineRecord> = {}): Promise<void> {
  const line = await lineOf(tables)
  await tables.meta.put({ ...line, ...change, generation: line.generation + 1 })
}

export async function recordOf<Kind extends MetaRecord>(tables: Tables, name: Kind['name']): Promise<Kind | undefined> {
  return (await tables.meta.get(name)) as Kind | undefined
}
