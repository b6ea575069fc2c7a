/** Where the device is full, what can be fetched again makes room for what cannot. */
import type { Tables } from './schema'
import { isFull, type Vault } from './vault'

/** Runs work on the database; once more without the parts of a snapshot, where there was no room for it. */
export async function withRoom<Result>(vault: Vault, work: (tables: Tables) => Promise<Result>): Promise<Result> {
  return vault.use(work).catch(async (problem: unknown) => {
    if (!isFull(problem)) throw problem
    await vault.use((tables) => tables.parts.clear())
    return vault.use(work)
  })
}
