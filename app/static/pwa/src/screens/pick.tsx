/** Pick: goods leave a place for a customer, for scrap or back to the supplier. */
import { MovementScreen } from './movement'

export function Pick({ query }: { query: URLSearchParams }) {
  return <MovementScreen purpose="pick" query={query} />
}
