/** Quantities: decimal strings on the wire, whole millionths of the base unit in code. Twin of sync/quantity.py. */

/** Millionths in one base unit. */
export const SCALE = 1_000_000n

/** The largest quantity one operation may name: a thousand million base units. */
export const MAXIMUM = 1_000_000_000n * SCALE

const PLAIN = /^-?(\d*)\.?(\d*)$/
const DECIMALS = 6

/** The text is no quantity; the message says why, in words for a person. */
export class BadQuantity extends Error {
  override name = 'BadQuantity'
}

/**
 * Turns a decimal string such as "2.5" into millionths of the base unit.
 * Throws BadQuantity for anything but a finite plain decimal of at most six places and at most MAXIMUM.
 * Negative values parse: whether they are allowed is the caller's rule.
 */
export function parseQuantity(text: unknown): bigint {
  const millionths = parseBalance(text)
  if (millionths > MAXIMUM || millionths < -MAXIMUM) throw new BadQuantity('a quantity is at most 1000000000')
  return millionths
}

/** The same for a balance, which as a sum may be larger than any one quantity. */
export function parseBalance(text: unknown): bigint {
  if (typeof text !== 'string' || text === '' || text.length > 24) {
    throw new BadQuantity('a quantity is a decimal number written as text')
  }
  if (!/^[0-9.-]+$/.test(text)) throw new BadQuantity('a quantity holds digits and at most one decimal point')
  const parts = PLAIN.exec(text)
  if (!parts || `${parts[1]}${parts[2]}` === '') throw new BadQuantity('a quantity is a decimal number written as text')
  return scaled(text.startsWith('-'), parts[1] ?? '', (parts[2] ?? '').replace(/0+$/, ''))
}

/** Turns millionths into the shortest plain decimal string: 2500000n becomes "2.5". */
export function formatQuantity(millionths: bigint): string {
  const size = millionths < 0n ? -millionths : millionths
  const fraction = (size % SCALE).toString().padStart(DECIMALS, '0').replace(/0+$/, '')
  const sign = millionths < 0n ? '-' : ''
  return fraction ? `${sign}${size / SCALE}.${fraction}` : `${sign}${size / SCALE}`
}

function scaled(negative: boolean, whole: string, fraction: string): bigint {
  if (fraction.length > DECIMALS) throw new BadQuantity('a quantity has at most six decimal places')
  const size = BigInt(whole || '0') * SCALE + BigInt(fraction.padEnd(DECIMALS, '0'))
  return negative ? -size : size
}
