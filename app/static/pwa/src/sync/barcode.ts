// A scanned, typed or wedged string becomes trade item, lot, serial, dates and quantity. Twin of sync/barcode.py.
import { BadElements, bracketedElements, type Elements, FNC1, linkElements, messageElements, type Problem } from './gs1'
import { expandUpcE, gtin14, isChecked, isDigits, LENGTHS } from './gtin'
import { formatQuantity } from './quantity'

/**
 * What one code says. `gtin` has 14 digits, dates are ISO dates, `quantity` is a plain decimal string in
 * `quantityUnit` (piece, kg, m, l …), `elements` maps every GS1 application identifier to its value as printed.
 * Of the problems only bad_date leaves the rest of the reading usable.
 */
export interface Reading {
  raw: string
  symbology: string | null
  kind: 'gs1' | 'gtin' | 'digital_link' | 'sscc' | 'text'
  gtin: string | null
  lot: string | null
  serial: string | null
  expiresOn: string | null
  bestBefore: string | null
  quantity: string | null
  quantityUnit: string | null
  sscc: string | null
  elements: Elements
  problem: Problem | null
}

const GS1_SYMBOLOGIES = new Set([']C1', ']d2', ']d5', ']Q3', ']Q4', ']J1', ']z1', ']e0', ']e1', ']e2'])
const EAN_SYMBOLOGIES = new Set([']E0', ']E1', ']E2', ']E3', ']E4'])
const ITF_SYMBOLOGIES = new Set([']I0', ']I1', ']I2'])

/** Characters: the most text that one QR code holds. */
const LONGEST_CODE = 4296

/** The year from which two-digit years are understood when the caller names none. */
const REFERENCE_YEAR = 2026

/** AIs that begin with YYMMDD. */
const DATES = ['11', '12', '13', '15', '16', '17', '4324', '4325', '4326', '7003', '7006', '7007', '7011']
const COUNTS = ['37', '30']

/** Net trade measures by the first three digits of their AI; the fourth digit counts the decimals. */
const MEASURES: Record<string, string> = {
  '310': 'kg', '311': 'm', '314': 'm2', '315': 'l', '316': 'm3',
  '320': 'lb', '321': 'in', '322': 'ft', '323': 'yd', '350': 'in2', '351': 'ft2', '352': 'yd2',
  '356': 'ozt', '357': 'oz', '360': 'qt', '361': 'gal', '364': 'in3', '365': 'ft3', '366': 'yd3',
}

const IDENTIFIER = /^\][A-Za-z][0-9A-Za-z]/
const SPELLED_FNC1 = /\{GS\}|<GS>|\u241d/g
const BRACKETED = /^\([0-9]{2,4}\)/
const ADDRESS = /^https?:\/\//i

/**
 * Reads one code; never throws: what is not understood is of kind `text`. `symbology` is the ISO/IEC 15424
 * identifier such as `]C1`, or absent for a wedge or a keyboard, in which case the text may begin with it.
 * `year` (today's) settles the century of two-digit years.
 */
export function readCode(text: string, symbology: string | null = null, year = REFERENCE_YEAR): Reading {
  let body = text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
  let identifier = symbology
  if (identifier === null && IDENTIFIER.test(body)) [identifier, body] = [body.slice(0, 3), body.slice(3)]
  const plain = reading(text, identifier)
  if (!body) return { ...plain, problem: 'empty' }
  if ([...body].length > LONGEST_CODE) return { ...plain, problem: 'too_long' }
  if (identifier !== null && GS1_SYMBOLOGIES.has(identifier)) return readMessage(plain, body, year)
  if (identifier !== null && EAN_SYMBOLOGIES.has(identifier)) return readEan(plain, body)
  return readOpen(plain, body, year)
}

/** The reading of a code about which nothing is known yet. */
function reading(raw: string, symbology: string | null): Reading {
  return {
    raw, symbology, kind: 'text', gtin: null, lot: null, serial: null, expiresOn: null, bestBefore: null,
    quantity: null, quantityUnit: null, sscc: null, elements: {}, problem: null,
  }
}

/** A code that says of itself that it holds GS1 elements. */
function readMessage(plain: Reading, body: string, year: number): Reading {
  try {
    return fromElements(plain, BRACKETED.test(body) ? bracketedElements(body) : messageElements(body), year)
  } catch (error) {
    return { ...plain, problem: problemOf(error) }
  }
}

/** An EAN or UPC, possibly with an add-on of 2 or 5 digits, which is left out. */
function readEan(plain: Reading, body: string): Reading {
  if (plain.symbology === ']E1' || plain.symbology === ']E2') return plain
  const digits = plain.symbology === ']E3' ? body.slice(0, 13) : body
  const isUpcE = plain.symbology === ']E0' && digits.length < 9
  return fromGtin(plain, gtin14(isUpcE ? (expandUpcE(digits) ?? '') : digits), 'check_digit')
}

/** A code that may hold anything: a link, brackets, FNC1, a trade item number or a firm's own text. */
function readOpen(plain: Reading, body: string, year: number): Reading {
  if (ADDRESS.test(body)) return readLink(plain, body, year)
  if (isDigits(body) && LENGTHS.includes(body.length)) return readNumber(plain, body)
  const message = body.replace(SPELLED_FNC1, FNC1)
  const explicit = BRACKETED.test(message) || (message.includes(FNC1) && !message.startsWith('[)>'))
  if (!explicit && (plain.symbology !== null || !beginsWithKey(message))) return plain
  const read = readMessage(plain, message, year)
  return read.kind !== 'text' || (explicit && plain.symbology === null) ? read : plain
}

/** Whether a wedge's text, which lacks the leading FNC1, begins with a checked SSCC or GTIN element. */
function beginsWithKey(message: string): boolean {
  const length = new Map([['00', 20], ['01', 16], ['02', 16]]).get(message.slice(0, 2)) ?? 0
  return length > 0 && message.length >= length && isChecked(message.slice(2, length))
}

/**
 * A bare number: a trade item number if its check digit is right. Typed, wedged and ITF-14 numbers claim to be one
 * eight digits in other codes are a firm's own.
 */
function readNumber(plain: Reading, digits: string): Reading {
  const isItf = plain.symbology !== null && ITF_SYMBOLOGIES.has(plain.symbology)
  if (plain.symbology === null || (isItf && digits.length === 14)) {
    return fromGtin(plain, gtin14(digits) ?? gtin14(expandUpcE(digits) ?? ''), 'check_digit')
  }
  return isItf || digits.length === 8 ? plain : fromGtin(plain, gtin14(digits), null)
}

/** A web address: a Digital Link, or plain text with no problem. */
function readLink(plain: Reading, address: string, year: number): Reading {
  try {
    return { ...fromElements(plain, linkElements(address), year), kind: 'digital_link' }
  } catch (error) {
    const problem = problemOf(error)
    return { ...plain, problem: problem === 'check_digit' || problem === 'conflict' ? problem : null }
  }
}

/** The code of a BadElements; anything else is thrown on. */
function problemOf(error: unknown): Problem {
  if (error instanceof BadElements) return error.code
  throw error
}

/** The reading of a bare trade item number, or text with the problem. */
function fromGtin(plain: Reading, gtin: string | null, problem: Problem | null): Reading {
  return gtin === null ? { ...plain, problem } : { ...plain, kind: 'gtin', gtin }
}

/** The reading that valid elements stand for; a wrong date leaves the rest usable. */
function fromElements(plain: Reading, elements: Elements, year: number): Reading {
  const [quantity, quantityUnit] = quantityIn(elements)
  const dates = new Map(DATES.filter((ai) => ai in elements).map((ai) => [ai, isoDate(elements[ai] ?? '', year)]))
  return {
    ...plain,
    kind: Object.keys(elements).join() === '00' ? 'sscc' : 'gs1',
    gtin: elements['01'] ?? elements['02'] ?? null,
    lot: elements['10'] ?? null,
    serial: elements['21'] ?? null,
    expiresOn: dates.get('17') ?? dates.get('7003') ?? null,
    bestBefore: dates.get('15') ?? null,
    quantity,
    quantityUnit,
    sscc: elements['00'] ?? null,
    elements,
    problem: [...dates.values()].includes(null) ? 'bad_date' : null,
  }
}

/** Quantity and unit: a count (AI 37, 30) before a net measure (GS1 General Specifications, 3.6). */
function quantityIn(elements: Elements): [string, string] | [null, null] {
  const count = COUNTS.map((ai) => elements[ai]).find(Boolean)
  if (count) return [String(Number(count)), 'piece']
  for (const ai of Object.keys(elements).sort()) {
    const unit = ai.length === 4 ? MEASURES[ai.slice(0, 3)] : undefined
    if (unit) return [formatQuantity(BigInt(elements[ai] ?? '0') * 10n ** BigInt(6 - Number(ai[3]))), unit]
  }
  return [null, null]
}

/** YYMMDD as an ISO date; day 00 is the month's last (7.12 of the same); null if there is no such day. */
function isoDate(digits: string, year: number): string | null {
  const fullYear = yearOf(Number(digits.slice(0, 2)), year)
  const [month, day] = [Number(digits.slice(2, 4)), Number(digits.slice(4, 6))]
  if (month < 1 || month > 12) return null
  const last = new Date(Date.UTC(fullYear, month, 0)).getUTCDate()
  if (day > last) return null
  return `${fullYear}-${digits.slice(2, 4)}-${String(day || last).padStart(2, '0')}`
}

/** The year with these last digits between 49 years before and 50 after `year`. */
function yearOf(twoDigits: number, year: number): number {
  const century = year - (year % 100)
  const distance = twoDigits - (year % 100)
  if (distance > 50) return century - 100 + twoDigits
  return century + twoDigits + (distance < -49 ? 100 : 0)
}
