/** The count flow behind its screen: a place is opened with what is believed to stand there, then goods are seen. */
import { useSignal, type Signal } from '@preact/signals'
import { itemById, serialsAt, stockAtLocation, type Item } from '../../floor'
import type { ScanSource } from '../../scan'
import type { Reading } from '../../sync/barcode'
import { ask } from '../../ui/ask'
import { preferences } from '../../ui/preferences'
import { tell } from '../../ui/toasts'
import { t } from '../../ui/words'
import { countScan, emptyCount, openCount, type CountDraft, type CountNote, type ExpectedCell } from '../drafts/count-draft'
import { interpret } from '../drafts/interpret'
import { chosen, goodsOf, isWords, unidentified, type Scanned } from '../drafts/scanned'
import { onlyLot, standing } from '../drafts/shelf'
import { feedback } from './feedback'
import { lookups } from './lookups'
import { useDraft, useQueue, type KeptSignal } from './use-draft'
import type { Over } from './use-movement'

export interface Counting extends KeptSignal<CountDraft> {
  over: Signal<Over>
  open: (place: number) => void
  read: (reading: Reading, source: ScanSource) => void
  choose: (item: Item, reading: Reading | null) => void
  postUnidentified: (reading: Reading) => void
}

export function useCount(): Counting {
  const kept = useDraft('count', () => emptyCount(preferences.blind.peek()))
  const over = useSignal<Over>(null)
  const queue = useQueue()
  const { draft, change } = kept

  const open = async (place: number) => {
    const current = draft.peek()
    if (place === current.place) return
    const begun = current.lines.some((line) => line.counted !== null)
    if (begun && !(await leaves(current.lines.length))) return
    const cells = await expectedAt(place)
    change(() => openCount(place, preferences.blind.peek(), cells))
  }
  const add = async (scan: Scanned, item: Item | null, asks: boolean) => {
    const place = draft.peek().place
    if (place === null) return tell({ text: t('floor.count_place_first'), tone: 'amber' })
    const lot = scan.lot || item?.tracking !== 'lot' ? null : onlyLot(await stockAtLocation(place), item.id)
    let note: CountNote = 'counted'
    change((current) => {
      const seen = countScan(current, { ...scan, ...lot }, item)
      note = seen.note
      return seen.draft
    })
    answer(note, scan, asks)
  }
  const answer = (note: CountNote, scan: Scanned, asks: boolean) => {
    const line = draft.peek().touched
    if (note === 'same_serial') {
      feedback('warning')
      tell({ text: t('floor.same_serial', { serial: scan.serial }), tone: 'amber' })
    }
    if (line === null) return
    if (note === 'wants_serial' && asks) over.value = { kind: 'line', line }
    else if (note === 'wants_quantity' || (asks && note !== 'wants_serial')) over.value = { kind: 'keypad', line }
  }
  const settle = async (reading: Reading, source: ScanSource) => {
    const meaning = await interpret(reading, lookups)
    if (meaning.kind === 'place') await open(meaning.place.id)
    else if (meaning.kind === 'item') await add(goodsOf(reading, meaning.item), meaning.item, false)
    else if (meaning.kind === 'choice') over.value = meaning
    else await unknown(reading, source)
  }
  const unknown = async (reading: Reading, source: ScanSource) => {
    const touched = draft.peek().lines.find((line) => line.key === draft.peek().touched)
    const item = await itemById(touched?.item ?? 0)
    const serial = reading.serial ?? (reading.kind === 'text' ? reading.raw.trim() : '')
    if (item?.tracking === 'serial' && serial) return add({ ...chosen(item, touched?.lot), serial }, item, false)
    if (source === 'typed' && isWords(reading)) return void (over.value = { kind: 'item', text: reading.raw.trim(), reading: null })
    feedback('warning')
    over.value = { kind: 'unknown', reading }
  }
  return {
    ...kept,
    over,
    open: (place) => queue(() => open(place)),
    read: (reading, source) => queue(() => settle(reading, source)),
    choose: (item, reading) => queue(() => add(reading ? goodsOf(reading, item) : chosen(item), item, reading === null)),
    postUnidentified: (reading) => queue(() => add(unidentified(reading), null, false)),
  }
}

async function leaves(lines: number): Promise<boolean> {
  const answers = [{ name: 'leave', label: t('floor.count_leave'), danger: true }]
  return (await ask({ title: t('floor.count_leave_title'), text: t('floor.count_leave_text', { count: lines }), answers })) === 'leave'
}

/** What the device believes to stand at a place, with the serials at home there. */
async function expectedAt(place: number): Promise<ExpectedCell[]> {
  return Promise.all(
    standing(await stockAtLocation(place)).map(async ({ item, lot, expiresOn, quantity }) => {
      const serials = (await itemById(item))?.tracking === 'serial' ? await serialsAt(item, place) : []
      return { item, lot, expiresOn, quantity, serials: serials.filter((one) => one.lot === lot).map(({ serial }) => serial) }
    }),
  )
}
