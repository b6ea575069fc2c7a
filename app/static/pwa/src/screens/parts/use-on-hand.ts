/** What is believed to stand where the lines of a draft are taken from. */
import { stockAtLocation, type StockLine } from '../../floor'
import { useFact } from '../../ui/use-fact'
import { isReal, type Line } from '../drafts/movement-draft'
import { onHand } from '../drafts/shelf'

/** For a line: millionths on hand at its origin, or null where that says nothing (supplier, unknown goods, no place yet). */
export function useOnHand(lines: Line[]): (line: Line) => bigint | null {
  const places = [...new Set(lines.map((line) => line.from).filter((place): place is number => isReal(place)))].sort()
  const { value } = useFact<Map<number, StockLine[]>>(`on hand ${places.join()}`, async () => {
    return new Map(await Promise.all(places.map(async (place) => [place, await stockAtLocation(place)] as const)))
  })
  return (line) => {
    const there = value?.get(line.from ?? 0)
    return there && line.item !== null ? onHand(there, line.item, line.lot) : null
  }
}
