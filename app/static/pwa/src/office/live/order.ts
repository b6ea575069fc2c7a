/** The order of the live table: filtered and sorted keys, kept in place by small moves as lines change. */
import { locale } from '../../ui/spoken'
import { folded, type StockLine } from './facts'

export type Column = 'name' | 'lot' | 'place' | 'quantity' | 'expires'

export interface Wish {
  search: string
  site: number | null
  /** all, negative, or expiring within 30 days. */
  state: 'all' | 'negative' | 'expiring'
  column: Column
  descending: boolean
}

export const FIRST_WISH: Wish = { search: '', site: null, state: 'all', column: 'name', descending: false }

const EXPIRING_DAYS = 30
const DAY_MS = 86_400_000
const collator = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })

/** Whether a line belongs in the list. Virtual locations hold no goods and never do. */
export function isWanted(line: StockLine, wish: Wish, words: readonly string[], now: number): boolean {
  if (line.virtual || line.quantity === 0n) return false
  if (wish.site !== null && line.site !== wish.site) return false
  if (wish.state === 'negative' && line.quantity >= 0n) return false
  if (wish.state === 'expiring' && !isExpiring(line, now)) return false
  return words.every((word) => line.text.includes(word))
}

/** Whether the lot's date lies behind or within the next 30 days. */
export function isExpiring(line: StockLine, now: number): boolean {
  return line.expiresOn !== null && Date.parse(line.expiresOn) < now + EXPIRING_DAYS * DAY_MS
}

/** Compares two lines by the chosen column, then by name, place and lot, so that the order is total. */
export function compare(a: StockLine, b: StockLine, wish: Wish): number {
  const chosen = byColumn(a, b, wish.column)
  if (chosen !== 0) return wish.descending ? -chosen : chosen
  return byText(a.name, b.name) || byText(a.place, b.place) || byText(a.lot, b.lot) || (a.key < b.key ? -1 : Number(a.key > b.key))
}

function byText(a: string, b: string): number {
  return a === b ? 0 : collator.compare(a, b)
}

function byColumn(a: StockLine, b: StockLine, column: Column): number {
  if (column === 'quantity') return a.quantity < b.quantity ? -1 : Number(a.quantity > b.quantity)
  if (column === 'expires') return byText(a.expiresOn ?? '9999', b.expiresOn ?? '9999')
  return byText(a[column], b[column])
}

/** The keys to be shown, in order. */
export class Order {
  private shown: StockLine[] = []
  private readonly at = new Map<string, StockLine>()
  private wish = FIRST_WISH
  private words: string[] = []

  get length(): number {
    return this.shown.length
  }

  line(index: number): StockLine | undefined {
    return this.shown[index]
  }

  /** Where a line stands; -1 when it is not shown. */
  indexOf(key: string): number {
    const line = this.at.get(key)
    return line ? this.position(line) : -1
  }

  /** Everything anew: another wish, or a great many changes. */
  rebuild(lines: Iterable<StockLine>, wish: Wish, now: number): void {
    this.wish = wish
    this.words = folded(wish.search).split(/\s+/).filter(Boolean)
    this.shown = [...lines].filter((line) => isWanted(line, wish, this.words, now))
    this.shown.sort((a, b) => compare(a, b, wish))
    this.at.clear()
    for (const line of this.shown) this.at.set(line.key, line)
  }

  /** One line as it is now (undefined: gone): taken out of its old place, put into its new one. */
  update(key: string, line: StockLine | undefined, now: number): void {
    const before = this.at.get(key)
    if (before) {
      this.shown.splice(this.position(before), 1)
      this.at.delete(key)
    }
    if (!line || !isWanted(line, this.wish, this.words, now)) return
    this.shown.splice(this.position(line), 0, line)
    this.at.set(key, line)
  }

  private position(line: StockLine): number {
    let low = 0
    let high = this.shown.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (compare(this.shown[middle] as StockLine, line, this.wish) < 0) low = middle + 1
      else high = middle
    }
    return low
  }
}
