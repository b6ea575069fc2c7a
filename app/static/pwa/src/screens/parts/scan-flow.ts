/** What all flows share behind their screens: readings and choices, one after the other, become changes of the draft. */
import { signal, type ReadonlySignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { itemById, type Item } from '../../floor'
import type { ScanSource } from '../../scan'
import type { Reading } from '../../sync/barcode'
import { tell } from '../../ui/toasts'
import { t } from '../../ui/words'
import { interpret } from '../drafts/interpret'
import { chosen, goodsOf, isWords, unidentified, type Scanned } from '../drafts/scanned'
import { feedback } from './feedback'
import { lookups } from './lookups'
import type { KeptSignal } from './use-draft'
import { reasonOf } from '../../ui/reasons'

/** Which sheet lies over the flow. */
export type Over =
  | { kind: 'keypad'; line: number }
  | { kind: 'line'; line: number }
  | { kind: 'unknown'; reading: Reading }
  | { kind: 'choice'; items: Item[]; reading: Reading }
  | { kind: 'item'; text: string; reading: Reading | null }
  | { kind: 'place'; end: 'from' | 'to' }
  | { kind: 'reason' }
  | null

interface TouchedDraft {
  lines: { key: number; item: number | null; lot: string }[]
  touched: number | null
}

export abstract class ScanFlow<Content extends TouchedDraft> {
  readonly over = signal<Over>(null)
  private last: Promise<void> = Promise.resolve()

  constructor(protected readonly kept: KeptSignal<Content>) {}

  get draft(): ReadonlySignal<Content> {
    return this.kept.draft
  }

  readonly change = (next: (content: Content) => Content): void => this.kept.change(next)
  readonly begin = (content: Content): void => this.kept.begin(content)
  readonly record: KeptSignal<Content>['record'] = (drafts, done, next) => this.kept.record(drafts, done, next)

  readonly read = (reading: Reading, source: ScanSource): void => this.queue(() => this.settle(reading, source))
  readonly postUnidentified = (reading: Reading): void => this.queue(() => this.add(unidentified(reading), null, false))

  /** An item chosen by a person; with the reading of an unknown code, if that is what it answers. */
  readonly choose = (item: Item, reading: Reading | null): void =>
    this.queue(() => this.add(reading ? goodsOf(reading, item) : chosen(item), item, reading === null))

  protected abstract atPlace(place: number): Promise<void>
  /** Takes goods in; `asks` where a person chose them and will name the quantity next. */
  protected abstract add(scan: Scanned, item: Item | null, asks: boolean): Promise<void>
  protected abstract detail(reading: Reading, item: Item): Promise<void>

  /** One after the other, so that fast scans neither overtake each other nor get lost. */
  protected queue(task: () => Promise<void>): void {
    this.last = this.last.then(task).catch((reason: unknown) => {
      tell({ text: reasonOf(reason), tone: 'red' })
    })
  }

  protected touched(): Content['lines'][number] | undefined {
    const { lines, touched } = this.draft.peek()
    return lines.find((line) => line.key === touched)
  }

  /** Takes a scan into the draft and says what came of it. */
  protected take(scan: Scanned, asks: boolean, step: (draft: Content) => { draft: Content; note: string }): void {
    let note = ''
    this.change((draft) => {
      const taken = step(draft)
      note = taken.note
      return taken.draft
    })
    this.answer(note, scan, asks)
  }

  /** What a scan leaves to be done: a serial that is there already, a quantity or serials to be named. */
  private answer(note: string, scan: Scanned, asks: boolean): void {
    const line = this.draft.peek().touched
    if (note === 'same_serial') {
      feedback('warning')
      tell({ text: t('floor.same_serial', { serial: scan.serial }), tone: 'amber' })
    }
    if (line === null) return
    if (note === 'wants_serial' && asks) this.over.value = { kind: 'line', line }
    else if (note === 'wants_quantity' || (asks && note !== 'wants_serial')) this.over.value = { kind: 'keypad', line }
  }

  private async settle(reading: Reading, source: ScanSource): Promise<void> {
    const meaning = await interpret(reading, lookups)
    if (meaning.kind === 'place') await this.atPlace(meaning.place.id)
    else if (meaning.kind === 'item') await this.add(goodsOf(reading, meaning.item), meaning.item, false)
    else if (meaning.kind === 'choice') this.over.value = meaning
    else if (meaning.kind !== 'unreadable') await this.further(reading, source, meaning.kind === 'detail')
  }

  /** A code of no item and no place: a detail or the serial of the goods touched last, words to search, or unknown. */
  private async further(reading: Reading, source: ScanSource, isDetail: boolean): Promise<void> {
    const item = await itemById(this.touched()?.item ?? 0)
    const text = reading.raw.trim()
    if (isDetail && item) return this.detail(reading, item)
    if (isDetail) return tell({ text: t('floor.detail_first'), tone: 'amber' })
    if (item?.tracking === 'serial' && reading.kind === 'text') {
      return this.add({ ...chosen(item, this.touched()?.lot), serial: text }, item, false)
    }
    if (source === 'typed' && isWords(reading)) return void (this.over.value = { kind: 'item', text, reading: null })
    feedback('warning')
    this.over.value = { kind: 'unknown', reading }
  }
}

/** The flow of a screen, begun once for as long as the screen stands. */
export function useFlow<Flow>(begin: () => Flow): Flow {
  const flow = useRef<Flow | null>(null)
  flow.current ??= begin()
  return flow.current
}
