/** Proving what is stored: reading all of it back, and comparing the stock with its checksum. */
import { checksum } from '../sync/protocol'
import { BUCKETS, idOf, parse } from './buckets'
import { rowsInOrder } from './outbox'
import type { Sight } from './sight'

/** `sound` is null where there is no base yet. Throws where something cannot be read. */
export async function verifyBase({ tables, feed }: Sight): Promise<{ sound: boolean | null; unsent: number }> {
  const unsent = (await rowsInOrder(tables)).filter(({ state }) => state === 'waiting').length
  if (feed.cursor === null) return { sound: null, unsent }
  const records = await tables.buckets.where('id').between(idOf(feed.slot, 'stock', 0), idOf(feed.slot, 'stock', BUCKETS)).toArray()
  return { sound: checksum(records.flatMap(parse)) === feed.checksum, unsent }
}

export async function countItems({ tables, feed }: Sight): Promise<number> {
  const range = tables.buckets.where('id').between(idOf(feed.slot, 'item', 0), idOf(feed.slot, 'item', BUCKETS))
  let count = 0
  await range.each((record) => void (count += parse(record).length))
  return count
}
