/** What was used last on this device: offered before a letter is typed. Pure. */
import type { CountBody, MoveBody, OutboxEntry } from '../../floor'
import { isReal } from './movement-draft'

export interface Recent {
  items: number[]
  places: number[]
}

/** Items and places of the newest operations, the latest first, each once. */
export function recentOf(entries: OutboxEntry[], limit: number): Recent {
  const bodies = entries.map((entry) => entry.body as Partial<MoveBody & CountBody>)
  const items = bodies.map(({ item }) => item ?? null)
  const places = bodies.flatMap(({ location, to, from }) => [location ?? null, to ?? null, from ?? null])
  return { items: once(items).slice(0, limit), places: once(places.filter(isReal)).slice(0, limit) }
}

function once(ids: (number | null)[]): number[] {
  return [...new Set(ids.filter((id): id is number => id !== null))]
}
