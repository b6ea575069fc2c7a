/** Work that could have been sent and was not: nobody may have to find that out by themselves. Pure. */

export const LATE_MS = 5 * 60_000

export interface Waiting {
  unsent: number | null
  oldestUnsentAt: number | null
  /** Since when there is a connection; null without one. */
  onlineSince: number | null
}

/** For how long something has waited although there was a connection, in milliseconds; null while that is ordinary. */
export function lateFor({ unsent, oldestUnsentAt, onlineSince }: Waiting, now: number): number | null {
  if (!unsent || oldestUnsentAt === null || onlineSince === null) return null
  const waited = now - Math.max(oldestUnsentAt, onlineSince)
  return waited > LATE_MS ? waited : null
}
