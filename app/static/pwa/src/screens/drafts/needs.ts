/** What needs a person, most pressing first: the upper half of the home screen. Pure. */
import type { CountTask, DiscrepancyLine, OutboxEntry } from '../../floor'
import { daysUntil } from '../../ui/ages'

export type Need =
  | { kind: 'quarantined'; count: number }
  | { kind: 'storage'; text: string }
  | { kind: 'sign_in'; count: number }
  | { kind: 'room'; bytes: number }
  | { kind: 'update' }
  | { kind: 'discrepancies'; count: number }
  | { kind: 'recount'; place: number; task: CountTask }
  | { kind: 'recounts'; count: number }
  | { kind: 'late'; count: number; ms: number }
  | { kind: 'unsent'; count: number; since: number | null }
  | { kind: 'expiring'; item: number; lot: string; days: number; quantity: bigint }

/** More places than this are told as a number; the screen that counts lists them. */
const RECOUNTS_NAMED = 3

export interface Facts {
  entries: OutboxEntry[]
  discrepancies: DiscrepancyLine[]
  tasks: CountTask[]
  expiring: { item: number; lot: string; expiresOn: string; quantity: bigint }[]
  unsent: number | null
  oldestUnsentAt: number | null
  /** For how long unsent work has waited although there is a connection; null while that is ordinary. */
  lateMs: number | null
  storageTrouble: string | null
  fewBytesLeft: number | null
  /** The sign-in has run out: nothing goes out before somebody signs in again. */
  isSignedOut: boolean
  updateWaiting: boolean
  now: number
}

export function needsOf(facts: Facts): Need[] {
  const quarantined = facts.entries.filter((entry) => entry.state === 'quarantined').length
  const open = facts.discrepancies.filter((discrepancy) => discrepancy.state === 'firm').length
  return [
    ...(facts.storageTrouble ? [{ kind: 'storage' as const, text: facts.storageTrouble }] : []),
    ...(facts.isSignedOut ? [{ kind: 'sign_in' as const, count: facts.unsent ?? 0 }] : []),
    ...lateWork(facts),
    ...(quarantined ? [{ kind: 'quarantined' as const, count: quarantined }] : []),
    ...(open ? [{ kind: 'discrepancies' as const, count: open }] : []),
    ...scarceRoom(facts),
    ...recounts(facts.tasks),
    ...waitingWork(facts),
    ...(facts.updateWaiting ? [{ kind: 'update' as const }] : []),
    ...facts.expiring.map(({ item, lot, expiresOn, quantity }) => ({
      kind: 'expiring' as const,
      item,
      lot,
      quantity,
      days: daysUntil(expiresOn, facts.now),
    })),
  ]
}

/** The places to be counted again, each once: a few by name, many as a number. */
function recounts(tasks: CountTask[]): Need[] {
  const places = [...new Map([...tasks].reverse().map((task) => [task.location, task])).values()].reverse()
  if (places.length > RECOUNTS_NAMED) return [{ kind: 'recounts', count: places.length }]
  return places.map((task) => ({ kind: 'recount', place: task.location, task }))
}

/** Nothing is lost yet; a device that cannot store says more than this. */
function scarceRoom({ fewBytesLeft, storageTrouble }: Facts): Need[] {
  return fewBytesLeft === null || storageTrouble ? [] : [{ kind: 'room', bytes: fewBytesLeft }]
}

function lateWork({ unsent, lateMs }: Facts): Need[] {
  return unsent && lateMs !== null ? [{ kind: 'late', count: unsent, ms: lateMs }] : []
}

/** Work that waits as it ordinarily does; what keeps it from going is said in its place. */
function waitingWork({ unsent, lateMs, isSignedOut, oldestUnsentAt }: Facts): Need[] {
  if (!unsent || lateMs !== null || isSignedOut) return []
  return [{ kind: 'unsent', count: unsent, since: oldestUnsentAt }]
}
