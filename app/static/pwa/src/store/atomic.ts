/** One transaction over some tables. Every transaction of the store begins here. */
import { Dexie, type Table } from 'dexie'
import type { Tables } from './schema'

/**
 * Runs work all or nothing. The scope must be an async function: given a plain one that returns a promise, Dexie
 * loses sight of the transaction at the first await, and what follows runs outside of it without a word.
 */
export function atomic<Result>(tables: Tables, mode: 'r' | 'rw', stores: readonly Table[], work: () => Promise<Result>): Promise<Result> {
  return tables.transaction(mode, stores, async () => {
    const result = await work()
    if (!Dexie.currentTransaction) throw new Error('the work left its transaction')
    return result
  })
}
