/** Search as one types, over one long folded text: words in any order, best first. No storage. */

/** One line a thing, `code⇥words⇥barcodes`, each ending with a line feed; `offsets` says where each begins. */
export interface SearchText {
  ids: Int32Array
  offsets: Int32Array
  text: string
}

const MARKS = /[\u0300-\u036f]/g
const BEYOND_LATIN = /[^\u0000-\u024f]/
const ACCENTED = /[\u0080-\u024f]/g
const SPACES = /[\s\u0000-\u001f]+/g
const UNTIDY = /^\s|\s$|\s\s|[\u0000-\u001f\u00a0]/
const PLAIN = /^[\u0020-\u007e]*$/
const MOST_WORDS = 8
/** Lines looked at for one answer, and lines ranked: what is typed first, one letter or two, stands nearly everywhere. */
const MOST_LINES = 40_000
const MOST_RANKED = 4_000

/** Lower case, without accents, spaces made single: what is searched and what is typed meet here. */
export function fold(text: string): string {
  const lower = text.toLowerCase()
  const plain = PLAIN.test(lower) ? lower : withoutMarks(text)
  return UNTIDY.test(plain) ? plain.replace(SPACES, ' ').trim() : plain
}

function withoutMarks(text: string): string {
  if (BEYOND_LATIN.test(text)) return plainest(text)
  return text.replace(ACCENTED, (letter) => plainLetters.get(letter) ?? learned(letter)).toLowerCase()
}

/** Most letters come again and again. */
const plainLetters = new Map<string, string>()

function learned(letter: string): string {
  const plain = plainest(letter)
  plainLetters.set(letter, plain)
  return plain
}

function plainest(text: string): string {
  const apart = text.normalize('NFKD').toLowerCase().normalize('NFKD').replace(MARKS, '')
  return apart.replaceAll('ß', 'ss').replaceAll('ł', 'l').replaceAll('ø', 'o').replaceAll('æ', 'ae')
}

export function wordsOf(text: string): string[] {
  return fold(text).split(' ').filter(Boolean).slice(0, MOST_WORDS)
}

/** The line under which a thing is found: its code, its words, its barcodes. */
export function searchLine(code: string, words: readonly string[], barcodes: readonly string[]): string {
  return `${fold(code)}\t${fold(words.join(' '))}\t${barcodes.map(fold).join(' ')}`
}

/** Joins lines to one text. */
export function searchText(lines: readonly (readonly [number, string])[]): SearchText {
  const ids = new Int32Array(lines.length)
  const offsets = new Int32Array(lines.length + 1)
  let length = 0
  lines.forEach(([id, line], index) => {
    ids[index] = id
    offsets[index] = length
    length += line.length + 1
  })
  offsets[lines.length] = length
  return { ids, offsets, text: lines.map(([, line]) => `${line}\n`).join('') }
}

/** The best `limit` ids for what was typed. `changed` holds lines newer than the text; null stands for gone. */
export function search(base: SearchText, changed: ReadonlyMap<number, string | null>, typed: string, limit: number): number[] {
  const words = wordsOf(typed)
  if (words.length === 0) return []
  const best = new Best(limit)
  const wanted: Wanted = { words, whole: fold(typed), changed, best }
  for (const [id, line] of changed) {
    if (line !== null && words.every((word) => line.includes(word))) best.offer(id, rank(line, words, wanted.whole))
  }
  const { text } = base
  if (text.startsWith(wanted.whole)) takeLine(base, 0, wanted)
  takeLines(base, `\n${wanted.whole}`, 1, limit * 4, wanted)
  takeLines(base, `\t${wanted.whole}`, 0, limit * 4, wanted)
  if (!best.isFullOfBeginnings()) takeLines(base, rarestOf(words), 0, MOST_RANKED, wanted)
  return best.ids()
}

interface Wanted {
  words: string[]
  whole: string
  changed: ReadonlyMap<number, string | null>
  best: Best
}

function rarestOf(words: readonly string[]): string {
  return words.reduce((long, word) => (word.length > long.length ? word : long))
}

/** Offers the lines in which `part` stands; the line begins `ahead` characters behind the beginning of `part`. */
function takeLines(base: SearchText, part: string, ahead: number, mostRanked: number, wanted: Wanted): void {
  const { offsets, text, ids } = base
  let index = 0
  let ranked = 0
  for (let looked = 0; looked < MOST_LINES && ranked < mostRanked && index < ids.length; looked += 1) {
    const hit = text.indexOf(part, Math.max(0, (offsets[index] ?? 0) - ahead))
    if (hit < 0) return
    index = lineAt(offsets, hit + ahead, index)
    if (takeLine(base, index, wanted)) ranked += 1
    index += 1
  }
}

function takeLine({ ids, offsets, text }: SearchText, index: number, { words, whole, changed, best }: Wanted): boolean {
  const id = ids[index]
  if (id === undefined || changed.has(id)) return false
  const line = text.slice(offsets[index], (offsets[index + 1] ?? 1) - 1)
  if (words.length > 1 && !words.every((word) => line.includes(word))) return false
  best.offer(id, rank(line, words, whole))
  return true
}

/** The line that holds a position, which lies at or after line `from`: doubling steps, then halving. */
function lineAt(offsets: Int32Array, position: number, from: number): number {
  let step = 1
  while ((offsets[from + step] ?? Infinity) <= position) step *= 2
  let low = from
  let high = Math.min(from + step, offsets.length - 1)
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((offsets[middle] ?? 0) <= position) low = middle
    else high = middle
  }
  return low
}

/** The rank of the best line in which what was typed begins neither code nor name nor barcode. */
const INSIDE = 4

/**
 * Smaller is better. A whole code or barcode; a code or barcode that begins so; every word at the beginning of a
 * word, better where the name begins so; words somewhere inside. Shorter names come first among equals.
 */
export function rank(line: string, words: readonly string[], whole: string): number {
  const codeEnd = line.indexOf('\t')
  const barcodesAt = line.indexOf('\t', codeEnd + 1)
  const length = Math.min(999, barcodesAt - codeEnd) / 1000
  if (codeEnd === whole.length && line.startsWith(whole)) return 0
  if (isWhole(line, whole, barcodesAt)) return 1
  if (line.startsWith(whole)) return 2 + length
  if (line.startsWith(whole, codeEnd + 1)) return 3 + length
  const beginnings = words.filter((word) => beginsWord(line, word)).length
  return INSIDE + (words.length - beginnings) + length
}

function isWhole(line: string, whole: string, barcodesAt: number): boolean {
  const found = line.indexOf(whole, barcodesAt)
  if (found < 0) return false
  const before = line.charCodeAt(found - 1)
  return (before === 32 || before === 9 || isZeros(line, barcodesAt + 1, found)) && endsWord(line, found + whole.length)
}

/** A GTIN is kept with 14 digits: what is typed without the leading zeros is still the whole of it. */
function isZeros(line: string, from: number, to: number): boolean {
  const start = Math.max(from, line.lastIndexOf(' ', to) + 1)
  for (let index = start; index < to; index += 1) if (line.charCodeAt(index) !== 48) return false
  return true
}

function endsWord(line: string, at: number): boolean {
  return at >= line.length || line.charCodeAt(at) === 32
}

function beginsWord(line: string, word: string): boolean {
  for (let found = line.indexOf(word); found >= 0; found = line.indexOf(word, found + 1)) {
    if (found === 0 || !isLetter(line.charCodeAt(found - 1))) return true
  }
  return false
}

function isLetter(unit: number): boolean {
  return unit > 127 || (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57)
}

/** The best few of many, each once, without sorting the many. */
class Best {
  private readonly kept: { id: number; rank: number }[] = []
  private readonly offered = new Set<number>()
  private worst = Infinity

  constructor(private readonly limit: number) {}

  offer(id: number, value: number): void {
    if (value >= this.worst || this.offered.has(id)) return
    this.offered.add(id)
    this.kept.push({ id, rank: value })
    if (this.kept.length >= this.limit * 4 + 64) this.shrink()
  }

  /** Whether nothing that only stands inside a line could still find a place. */
  isFullOfBeginnings(): boolean {
    this.shrink()
    return this.worst < INSIDE
  }

  ids(): number[] {
    this.shrink()
    return this.kept.map(({ id }) => id)
  }

  private shrink(): void {
    this.kept.sort((first, second) => first.rank - second.rank || first.id - second.id)
    this.kept.length = Math.min(this.kept.length, this.limit)
    if (this.kept.length === this.limit) this.worst = this.kept[this.limit - 1]?.rank ?? Infinity
  }
}
