/** Receive: goods come from the supplier to a dock or a bin; many scans, then one confirmation. */
import { MovementScreen } from './movement'

export function Receive({ query }: { query: URLSearchParams }) {
  return <MovementScreen purpose="receive" query={query} />
}
