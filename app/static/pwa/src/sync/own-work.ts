/** The overlay: what this device's own unsettled work changes in the stock that the server last told. */
import type { CountBody, MoveBody, Operation, ReverseBody } from './operation'
import { parseBalance, SCALE } from './quantity'
import { fnv1a } from './protocol'

export const UNIDENTIFIED = 1
export const ADJUSTMENT = 4
const RESERVED = 5
const LOT_LENGTH = 64
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/g

/** One cell is set to what was counted, or gains and loses. Quantities are millionths. */
export interface Effect {
  item: number
  lot: string
  location: number
  set: bigint | null
  add: bigint
}

export interface SerialMove {
  item: number
  serial: string
  lot: string
  location: number
}

/** Where a serial is at home: `item|serial` is its key. */
export type Homes = ReadonlyMap<string, { lot: string; location: number }>

/**
 * What operations do, in their order. `earlier` holds settled operations that one of these may take back, `homes`
 * where the server last had the serials that they name. An operation that was taken back has no effect; a settled
 * move that was taken back is undone.
 */
export function effectsOf(operations: readonly Operation[], earlier: ReadonlyMap<string, Operation>, homes: Homes = new Map()): Effect[] {
  const reversed = targetsOf(operations)
  const here = new Set(operations.map(({ id }) => id))
  const now = new Map(homes)
  return operations.flatMap((operation) => {
    if (operation.kind === 'reverse') return undone(operation, here, earlier)
    return reversed.has(operation.id) ? [] : [...inferred(operation, now), ...effectOf(operation)]
  })
}

/** A serial is where it was last seen: it came to where this one found it, from where it was held to be. */
function inferred(operation: Operation, now: Map<string, { lot: string; location: number }>): Effect[] {
  return seenSerials(operation).flatMap(({ item, serial, lot, location }) => {
    const key = `${item}|${serial}`
    const home = now.get(key)
    const found = operation.kind === 'move' ? (operation.body as MoveBody).from : location
    now.set(key, { lot, location })
    if (location === ADJUSTMENT || (home?.location === found && home.lot === lot)) return []
    const left = home ? [{ item, lot: home.lot, location: home.location, set: null, add: -SCALE }] : []
    return [...left, { item, lot, location: found, set: null, add: SCALE }].filter(isReal)
  })
}

/** Where serials were last seen by these operations. */
export function serialMoves(operations: readonly Operation[]): SerialMove[] {
  const reversed = targetsOf(operations)
  return operations.filter(({ id }) => !reversed.has(id)).flatMap(seenSerials)
}

/** The ids that reverses among these operations take back. */
export function targetsOf(operations: readonly Operation[]): Set<string> {
  return new Set(operations.filter(({ kind }) => kind === 'reverse').map(({ body }) => (body as ReverseBody).target))
}

/** A cell's quantity after effects on it, from what it was before. */
export function after(quantity: bigint, effects: readonly Effect[]): bigint {
  return effects.reduce((sum, { set, add }) => (set ?? sum) + add, quantity)
}

/** The lot under which goods of an unknown code stand: the code, shortened where it is too long. */
export function lotOfCode(code: string): string {
  const plain = code.replace(CONTROL, ' ')
  if ([...plain].length <= LOT_LENGTH) return plain
  return `${[...plain].slice(0, LOT_LENGTH - 9).join('')}~${fnv1a(code).toString(16).padStart(8, '0')}`
}

function undone(reverse: Operation, here: ReadonlySet<string>, earlier: ReadonlyMap<string, Operation>): Effect[] {
  const { target } = reverse.body as ReverseBody
  const settled = here.has(target) ? undefined : earlier.get(target)
  if (settled?.kind !== 'move') return []
  return effectOf(settled).map((effect) => ({ ...effect, add: -effect.add }))
}

function effectOf({ kind, body }: Operation): Effect[] {
  if (kind === 'move') return moved(body as MoveBody)
  return kind === 'count' ? counted(body as CountBody) : []
}

function moved(body: MoveBody): Effect[] {
  const goods = goodsOf(body)
  const quantity = parseBalance(body.quantity)
  return [
    { ...goods, location: body.from, set: null, add: -quantity },
    { ...goods, location: body.to, set: null, add: quantity },
  ].filter(isReal)
}

function counted(body: CountBody): Effect[] {
  return [{ ...goodsOf(body), location: body.location, set: parseBalance(body.quantity), add: 0n }].filter(isReal)
}

function goodsOf(body: MoveBody | CountBody): { item: number; lot: string } {
  if (body.item != null) return { item: body.item, lot: body.lot ?? '' }
  return { item: UNIDENTIFIED, lot: lotOfCode(body.code ?? '') }
}

function isReal({ location }: Effect): boolean {
  return location > RESERVED
}

function seenSerials({ kind, body }: Operation): SerialMove[] {
  if (kind !== 'move' && kind !== 'count') return []
  const { serials = [], absent = [] } = body as CountBody
  const goods = goodsOf(body as MoveBody | CountBody)
  const location = kind === 'move' ? (body as MoveBody).to : (body as CountBody).location
  const seen = serials.map((serial) => ({ ...goods, serial, location }))
  return [...seen, ...absent.map((serial) => ({ ...goods, serial, location: ADJUSTMENT }))]
}
