/** Numbers as the reader writes them. */
import { locale } from './words'

const parts = new Intl.NumberFormat(locale).formatToParts(1234567.8)

/** What stands between the whole and its parts: "." or ",". */
export const DECIMAL_SIGN = parts.find(({ type }) => type === 'decimal')?.value ?? '.'

/** "1,234" or "1.234" for a whole number of digits. */
export function grouped(digits: string): string {
  return new Intl.NumberFormat(locale).format(BigInt(digits))
}
