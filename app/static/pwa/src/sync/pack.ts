/** Packs: what a capture in cases makes of base units, by the factor that held when it happened. Twin of sync/pack.py. */
import { checkDigit, gtin14 } from './gtin'
import type { CountBody, MoveBody } from './operation'
import { formatQuantity, MAXIMUM, parseQuantity, SCALE } from './quantity'

/** First digits of the GTIN-14 of a case of fixed contents (GS1 General Specifications 2.1.6). */
const CASE_INDICATORS = '12345678'

/** From a time on, in milliseconds, a pack holds so many millionths of the base unit. */
export interface Span {
  since: number
  factor: bigint
}

/** So many packs in the base unit; all in millionths. Null where it is not exact, or too much. */
export function baseQuantity(packs: bigint, factor: bigint): bigint | null {
  const product = packs * factor
  return product % SCALE || product / SCALE > MAXIMUM ? null : product / SCALE
}

/** The factor that held at a time; before the first span its factor. Null where there is no span. */
export function factorAt(spans: readonly Span[], at: number): bigint | null {
  const ordered = [...spans].sort((one, other) => one.since - other.since)
  const held = ordered.filter(({ since }) => since <= at).at(-1)
  return (held ?? ordered[0])?.factor ?? null
}

/**
 * The body as it is posted: its packs by the factor that held at its time. As the device reckoned it where the pack is
 * not known, where serials were read, and where the other factor gives no exact quantity.
 */
export function reckoned<Body extends MoveBody | CountBody>(body: Body, spans: readonly Span[], at: number): Body {
  const factor = factorAt(spans, at)
  if (!body.pack || body.serials?.length || factor === null) return body
  const quantity = baseQuantity(parseQuantity(body.pack.quantity), factor)
  return quantity === null ? body : { ...body, quantity: formatQuantity(quantity) }
}

/** By how much more was posted than the device reckoned, in millionths; zero where both agree. */
export function toldOtherwise({ pack, quantity, serials }: MoveBody | CountBody): bigint {
  if (!pack || serials?.length) return 0n
  return parseQuantity(quantity) - (baseQuantity(parseQuantity(pack.quantity), parseQuantity(pack.factor)) ?? 0n)
}

/** The GTIN of the trade item whose case bears this GTIN-14, both in 14 digits; null for no case's. */
export function tradeItemIn(gtin: string): string | null {
  if (gtin14(gtin) !== gtin || !CASE_INDICATORS.includes(gtin.charAt(0))) return null
  const body = `0${gtin.slice(1, 13)}`
  return body + checkDigit(body)
}
