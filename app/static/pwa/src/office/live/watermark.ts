/** How far the book is complete: the twin of app/stock/book/watermark.py for the devices that the page already knows. */
import type { DeviceLine } from './facts'

interface Watermark {
  /** Milliseconds; null while no device was ever heard. */
  at: number | null
  /** The devices everybody waits for, the longest silent first. */
  waiting: DeviceLine[]
}

/** A device is heard often enough when its last contact is younger than this. */
const FRESH_MS = 60_000

/** The oldest time any active device may still hold facts of; and who holds it back. */
export function watermark(devices: Iterable<DeviceLine>, now: number): Watermark {
  const active = [...devices].filter((device) => !device.revoked && completeTo(device) !== null)
  if (active.length === 0) return { at: null, waiting: [] }
  const sorted = active.sort((a, b) => (completeTo(a) ?? 0) - (completeTo(b) ?? 0))
  const waiting = sorted.filter((device) => device.pending > 0 || now - (device.contactAt ?? 0) > FRESH_MS)
  return { at: completeTo(sorted[0] as DeviceLine), waiting }
}

function completeTo(device: DeviceLine): number | null {
  return device.pending > 0 ? (device.oldestUnsentAt ?? device.contactAt) : device.contactAt
}

/** A device that spoke to the server so lately has a connection; what it holds longer than this is late. Twin of app/people/devices/lateness.py. */
const ONLINE_MS = 2 * 60_000
const LATE_MS = 5 * 60_000

/** Whether a device could have sent what it still holds. */
export function isLate({ pending, contactAt, oldestUnsentAt }: DeviceLine, now: number): boolean {
  return pending > 0 && oldestUnsentAt !== null && now - (contactAt ?? 0) <= ONLINE_MS && now - oldestUnsentAt > LATE_MS
}
