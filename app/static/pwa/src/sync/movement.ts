/** Facts in their place in the order, as the law takes them. Twin of sync/movement.py. */
import type { CountBody, Kind, MoveBody, ReverseBody, TaskBody } from './operation'
import { lotOfCode, UNIDENTIFIED } from './own-work'
import { parseQuantity } from './quantity'

export const ADJUSTMENT = 4
/** Reserved locations: places that are no shelf. Their balance may be anything. */
export const VIRTUAL: ReadonlySet<number> = new Set([1, 2, 3, ADJUSTMENT, 5])

/** One immutable fact. Times are whole milliseconds; the body is the wire's. */
export interface Fact {
  id: string
  device: string
  epoch: number
  seq: number
  at: number
  uncertaintyMs: number
  kind: Kind
  body: MoveBody | CountBody | ReverseBody | TaskBody | Record<string, never>
  /** Whether the captor's role allowed it. */
  permitted: boolean
}

/** What is counted as one: one lot of an item at one location. */
export interface Cell {
  item: number
  lot: string
  location: number
}

/** Goods go from one location to another. Quantities are millionths. */
export interface Move {
  item: number
  lot: string
  serials: readonly string[]
  from: number
  to: number
  quantity: bigint
}

/** What a person saw in one cell; `serials` is null where they were not read one by one. */
export interface Count extends Cell {
  quantity: bigint
  serials: readonly string[] | null
}

/** Effective time, device, epoch, sequence: where a fact stands among all others. */
export function byOrder(one: Fact, other: Fact): number {
  return one.at - other.at || compareText(one.device, other.device) || one.epoch - other.epoch || one.seq - other.seq
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

/** The text under which a cell is kept in a map; lots may hold a bar, items and locations cannot. */
export function cellKey({ item, lot, location }: Cell): string {
  return `${item}|${lot}|${location}`
}

/** The movement that a fact tells of, or null. */
export function moveOf({ kind, body }: Fact): Move | null {
  if (kind !== 'move') return null
  const { from, to, quantity, serials = [] } = body as MoveBody
  return { ...goodsOf(body as MoveBody), serials, from, to, quantity: parseQuantity(quantity) }
}

/** The count that a fact tells of, or null. */
export function countOf({ kind, body }: Fact): Count | null {
  if (kind !== 'count') return null
  const { location, quantity, serials } = body as CountBody
  const counted = parseQuantity(quantity)
  const named = serials !== undefined && (serials.length > 0 || counted === 0n)
  return { ...goodsOf(body as CountBody), location, quantity: counted, serials: named ? serials : null }
}

/** The cells that a fact speaks of. */
export function cellsOf(fact: Fact): Cell[] {
  const move = moveOf(fact)
  if (move) return [move.from, move.to].map((location) => ({ item: move.item, lot: move.lot, location }))
  const count = countOf(fact)
  return count ? [{ item: count.item, lot: count.lot, location: count.location }] : []
}

/** Item and lot; unknown goods stand on UNIDENTIFIED with the code for a lot. */
function goodsOf(body: MoveBody | CountBody): { item: number; lot: string } {
  if (body.item != null) return { item: body.item, lot: body.lot ?? '' }
  return { item: UNIDENTIFIED, lot: lotOfCode(body.code ?? '') }
}
