/** The people who share this device: proving a PIN without network, and slowing down whoever tries them out. */
import type { PeopleRecord } from '../store/schema'
import type { StaffPerson } from '../sync/protocol'

const FREE_ATTEMPTS = 4
const FIRST_PAUSE_MS = 30_000
const LONGEST_PAUSE_MS = 15 * 60_000
const BITS = 256

/** How long to wait after so many wrong PINs in a row, in milliseconds: nothing at first, then ever longer. */
export function pauseAfter(failures: number): number {
  if (failures <= FREE_ATTEMPTS) return 0
  return Math.min(FIRST_PAUSE_MS * 2 ** (failures - FREE_ATTEMPTS - 1), LONGEST_PAUSE_MS)
}

/** How long until a PIN is looked at again; a clock that was set back makes nobody wait for more than the pause. */
export function waitOf({ failures, againAt }: PeopleRecord, now: number): number {
  return Math.max(0, Math.min(againAt - now, pauseAfter(failures)))
}

/** Counts a wrong PIN, before it is looked at: closing the app in the middle wins nothing. */
export function tried(record: PeopleRecord, now: number): Pick<PeopleRecord, 'failures' | 'againAt'> {
  const failures = record.failures + 1
  return { failures, againAt: now + pauseAfter(failures) }
}

/** Whether this is the person's PIN: the slow salted hash that the server made of it. */
export async function proves(pin: string, { salt, verifier, rounds }: StaffPerson): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveBits'])
  const made = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: bytesOf(salt), iterations: rounds }, key, BITS)
  return isSame(new Uint8Array(made), bytesOf(verifier))
}

function isSame(first: Uint8Array, second: Uint8Array): boolean {
  let difference = first.length ^ second.length
  for (let index = 0; index < first.length; index += 1) difference |= (first[index] ?? 0) ^ (second[index] ?? 0)
  return difference === 0
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))
}
