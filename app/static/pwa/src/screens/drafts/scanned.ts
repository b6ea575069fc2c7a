/** What one reading says about goods, for a draft: which item, lot, serial, date and how many. Pure. */
import type { Item } from '../../floor'
import type { Reading } from '../../sync/barcode'
import { amountOf, inBase, plain, type PackUsed } from '../../ui/amounts'
import { packWithCode } from './packing'

export interface Scanned {
  /** Null for goods that the catalogue does not know: then `code` names them. */
  item: number | null
  code: string
  symbology: string
  lot: string
  serial: string
  expiresOn: string | null
  /** How many the label says, in the item's base unit; "" where it says nothing usable. */
  quantity: string
  /** The pack whose code was scanned: the quantity is then that of one, or of as many as the label says. */
  pack?: PackUsed | null
}

const MEASURED = ['kg', 'g', 'l', 'ml', 'm', 'm2', 'm3']

/** The goods of a reading whose item is known. */
export function goodsOf(reading: Reading, item: Item): Scanned {
  const pack = packWithCode(item, reading.gtin ?? reading.raw)
  const quantity = pack ? inBase(countOf(reading) || '1', pack) : quantityFor(reading, item)
  return { ...bare(reading), item: item.id, quantity, pack }
}

/** Goods that nobody knows yet: the code stands for them, one at a time. */
export function unidentified(reading: Reading): Scanned {
  return { ...bare(reading), lot: '', serial: '', expiresOn: null, quantity: '' }
}

/** An item chosen from a list or a shelf, not scanned. */
export function chosen(item: Item, lot = '', expiresOn: string | null = null): Scanned {
  return { item: item.id, code: '', symbology: '', lot, serial: '', expiresOn, quantity: '' }
}

/** Whether a reading tells about goods without saying which: a lot label, a serial label beside the product code. */
export function isDetail(reading: Reading): boolean {
  const tells = reading.lot ?? reading.serial ?? reading.expiresOn ?? reading.bestBefore ?? reading.quantity
  return reading.kind === 'gs1' && reading.gtin === null && reading.sscc === null && tells !== null
}

/** Whether a text that nothing is known by reads like the beginning of a name rather than like a code. */
export function isWords(reading: Reading): boolean {
  return reading.kind === 'text' && /^[\p{L} '&.,-]{2,40}$/u.test(reading.raw.trim())
}

/** A label's figure counts only where its unit is the item's: pieces for what is counted, kilograms for kilograms. */
export function quantityFor(reading: Reading, item: Item): string {
  if (reading.quantity === null) return ''
  const unit = item.unit.toLowerCase()
  const counted = (reading.quantityUnit ?? 'piece') === 'piece' && !MEASURED.includes(unit)
  if (!counted && reading.quantityUnit !== unit) return ''
  return (amountOf(reading.quantity) ?? 0n) > 0n ? plain(reading.quantity) : ''
}

/** How many packs a label of theirs says. */
function countOf({ quantity, quantityUnit }: Reading): string {
  return quantity !== null && (quantityUnit ?? 'piece') === 'piece' && (amountOf(quantity) ?? 0n) > 0n ? plain(quantity) : ''
}

function bare(reading: Reading): Scanned {
  return {
    item: null,
    code: reading.raw.trim(),
    symbology: reading.symbology ?? '',
    lot: reading.lot ?? '',
    serial: reading.serial ?? '',
    expiresOn: reading.expiresOn ?? reading.bestBefore,
    quantity: '',
  }
}
