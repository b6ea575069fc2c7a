/** Move: putaway and transfer between places of this warehouse. */
import { MovementScreen } from './movement'

export function Move({ query }: { query: URLSearchParams }) {
  return <MovementScreen purpose="move" query={query} />
}
