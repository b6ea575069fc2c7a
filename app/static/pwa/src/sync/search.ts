/** Search as one types, over one long folded text: words in any order, best first. No storage. */

/** One line a thing, `code⇥words⇥barcodes`, each ending with a line feed; `offsets` says where each begins. */
export interface SearchText {
  ids: Int32Array
  offsets: Int32Array
  text: string
}

const MARKS = /\p{Mn}/gu
const SPACES = /[\s\u0000-\u001f]+/g
const PLAIN = /^[\u0020-\u007e]*$/
const MOST_WORDS = 8

/** Lower case, without accents, spaces made single: what is searched and what is typed meet here. */
export function fold(text: string): string {
  const lower = text.toLowerCase()
  const plain = PLAIN.test(lower) ? lower : withoutMarks(text)
  return plain.replace(SPACES, ' ').trim()
}

function withoutMarks(text: string): string {
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
  const whole = fold(typed)
  searchBase(base, changed, words, whole, best)
  for (const [id, line] of changed) {
    if (line !== null && words.every((word) => line.includes(word))) best.offer(id, rank(line, words, whole))
  }
  return best.ids()
}

function searchBase(base: SearchText, changed: ReadonlyMap<number, string | null>, words: string[], whole: string, best: Best): void {
  const { ids, offsets, text } = base
  const rarest = words.reduce((long, word) => (word.length > long.length ? word : long))
  let index = 0
  for (let hit = text.indexOf(rarest); hit >= 0; hit = text.indexOf(rarest, offsets[index] ?? text.length)) {
    index = lineAt(offsets, hit, index)
    const id = ids[index] ?? 0
    const line = text.slice(offsets[index], (offsets[index + 1] ?? 1) - 1)
    index += 1
    if (index > ids.length) return
    if (words.length > 1 && !words.every((word) => line.includes(word))) continue
    if (!changed.has(id)) best.offer(id, rank(line, words, whole))
    if (index >= ids.length) return
  }
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
  return 4 + (words.length - beginnings) + length
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

/** The best few of many, without sorting the many. */
class Best {
  private readonly kept: { id: number; rank: number }[] = []
  private worst = Infinity

  constructor(private readonly limit: number) {}

  offer(id: number, value: number): void {
    if (value >= this.worst) return
    this.kept.push({ id, rank: value })
    if (this.kept.length >= this.limit * 4 + 64) this.shrink()
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
