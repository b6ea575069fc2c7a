/** Proving what is stored: reading all of it back, and comparing the stock with its checksum. */
import { checksum } from '../sync/protocol'
import { wholeFamily } from './buckets'
import { rowsInOrder } from './outbox'
import type { Sight } from './sight'

/** `sound` is null where there is no base yet. Throws where something cannot be read. */
export async function verifyBase({ tables, feed }: Sight): Promise<{ sound: boolean | null; unsent: number }> {
  const unsent = (await rowsInOrder(tables)).filter(({ state }) => state === 'waiting').length
  if (feed.cursor === null) return { sound: null, unsent }
  return { sound: checksum(await wholeFamily(tables, feed.slot, 'stock')) === feed.checksum, unsent }
}

export async function countItems({ tables, feed }: Sight): Promise<number> {
  return (await wholeFamily(tables, feed.slot, 'item')).length
}
