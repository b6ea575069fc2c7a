/** The searchable text of items and of locations: one large record, and one small one of what changed since. */
import { search, searchText, type SearchText } from '../sync/search'
import type { SearchChanges, SearchRecord, Tables } from './schema'
import { atomic } from './atomic'

export type Searched = 'item' | 'location'

const MOST_CHANGES = 2000

function baseName(what: Searched, slot: number): string {
  return `${what}:${slot}`
}

function changesName(what: Searched, slot: number): string {
  return `${what}:${slot}:changed`
}

/** Stores a fresh text; `made` tells it from an earlier one. */
export async function putSearchText(tables: Tables, what: Searched, slot: number, made: string, lines: [number, string][]): Promise<void> {
  await tables.search.put({ name: baseName(what, slot), made, ...searchText(lines) })
  await tables.search.put({ name: changesName(what, slot), made, lines: [] })
}

/** Adds changed lines. Runs inside the caller's transaction; true when the text is due to be made afresh. */
export async function putSearchChanges(tables: Tables, what: Searched, slot: number, lines: Map<number, string | null>): Promise<boolean> {
  if (lines.size === 0) return false
  const before = (await tables.search.get(changesName(what, slot))) as SearchChanges | undefined
  const merged = new Map([...(before?.lines ?? []), ...lines])
  await tables.search.put({ name: changesName(what, slot), made: before?.made ?? '', lines: [...merged] })
  return merged.size > MOST_CHANGES
}

/** Makes the text afresh out of the old one and what changed since. */
export async function compactSearchText(tables: Tables, what: Searched, slot: number): Promise<void> {
  await atomic(tables, 'rw', [tables.search], async () => {
    const base = (await tables.search.get(baseName(what, slot))) as SearchRecord | undefined
    const changes = (await tables.search.get(changesName(what, slot))) as SearchChanges | undefined
    if (!changes || changes.lines.length <= MOST_CHANGES) return
    const lines = new Map(base ? linesOf(base) : [])
    for (const [id, line] of changes.lines) {
      if (line === null) lines.delete(id)
      else lines.set(id, line)
    }
    await putSearchText(tables, what, slot, `${changes.made}+`, [...lines])
  })
}

function linesOf({ ids, offsets, text }: SearchText): [number, string][] {
  return Array.from(ids, (id, index) => [id, text.slice(offsets[index], (offsets[index + 1] ?? 1) - 1)])
}

const NOTHING: SearchText = { ids: new Int32Array(0), offsets: new Int32Array(1), text: '' }

/** One kind of thing, ready to be searched; reads again only what changed. */
export class SearchIndex {
  private base: SearchText = NOTHING
  private made: string | null = null
  private changed = new Map<number, string | null>()
  private basis = ''

  constructor(private readonly what: Searched) {}

  /** Brings the index up to date. `generation` is that of the base at this moment. */
  async refresh(tables: Tables, slot: number, generation: number): Promise<void> {
    const basis = `${slot}:${generation}`
    if (basis === this.basis) return
    const changes = (await tables.search.get(changesName(this.what, slot))) as SearchChanges | undefined
    const made = changes ? `${slot}:${changes.made}` : null
    if (made !== this.made) {
      this.base = ((await tables.search.get(baseName(this.what, slot))) as SearchRecord | undefined) ?? NOTHING
    }
    this.made = made
    this.changed = new Map(changes?.lines)
    this.basis = basis
  }

  search(typed: string, limit: number): number[] {
    return search(this.base, this.changed, typed, limit)
  }
}
