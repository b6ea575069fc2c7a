/** Quantities as people read and type them: "1,250", "2.500 kg", and the text of a keypad. */
import { DECIMAL_SIGN, grouped } from './numbers'
import { baseQuantity } from '../sync/pack'
import { formatQuantity, parseQuantity, SCALE } from '../sync/quantity'

const MAXIMUM_LENGTH = 13

/** A quantity in millionths for reading: grouped, no superfluous zeros. */
export function amountText(millionths: bigint): string {
  const [whole = '0', fraction] = formatQuantity(millionths < 0n ? -millionths : millionths).split('.')
  return `${millionths < 0n ? '−' : ''}${grouped(whole)}${fraction ? DECIMAL_SIGN + fraction : ''}`
}

/** A difference for reading, always with its sign: "+3", "−2", "±0". */
export function differenceText(millionths: bigint): string {
  if (millionths === 0n) return '±0'
  return millionths > 0n ? `+${amountText(millionths)}` : amountText(millionths)
}

/** Millionths of a text, or null where it is no quantity yet. */
export function amountOf(text: string): bigint | null {
  try {
    return text === '' || text === '.' ? null : parseQuantity(text)
  } catch {
    return null
  }
}

/** The text after one key of the keypad: a digit, "." or "back". What would not be a quantity changes nothing. */
export function pressKey(text: string, key: string, decimals: number): string {
  if (key === 'back') return text.slice(0, -1)
  if (key === '.') return decimals === 0 || text.includes('.') ? text : `${text || '0'}.`
  const typed = text === '0' ? key : text + key
  const [, fraction = ''] = typed.split('.')
  return fraction.length > decimals || typed.length > MAXIMUM_LENGTH || amountOf(typed) === null ? text : typed
}

/** One step up or down, never below zero. */
export function step(text: string, by: number): string {
  const next = (amountOf(text) ?? 0n) + BigInt(by) * SCALE
  return next < 0n ? '0' : formatQuantity(next)
}

/** A barcode as it is printed: trade numbers are stored with 14 digits, and shown with 8, 12 or 13 where they have no more. */
export function codeShown(code: string): string {
  return code.replace(/^0{6}(?=\d{8}$)|^00(?=\d{12}$)|^0(?=\d{13}$)/, '')
}

/** What was typed, in plain form ("07.50" becomes "7.5"); "" where it is no quantity. */
export function plain(text: string): string {
  const amount = amountOf(text)
  return amount === null ? '' : formatQuantity(amount)
}

/** The pack in which a quantity is typed and shown, with its factor of then. */
export interface PackUsed {
  id: number
  unit: string
  factor: string
}

/** So many packs in the base unit, as text; "" where that is no exact quantity. */
export function inBase(packs: string, pack: PackUsed | null): string {
  if (!pack) return packs
  const [number, factor] = [amountOf(packs), amountOf(pack.factor)]
  const quantity = number === null || factor === null ? null : baseQuantity(number, factor)
  return quantity === null ? '' : formatQuantity(quantity)
}

/** How many packs a base quantity is, in millionths; null where it is no whole number of them. */
export function inPacks(quantity: string, pack: PackUsed | null): bigint | null {
  const [amount, factor] = [amountOf(quantity), pack && amountOf(pack.factor)]
  return amount === null || !factor || amount % factor ? null : (amount / factor) * SCALE
}
