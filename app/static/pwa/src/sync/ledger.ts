/** The definition of the book: every fact in order, from zero. Twin of sync/ledger.py. */
import type { CountBody, MoveBody, ReverseBody } from './operation'
import {
  ADJUSTMENT, byOrder, cellKey, cellsOf, countOf, moveOf, VIRTUAL,
  type Cell, type Count, type Fact, type Move,
} from './movement'
import { UNIDENTIFIED } from './own-work'
import { toldOtherwise } from './pack'
import { SCALE } from './quantity'

export interface ItemFacts {
  tracking: 'none' | 'lot' | 'serial'
  archivedAt: number | null
  survivor: number | null
}

/** What the law asks beside the facts; `entered` holds `item|lot` of lots that the office entered. */
export interface Surroundings {
  items: ReadonlyMap<number, ItemFacts>
  entered: ReadonlySet<string>
}

export interface Home {
  lot: string
  location: number
}

interface Finding {
  kind: string
  subject: string
  quantity: bigint
}

/** The book after all facts. Quantities are millionths; cells by `item|lot|location`, serials by `item|serial`. */
export interface State {
  balances: Map<string, { cell: Cell; quantity: bigint }>
  adjustments: Map<string, bigint>
  homes: Map<string, { item: number; serial: string; home: Home }>
  open: Map<string, Finding>
}

const NOTHING: Surroundings = { items: new Map(), entered: new Set() }

/** The state of the book after these facts, whatever order they are given in. */
export function replay(facts: readonly Fact[], around: Surroundings = NOTHING): State {
  const told = [...new Map(facts.map((fact) => [fact.id, fact])).values()].sort(byOrder)
  const dropped = reversedAmong(told)
  const kept = told.filter(({ id }) => !dropped.has(id))
  const replayed = new Replay(around)
  for (const fact of kept) replayed.post(fact)
  replayed.findAmbiguous(kept)
  replayed.findUnknownLots(kept)
  replayed.findNegatives()
  return replayed.state
}

/** What lies on shelves: the balances of real locations that are not zero. */
export function onHand(state: State): { cell: Cell; quantity: bigint }[] {
  return [...state.balances.values()].filter(({ cell, quantity }) => quantity !== 0n && !VIRTUAL.has(cell.location))
}

/** The ids of facts that were taken back. A reverse itself cannot be. */
function reversedAmong(facts: readonly Fact[]): Set<string> {
  const reverses = facts.filter(({ kind }) => kind === 'reverse')
  const targets = new Set(reverses.map(({ body }) => (body as ReverseBody).target))
  return new Set(facts.filter(({ id, kind }) => targets.has(id) && kind !== 'reverse').map(({ id }) => id))
}

class Replay {
  readonly state: State = { balances: new Map(), adjustments: new Map(), homes: new Map(), open: new Map() }

  constructor(readonly around: Surroundings) {}

  post(fact: Fact): void {
    this.lookAt(fact)
    const move = moveOf(fact)
    if (move) this.move(fact, move)
    const count = countOf(fact)
    if (count) this.count(fact, count)
  }

  note(kind: string, subject: string, quantity: bigint): void {
    this.state.open.set(`${kind} ${subject}`, { kind, subject, quantity })
  }

  /** What a fact shows by itself, whatever stands around it. */
  lookAt(fact: Fact): void {
    if (fact.kind === 'void') return this.note('lost_operations', fact.id, 0n)
    const goods = moveOf(fact) ?? countOf(fact)
    if (!fact.permitted) this.note('unauthorised', fact.id, goods?.quantity ?? 0n)
    if (!goods) return
    if (goods.item === UNIDENTIFIED && goods.quantity) this.note('unknown_code', fact.id, goods.quantity)
    const archivedAt = this.around.items.get(goods.item)?.archivedAt ?? Infinity
    if (archivedAt <= fact.at) this.note('archived_moved', fact.id, goods.quantity)
    const otherwise = toldOtherwise(fact.body as MoveBody | CountBody)
    if (otherwise) this.note('factor_changed', fact.id, otherwise)
  }

  balance(cell: Cell): bigint {
    return this.state.balances.get(cellKey(cell))?.quantity ?? 0n
  }

  carry(goods: { item: number; lot: string }, from: number, to: number, quantity: bigint): void {
    for (const [location, change] of [[from, -quantity], [to, quantity]] as const) {
      const cell = { item: goods.item, lot: goods.lot, location }
      this.state.balances.set(cellKey(cell), { cell, quantity: this.balance(cell) + change })
    }
  }

  home(item: number, serial: string): Home | undefined {
    return this.state.homes.get(`${item}|${serial}`)?.home
  }

  settleAt(item: number, serial: string, home: Home): void {
    this.state.homes.set(`${item}|${serial}`, { item, serial, home })
  }

  move(fact: Fact, move: Move): void {
    for (const serial of move.serials) {
      this.expect(fact, move, serial)
      this.settleAt(move.item, serial, { lot: move.lot, location: move.to })
    }
    this.carry(move, move.from, move.to, move.quantity)
  }

  /** Brings a serial to the place where the fact found it, and notes that it was not there. */
  expect(fact: Fact, move: Move, serial: string): void {
    const home = this.home(move.item, serial)
    const here = { lot: move.lot, location: move.from }
    if (isSame(home, here)) return
    if (!VIRTUAL.has(move.from)) this.note('serial_teleport', `${fact.id}|${serial}`, SCALE)
    else if (home && !VIRTUAL.has(home.location)) this.note('serial_conflict', `${fact.id}|${serial}`, SCALE)
    if (home || !VIRTUAL.has(move.from)) this.fetch(move.item, serial, here)
  }

  /** The inferred way of a serial from its home; another lot, or no home, goes through ADJUSTMENT. */
  fetch(item: number, serial: string, to: Home): void {
    const home = this.home(item, serial)
    if (home?.lot === to.lot) {
      this.carry({ item, lot: to.lot }, home.location, to.location, SCALE)
    } else {
      if (home) this.carry({ item, lot: home.lot }, home.location, ADJUSTMENT, SCALE)
      this.carry({ item, lot: to.lot }, ADJUSTMENT, to.location, SCALE)
    }
    this.settleAt(item, serial, to)
  }

  count(fact: Fact, count: Count): void {
    const before = this.balance(count)
    const fit = count.serials === null || this.countSerials(fact, count, count.serials)
    this.carry(count, ADJUSTMENT, count.location, count.quantity - this.balance(count))
    const adjustment = count.quantity - before
    this.state.adjustments.set(fact.id, adjustment)
    if (adjustment !== 0n || !fit) this.note('variance', fact.id, adjustment)
  }

  /** Brings home what was read and sends off what was not; false where either came from or to ADJUSTMENT. */
  countSerials(fact: Fact, count: Count, seen: readonly string[]): boolean {
    const here = { lot: count.lot, location: count.location }
    const present = [...this.state.homes.values()].filter(({ item, home }) => item === count.item && isSame(home, here))
    const missing = present.filter(({ serial }) => !seen.includes(serial))
    for (const { serial } of missing) this.fetch(count.item, serial, { lot: count.lot, location: ADJUSTMENT })
    const found = seen.map((serial) => this.find(fact, count.item, serial, here))
    return missing.length === 0 && found.every(Boolean)
  }

  /** Brings one serial to the cell where it was read; false where it came out of ADJUSTMENT. */
  find(fact: Fact, item: number, serial: string, here: Home): boolean {
    const home = this.home(item, serial)
    if (isSame(home, here)) return true
    this.fetch(item, serial, here)
    if (!home || home.location === ADJUSTMENT) return false
    this.note('serial_teleport', `${fact.id}|${serial}`, SCALE)
    return home.lot === here.lot
  }

  /** Counts and other devices' movements of the same cell, too close in time to tell their order. */
  findAmbiguous(kept: readonly Fact[]): void {
    for (const fact of kept) {
      const count = countOf(fact)
      if (!count) continue
      for (const other of kept.filter((each) => isClose(fact, each))) {
        const move = moveOf(other)
        const touches = cellsOf(other).some((cell) => cellKey(cell) === cellKey(count))
        if (move && touches) this.note('count_ambiguous', `${fact.id}|${other.id}`, move.quantity)
      }
    }
  }

  /** Lots that were moved between shelves but never came in, were counted or entered. */
  findUnknownLots(kept: readonly Fact[]): void {
    const cameIn = new Set(this.around.entered)
    const moved = new Map<string, { item: number; lot: string }>()
    for (const fact of kept) {
      const move = moveOf(fact)
      const goods = move ?? countOf(fact)
      if (!goods) continue
      if (move && !VIRTUAL.has(move.from)) moved.set(`${goods.item}|${goods.lot}`, goods)
      else cameIn.add(`${goods.item}|${goods.lot}`)
    }
    for (const [name, { item, lot }] of moved) {
      const tracked = this.around.items.get(item)?.tracking === 'lot'
      if (lot && tracked && !cameIn.has(name)) this.note('unknown_lot', name, 0n)
    }
  }

  /** Shelves below zero, seen over an item and all that was merged into it. */
  findNegatives(): void {
    const totals = new Map<string, bigint>()
    for (const { cell, quantity } of onHand(this.state)) {
      const seenAs = cellKey({ ...cell, item: this.survivor(cell.item) })
      totals.set(seenAs, (totals.get(seenAs) ?? 0n) + quantity)
    }
    for (const [subject, total] of totals) if (total < 0n) this.note('negative', subject, total)
  }

  /** The item as which people see this one: the end of its chain of mergers. */
  survivor(item: number): number {
    const seen = new Set([item])
    for (;;) {
      const next = this.around.items.get(item)?.survivor ?? null
      if (next === null || seen.has(next)) return item
      item = next
      seen.add(item)
    }
  }
}

function isSame(one: Home | undefined, other: Home): boolean {
  return one?.lot === other.lot && one.location === other.location
}

function isClose(count: Fact, other: Fact): boolean {
  return other.device !== count.device && Math.abs(other.at - count.at) <= count.uncertaintyMs + other.uncertaintyMs
}
