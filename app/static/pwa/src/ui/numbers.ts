/** Numbers as the house writes them, else the reader. */
import { numberWriter } from './house'

const write = numberWriter()
const writeTenths = numberWriter({ minimumFractionDigits: 1, maximumFractionDigits: 1 })

/** What stands between the whole and its parts: "." or ",". */
export const DECIMAL_SIGN = write(0.5).replace(/\d/g, '') || '.'

/** "12.3" or "12,3". */
export function tenths(value: number): string {
  return writeTenths(value)
}

/** "1,234" or "1.234" for a whole number of digits. */
export function grouped(digits: string): string {
  return write(BigInt(digits))
}
