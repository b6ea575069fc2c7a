// Trade item numbers: check digits, and every EAN, UPC and ITF-14 number as fourteen digits. Twin of sync/gtin.py.

export const LENGTHS: readonly number[] = [8, 12, 13, 14]

/** The GS1 modulo 10 check digit that belongs behind `digits` (GS1 General Specifications, 7.9.1). */
export function checkDigit(digits: string): string {
  const total = [...digits].reverse().reduce((sum, digit, place) => sum + Number(digit) * (place % 2 ? 1 : 3), 0)
  return String((10 - (total % 10)) % 10)
}

/** Whether the text is one or more of the digits 0 to 9 and nothing else. */
export function isDigits(text: string): boolean {
  return /^[0-9]+$/.test(text)
}

/** Whether the last digit is the right check digit of those before it. */
export function isChecked(digits: string): boolean {
  return isDigits(digits) && digits.length > 1 && checkDigit(digits.slice(0, -1)) === digits.at(-1)
}

/** An EAN-8, UPC-A, EAN-13 or ITF-14 number as fourteen digits; null for anything else. */
export function gtin14(digits: string): string | null {
  if (!LENGTHS.includes(digits.length) || !isChecked(digits) || /^0*$/.test(digits)) return null
  return digits.padStart(14, '0')
}

/** The UPC-A number of 12 digits that a UPC-E of 6, 7 or 8 stands for; null if it stands for none. */
export function expandUpcE(digits: string): string | null {
  if (!/^[0-9]{6,8}$/.test(digits)) return null
  const [system, body] = digits.length === 6 ? ['0', digits] : [digits.slice(0, 1), digits.slice(1, 7)]
  if (system !== '0' && system !== '1') return null
  const payload = system + upcEBody(body)
  const upcA = payload + checkDigit(payload)
  return digits.length < 8 || upcA.at(-1) === digits.at(-1) ? upcA : null
}

/** The ten digits that the six of a UPC-E stand for: its last says which zeros were left out. */
function upcEBody(body: string): string {
  const last = body.slice(5)
  if ('012'.includes(last)) return `${body.slice(0, 2)}${last}0000${body.slice(2, 5)}`
  if (last === '3') return `${body.slice(0, 3)}00000${body.slice(3, 5)}`
  if (last === '4') return `${body.slice(0, 4)}00000${body.slice(4, 5)}`
  return `${body.slice(0, 5)}0000${last}`
}
