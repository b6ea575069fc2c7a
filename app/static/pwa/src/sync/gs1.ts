// GS1 element strings: from a scanned message, bracketed text or a Digital Link to AI → value. Twin of sync/gs1.py.
import { IDENTIFIERS } from './gs1-table'
import { isChecked } from './gtin'

export const FNC1 = '\x1d'
export type Elements = Record<string, string>
export type Problem =
  | 'check_digit' | 'unknown_element' | 'bad_element' | 'conflict' | 'bad_date' | 'empty' | 'too_long'

/** The text holds no valid GS1 elements; `code` says why, as in `Reading.problem`. */
export class BadElements extends Error {
  constructor(readonly code: Problem) {
    super(code)
  }
}

interface Format {
  pattern: RegExp
  separated: boolean
}

interface Element {
  ai: string
  value: string
  separated: boolean
}

type Pair = [ai: string, value: string]

/** How many leading digits of an element end in a check digit. */
const CHECKED_DIGITS: Record<string, number> = {
  '00': 18, '01': 14, '02': 14, '03': 14, '253': 13, '255': 13, '402': 17,
  '410': 13, '411': 13, '412': 13, '413': 13, '414': 13, '415': 13, '416': 13, '417': 13,
  '8003': 14, '8006': 14, '8017': 18, '8018': 18, '8026': 14,
}

/** What a Digital Link may name, each with the qualifiers that may follow in its path, in this order. */
const LINK_KEYS: Record<string, string[]> = {
  '01': ['22', '10', '21', '235'], '8006': ['22', '10', '21'], '8010': ['8011'], '8013': [],
  '414': ['254', '7040'], '415': ['8020'], '417': ['7040'], '8017': ['8019'], '8018': ['8019'],
  '255': [], '00': [], '253': [], '401': [], '402': [], '8003': [], '8004': ['7040'],
}

const BRACKET = /\(([0-9]{2,4})\)/
const URI = "[A-Za-z0-9._~:/@!$&'()*+,;=%-]"
const LINK = new RegExp(`^(?:https?|HTTPS?)://[A-Za-z0-9.:-]+(/${URI}+)(\\?(?:${URI}|\\?)*)?(?:#(?:${URI}|[?#])*)?$`)

let formats: Map<string, Format> | null = null

/** The formats by identifier, made from the table when the first code is read. */
function knownFormats(): Map<string, Format> {
  if (formats) return formats
  formats = new Map()
  for (const [pattern, separated, identifiers] of IDENTIFIERS) {
    const format = { pattern: new RegExp(`^${pattern}`), separated }
    for (const ai of identifiers.split(' ').flatMap(unrolled)) formats.set(ai, format)
  }
  return formats
}

/** "3100-3105" as its six identifiers; a single one as itself. */
function unrolled(range: string): string[] {
  const [first = '', last = first] = range.split('-')
  const count = Number(last) - Number(first) + 1
  return Array.from({ length: count }, (_, place) => String(Number(first) + place).padStart(first.length, '0'))
}

/** The elements of a scanned message whose variable lengths end in FNC1. Throws BadElements. */
export function messageElements(message: string): Elements {
  return gather(splitMessage(message.replace(/^\x1d+|\x1d+$/g, '')))
}

/** The elements of `(01)…(10)…` as printed; `\(` is a bracket in a value. Throws BadElements. */
export function bracketedElements(text: string): Elements {
  const pieces = text.replaceAll('\\(', '\0').split(BRACKET)
  if (/[^ ]/.test(pieces[0] ?? '') || pieces.length < 3) throw new BadElements('unknown_element')
  const values = pieces.map((piece) => piece.replace(/^ +| +$/g, '').replaceAll('\0', '('))
  return gather(wholeElements(pairs(values.slice(1))))
}

/** The elements of a GS1 Digital Link (URI syntax 1.6), in path and query. Throws BadElements. */
export function linkElements(address: string): Elements {
  const [, path = '', query = ''] = LINK.exec(address) ?? []
  const segments = path.replace(/\/+$/, '').split('/')
  const named = pairs(segments.slice(linkStart(segments)))
  const [key = '', ...qualifiers] = named.map(([ai]) => ai)
  inOrder(qualifiers, LINK_KEYS[key] ?? [])
  const decoded = named.map(([ai, value]): Pair => [ai, percentDecoded(value)])
  if (decoded[0] && key === '01') decoded[0][1] = decoded[0][1].padStart(14, '0')
  return gather(wholeElements([...decoded, ...queryPairs(query.slice(1))]))
}

/** Where the key stands: the last place from which key, value, qualifier, value … reach the end. */
function linkStart(segments: string[]): number {
  for (let start = segments.length - 2; start > 0; start -= 2) {
    if (Object.hasOwn(LINK_KEYS, segments[start] ?? '')) return start
  }
  throw new BadElements('unknown_element')
}

/** Throws BadElements unless the qualifiers are among those allowed and stand in their order. */
function inOrder(qualifiers: string[], allowed: string[]): void {
  let place = -1
  for (const qualifier of qualifiers) {
    place = allowed.indexOf(qualifier, place + 1)
    if (place < 0) throw new BadElements('unknown_element')
  }
}

/** Identifiers and values that the query of a link names; other parameters are left out. */
function queryPairs(query: string): Pair[] {
  const named = query.split('&').map((part): Pair => {
    const [name = '', ...value] = part.split('=').map((text) => percentDecoded(text.replaceAll('+', ' ')))
    return [name, value.join('=')]
  })
  return named.filter(([name]) => knownFormats().has(name))
}

/** Percent-decoding by single bytes: what is not ASCII afterwards is refused anyway. */
function percentDecoded(text: string): string {
  return text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
}

/** Texts two by two. */
function pairs(texts: string[]): Pair[] {
  return texts.flatMap((text, place): Pair[] => (place % 2 ? [] : [[text, texts[place + 1] ?? '']]))
}

/** Each pair as an element, which must take the whole value. Throws BadElements. */
function* wholeElements(named: Pair[]): Generator<Element> {
  for (const [ai, value] of named) yield wholeElement(ai, value)
}

/** The elements one after the other; one of variable length must reach FNC1 or the end. */
function* splitMessage(message: string): Generator<Element> {
  if (!message) throw new BadElements('unknown_element')
  let rest = message
  while (rest) {
    const element = firstElement(rest)
    rest = rest.slice(element.ai.length + element.value.length)
    if (element.separated && rest && !rest.startsWith(FNC1)) throw new BadElements('bad_element')
    rest = rest.replace(/^\x1d+/, '')
    yield element
  }
}

/** The element at the start of a message. Throws BadElements. */
function firstElement(message: string): Element {
  if (/[^\x00-\x7f]/.test(message)) throw new BadElements('bad_element')
  const ai = [2, 3, 4].map((length) => message.slice(0, length)).find((start) => knownFormats().has(start))
  const format = ai === undefined ? undefined : knownFormats().get(ai)
  if (ai === undefined || !format) throw new BadElements('unknown_element')
  const value = format.pattern.exec(message.slice(ai.length).split(FNC1, 1)[0] ?? '')?.[0]
  if (value === undefined) throw new BadElements('bad_element')
  return { ai, value, separated: format.separated }
}

/** The element of this AI, which must take the whole value. Throws BadElements. */
function wholeElement(ai: string, value: string): Element {
  const element = firstElement(ai + value)
  if (element.ai !== ai || element.value !== value) throw new BadElements('bad_element')
  return element
}

/** AI → value; check digits must be right, and one AI must not have two values. Throws BadElements. */
function gather(elements: Iterable<Element>): Elements {
  const gathered: Elements = {}
  for (const { ai, value } of elements) {
    const length = CHECKED_DIGITS[ai]
    if (length && !isChecked(value.slice(0, length))) throw new BadElements('check_digit')
    if ((gathered[ai] ??= value) !== value) throw new BadElements('conflict')
  }
  return gathered
}
