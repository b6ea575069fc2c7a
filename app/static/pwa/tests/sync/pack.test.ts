// Packs: the vectors that Python reads too.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { MoveBody } from '../../src/sync/operation'
import { baseQuantity, factorAt, reckoned, toldOtherwise, tradeItemIn, type Span } from '../../src/sync/pack'
import { formatQuantity, parseQuantity } from '../../src/sync/quantity'

type WrittenSpans = [number, string][]

interface Vectors {
  base_quantities: { packs: string; factor: string; quantity: string | null }[]
  factors: { spans: WrittenSpans; at: number; factor: string | null }[]
  reckoned: { name: string; body: Partial<MoveBody>; spans: WrittenSpans; at: number; quantity: string; otherwise: string }[]
  trade_items: { gtin: string; item: string | null }[]
}

const path = new URL('../../../../../tests/vectors/pack.json', import.meta.url)
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Vectors

function spansOf(written: WrittenSpans): Span[] {
  return written.map(([since, factor]) => ({ since, factor: parseQuantity(factor) }))
}

function shown(quantity: bigint | null): string | null {
  return quantity === null ? null : formatQuantity(quantity)
}

describe('packs', () => {
  test.each(vectors.base_quantities)('$packs of $factor are $quantity', ({ packs, factor, quantity }) => {
    expect(shown(baseQuantity(parseQuantity(packs), parseQuantity(factor)))).toBe(quantity)
  })

  test.each(vectors.factors)('of $spans, $factor holds at $at', ({ spans, at, factor }) => {
    expect(shown(factorAt(spansOf(spans), at))).toBe(factor)
  })

  test.each(vectors.reckoned)('$name', ({ body, spans, at, quantity, otherwise }) => {
    const posted = reckoned({ from: 1, to: 12, quantity: '0', ...body }, spansOf(spans), at)
    expect(posted.quantity).toBe(quantity)
    expect(formatQuantity(toldOtherwise(posted))).toBe(otherwise)
  })

  test.each(vectors.trade_items)('the case $gtin holds $item', ({ gtin, item }) => {
    expect(tradeItemIn(gtin)).toBe(item)
  })
})
