/** The movement flow behind its screens: readings and choices become changes of the draft. */
import { useSignal, type Signal } from '@preact/signals'
import { itemById, stockAtLocation, type Item } from '../../floor'
import type { ScanSource } from '../../scan'
import type { Reading } from '../../sync/barcode'
import { tell } from '../../ui/toasts'
import { t } from '../../ui/words'
import { interpret } from '../drafts/interpret'
import {
  addDetail, addScan, atPlace, emptyMovement, type MovementDraft, type Note, type Purpose,
} from '../drafts/movement-draft'
import { chosen, goodsOf, isWords, unidentified, type Scanned } from '../drafts/scanned'
import { onlyLot } from '../drafts/shelf'
import { feedback } from './feedback'
import { lookups } from './lookups'
import { useDraft, useQueue, type KeptSignal } from './use-draft'

/** Which sheet lies over the flow. */
export type Over =
  | { kind: 'keypad'; line: number }
  | { kind: 'line'; line: number }
  | { kind: 'unknown'; reading: Reading }
  | { kind: 'choice'; items: Item[]; reading: Reading }
  | { kind: 'item'; text: string; reading: Reading | null }
  | { kind: 'place'; end: 'from' | 'to' }
  | null

export interface Movement extends KeptSignal<MovementDraft> {
  over: Signal<Over>
  read: (reading: Reading, source: ScanSource) => void
  choose: (item: Item, reading: Reading | null) => void
  postUnidentified: (reading: Reading) => void
}

export function useMovement(purpose: Purpose): Movement {
  const kept = useDraft(purpose, () => emptyMovement(purpose))
  const over = useSignal<Over>(null)
  const queue = useQueue()
  const { draft, change } = kept
  const touched = () => draft.peek().lines.find((line) => line.key === draft.peek().touched)

  const add = async (scan: Scanned, item: Item | null, ask: boolean) => {
    const lot = scan.lot || item?.tracking !== 'lot' || purpose === 'receive' ? null : await lotAt(draft.peek().from, item.id)
    let note: Note = 'added'
    change((current) => {
      const added = addScan(current, { ...scan, ...lot }, item)
      note = added.note
      return added.draft
    })
    answer(note, scan, ask)
  }
  const answer = (note: Note, scan: Scanned, ask: boolean) => {
    const line = draft.peek().touched
    if (note === 'same_serial') tellSerial(scan.serial)
    if ((note === 'wants_quantity' || (ask && note !== 'wants_serial')) && line !== null) over.value = { kind: 'keypad', line }
    if (note === 'wants_serial' && ask && line !== null) over.value = { kind: 'line', line }
  }
  const asSerial = async (serial: string) => {
    const item = await itemById(touched()?.item ?? 0)
    if (!item) return
    if (touched()?.serials.includes(serial)) return tellSerial(serial)
    change((current) => addDetail(current, { ...chosen(item), serial }, item).draft)
  }

  const settle = async (reading: Reading, source: ScanSource) => {
    const meaning = await interpret(reading, lookups)
    if (meaning.kind === 'place') change((current) => atPlace(current, meaning.place.id))
    else if (meaning.kind === 'item') await add(goodsOf(reading, meaning.item), meaning.item, false)
    else if (meaning.kind === 'choice') over.value = meaning
    else if (meaning.kind === 'detail') await detail(reading)
    else if (meaning.kind === 'unknown') await unknown(reading, source)
  }
  const detail = async (reading: Reading) => {
    const item = await itemById(touched()?.item ?? 0)
    if (!item) return tell({ text: t('floor.detail_first'), tone: 'amber' })
    change((current) => addDetail(current, goodsOf(reading, item), item).draft)
  }
  const unknown = async (reading: Reading, source: ScanSource) => {
    const item = await itemById(touched()?.item ?? 0)
    if (item?.tracking === 'serial' && reading.kind === 'text') return asSerial(reading.raw.trim())
    if (source === 'typed' && isWords(reading)) return void (over.value = { kind: 'item', text: reading.raw.trim(), reading: null })
    feedback('warning')
    over.value = { kind: 'unknown', reading }
  }
  return {
    ...kept,
    over,
    read: (reading, source) => queue(() => settle(reading, source)),
    choose: (item, reading) => queue(() => add(reading ? goodsOf(reading, item) : chosen(item), item, reading === null)),
    postUnidentified: (reading) => queue(() => add(unidentified(reading), null, false)),
  }
}

function tellSerial(serial: string): void {
  feedback('warning')
  tell({ text: t('floor.same_serial', { serial }), tone: 'amber' })
}

/** The lot that goods at a place must be of, where only one stands there. */
async function lotAt(place: number | null, item: number): Promise<{ lot: string; expiresOn: string | null } | null> {
  return place === null ? null : onlyLot(await stockAtLocation(place), item)
}
