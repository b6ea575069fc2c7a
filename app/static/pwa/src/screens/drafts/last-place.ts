/** Where goods were received last on this device: offered the next time, never taken unasked. */
import { isReal } from './movement-draft'

const KEY = 'tallyman.received-at'

type Shelf = Pick<Storage, 'getItem' | 'setItem'>

/** The number of the place; null where none is known. */
export function lastReceivedAt(shelf: Shelf): number | null {
  try {
    const place = Number(shelf.getItem(KEY))
    return Number.isInteger(place) && isReal(place) ? place : null
  } catch {
    return null
  }
}

/** Remembers the place; a full shelf only forgets it. */
export function keepReceivedAt(shelf: Shelf, place: number | null): void {
  try {
    if (place !== null && isReal(place)) shelf.setItem(KEY, String(place))
  } catch {
    // The next receipt asks for its place again.
  }
}
