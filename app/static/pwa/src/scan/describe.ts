/** A code in a few words, so that a person can tell one from another. */
import { t } from '../ui/words'
import { readCode, type Reading } from '../sync/barcode'
import { gtin14 } from '../sync/gtin'
import type { Sighting } from './sighting'

const NAMES: Record<string, string> = {
  QRCode: 'QR code', MicroQRCode: 'Micro QR', RMQRCode: 'rMQR', DataMatrix: 'Data Matrix', AztecCode: 'Aztec',
  PDF417: 'PDF417', EAN13: 'EAN-13', EAN8: 'EAN-8', UPCA: 'UPC-A', UPCE: 'UPC-E', Code128: 'Code 128', Code39: 'Code 39',
  Code93: 'Code 93', ITF: 'ITF', ITF14: 'ITF-14', Codabar: 'Codabar',
}

/** The reading of a sighting, with dates understood from today. */
export function readingOf(sighting: Sighting): Reading {
  return readCode(sighting.text, sighting.symbology, new Date().getFullYear())
}

/** The name printed in every scanner's manual. */
export function formatName({ format, symbology }: Sighting): string {
  const name = NAMES[format] ?? (format.startsWith('DataBar') ? 'DataBar' : format)
  return /^\](?:C1|d2|d5|Q3|Q4)$/.test(symbology) ? `GS1 ${name}` : name
}

/** What identifies the goods: the number of the item or pallet, or the text itself. */
export function titleOf(reading: Reading): string {
  return reading.gtin ?? reading.sscc ?? reading.raw.replace(/[\x00-\x1f]+/g, ' ').trim()
}

/** Lot, serial, expiry and quantity, as far as the code says them. */
export function detailsOf(reading: Reading): string {
  const parts = [
    reading.lot && t('scan.lot', { lot: reading.lot }),
    reading.serial && t('scan.serial', { serial: reading.serial }),
    reading.expiresOn && t('scan.expires', { date: reading.expiresOn }),
    reading.quantity && t('scan.quantity', { quantity: reading.quantity, unit: reading.quantityUnit ?? '' }),
  ]
  return parts.filter(Boolean).join(' · ')
}

/** Whether a reading is one of the codes that the task waits for, as text or as item number. */
export function isAmong(reading: Reading, expected: readonly string[]): boolean {
  const said = [reading.raw, reading.gtin, reading.sscc]
  return expected.some((code) => said.includes(code) || (reading.gtin !== null && reading.gtin === gtin14(code)))
}
