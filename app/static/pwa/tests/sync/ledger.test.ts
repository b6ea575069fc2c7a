// The law, case by case: the cases that Python reads too; and the overlay of own work against the law.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { onHand, replay, type ItemFacts, type State, type Surroundings } from '../../src/sync/ledger'
import { cellKey, type Fact } from '../../src/sync/movement'
import type { Operation } from '../../src/sync/operation'
import { after, effectsOf } from '../../src/sync/own-work'
import { formatQuantity } from '../../src/sync/quantity'

interface WrittenFact {
  id: string
  device: string
  epoch: number
  seq: number
  at: number
  uncertainty_ms: number
  kind: Fact['kind']
  body: Fact['body']
  permitted?: boolean
  /** What was posted, where the factor of its packs was another than the device's. */
  posted?: string
}

interface Case {
  name: string
  entered?: [number, string][]
  facts: WrittenFact[]
  on_hand: [number, string, number, string][]
  adjustments: Record<string, string>
  homes: [number, string, string, number][]
  open: [string, string, string][]
}

interface Written {
  items: Record<string, { tracking: ItemFacts['tracking']; archived_at?: number; survivor?: number }>
  cases: Case[]
}

const path = new URL('../../../../../tests/vectors/ledger.json', import.meta.url)
const { items, cases } = JSON.parse(readFileSync(path, 'utf8')) as Written
const known = new Map(
  Object.entries(items).map(([item, { tracking, archived_at, survivor }]) => [
    Number(item),
    { tracking, archivedAt: archived_at ?? null, survivor: survivor ?? null },
  ]),
)

function around(one: Case): Surroundings {
  return { items: known, entered: new Set((one.entered ?? []).map((lot) => lot.join('|'))) }
}

function factOf({ uncertainty_ms, permitted, posted, ...fact }: WrittenFact): Fact {
  const body = posted === undefined ? fact.body : ({ ...fact.body, quantity: posted } as Fact['body'])
  return { ...fact, body, uncertaintyMs: uncertainty_ms, permitted: permitted ?? true }
}

function sorted<Row extends unknown[]>(rows: Row[]): Row[] {
  return [...rows].sort((one, other) => (JSON.stringify(one) < JSON.stringify(other) ? -1 : 1))
}

function told(state: State): unknown {
  return {
    on_hand: sorted(onHand(state).map(({ cell, quantity }) => [cell.item, cell.lot, cell.location, formatQuantity(quantity)])),
    adjustments: Object.fromEntries([...state.adjustments].map(([id, quantity]) => [id, formatQuantity(quantity)])),
    homes: sorted([...state.homes.values()].map(({ item, serial, home }) => [item, serial, home.lot, home.location])),
    open: sorted([...state.open.values()].map(({ kind, subject, quantity }) => [kind, subject, formatQuantity(quantity)])),
  }
}

describe('the law', () => {
  for (const one of cases) {
    const expected = {
      on_hand: sorted(one.on_hand), adjustments: one.adjustments, homes: sorted(one.homes), open: sorted(one.open),
    }
    test(one.name, () => {
      expect(told(replay(one.facts.map(factOf), around(one)))).toEqual(expected)
      expect(told(replay(one.facts.map(factOf).reverse(), around(one)))).toEqual(expected)
    })
  }
})

const places = fc.constantFrom(10, 11, 12)
const amounts = fc.integer({ min: 1, max: 5 }).map(String)
const moves = fc
  .record({ from: fc.constantFrom(1, 10, 11, 12), to: fc.constantFrom(2, 10, 11, 12), quantity: amounts, item: fc.constantFrom(2, 3) })
  .filter(({ from, to }) => from !== to)
  .map((body) => ({ kind: 'move' as const, body }))
const counts = fc
  .record({ location: places, quantity: amounts, item: fc.constantFrom(2, 3) })
  .map((body) => ({ kind: 'count' as const, body }))
const reverses = fc
  .integer({ min: 0, max: 8 })
  .map((target) => ({ kind: 'reverse' as const, body: { target: `op${target}` } }))
const histories = fc.array(fc.oneof(moves, moves, counts, reverses), { maxLength: 9 })

test("what a device shows of its own unsent work is what the law makes of it", () => {
  fc.assert(
    fc.property(histories, (drafts) => {
      const operations: Operation[] = drafts.map(({ kind, body }, index) => ({ id: `op${index}`, seq: index + 1, v: 1, kind, at: index, body }))
      const state = replay(operations.map((own) => ({ ...own, device: 'own', epoch: 1, uncertaintyMs: 0, permitted: true }) as Fact))
      const effects = effectsOf(operations, new Map())
      for (const item of [2, 3]) {
        for (const location of [10, 11, 12]) {
          const own = effects.filter((effect) => effect.item === item && effect.location === location)
          const law = state.balances.get(cellKey({ item, lot: '', location }))?.quantity ?? 0n
          expect(after(0n, own)).toBe(law)
        }
      }
    }),
  )
})
