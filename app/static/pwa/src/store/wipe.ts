/** Forgetting what the server told, and who could use it: for a device that was shut out. The outbox and the journal stay. */
import { changeFeed, FRESH_FEED, tick } from './records'
import type { Tables } from './schema'
import { atomic } from './atomic'

export async function wipeFacts(tables: Tables): Promise<void> {
  await atomic(tables, 'rw', tables.tables, async () => {
    await tables.buckets.clear()
    await tables.small.clear()
    await tables.staging.clear()
    await tables.parts.clear()
    await tables.search.clear()
    await tables.meta.delete('people')
    const { name: _name, sid: _sid, confirmedSeq: _confirmed, ...fresh } = FRESH_FEED
    await changeFeed(tables, fresh)
    await tick(tables)
  })
}
