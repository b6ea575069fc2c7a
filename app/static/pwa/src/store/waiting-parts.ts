/** Parts of a snapshot that are here and wait to be sorted in, as the texts that they came as. No storage. */

interface Waiting {
  text: string
  entity: string
  first: number
}

/** Where a text says what its rows are, and the first column of the first of them. */
const BEGINNING = /^\{"entity":"(\w+)","rows":\[\[(\d+),/
const SPECIAL = /[.*+?^${}()|[\]\\/-]/g
/** What is looked up by codes. */
const CODED = new Set(['item', 'location'])
const LETTER = /\p{L}/u

/** To look into a text takes a moment; to sort its rows into buckets, for all texts, takes seconds on a slow phone. */
export class WaitingParts {
  private waiting: Waiting[] = []
  /** Where parts begin, those included that wait no longer: rows are in order, so each ends where the next one begins. */
  private readonly beginnings = new Map<string, number[]>()

  put(text: string): void {
    const [, entity = '', number] = BEGINNING.exec(text) ?? []
    const first = Number(number ?? -Infinity)
    this.waiting.push({ text, entity, first })
    this.beginnings.set(entity, [...(this.beginnings.get(entity) ?? []), first])
  }

  /** The one that waits longest. */
  takeNext(): string | undefined {
    return this.waiting.shift()?.text
  }

  /** Those in which one of the codes stands, in whatever letters. */
  takeWith(codes: readonly string[]): string[] {
    if (this.waiting.length === 0) return []
    const patterns = codes.map(patternOf)
    return this.take(({ text, entity }) => CODED.has(entity) && patterns.some((pattern) => pattern.test(text)))
  }

  /** Those that may hold rows of an entity whose first column lies from `low` up to `high`. */
  takeWithin(entity: string, low: number, high: number): string[] {
    if (this.waiting.length === 0) return []
    const before = (this.beginnings.get(entity) ?? []).filter((first) => first < low)
    const least = Math.max(-Infinity, ...before)
    return this.take((each) => each.entity === entity && each.first >= least && each.first <= high)
  }

  private take(isWanted: (each: Waiting) => boolean): string[] {
    const taken = new Set(this.waiting.filter(isWanted))
    if (taken.size) this.waiting = this.waiting.filter((each) => !taken.has(each))
    return Array.from(taken, ({ text }) => text)
  }
}

/** Finds a code as a whole JSON text. */
function patternOf(code: string): RegExp {
  return new RegExp(JSON.stringify(code).replace(SPECIAL, '\\$&'), LETTER.test(code) ? 'i' : '')
}
