/** The movement flow behind its screens. */
import { useRef } from 'preact/hooks'
import { stockAtLocation, type Item } from '../../floor'
import type { Reading } from '../../sync/barcode'
import { addDetail, addScan, atPlace, emptyMovement, type MovementDraft, type Note, type Purpose } from '../drafts/movement-draft'
import { goodsOf, type Scanned } from '../drafts/scanned'
import { onlyLot } from '../drafts/shelf'
import { ScanFlow } from './scan-flow'
import { useDraft } from './use-draft'

export class Movement extends ScanFlow<MovementDraft> {
  protected async atPlace(place: number): Promise<void> {
    this.change((draft) => atPlace(draft, place))
  }

  protected async add(scan: Scanned, item: Item | null, asks: boolean): Promise<void> {
    const lot = await this.lotOf(scan, item)
    let note: Note = 'added'
    this.change((draft) => {
      const added = addScan(draft, { ...scan, ...lot }, item)
      note = added.note
      return added.draft
    })
    this.answer(note, scan, asks)
  }

  protected async detail(reading: Reading, item: Item): Promise<void> {
    const scan = goodsOf(reading, item)
    let note: Note = 'added'
    this.change((draft) => {
      const told = addDetail(draft, scan, item)
      note = told.note
      return told.draft
    })
    this.answer(note, scan, false)
  }

  /** Where only one lot stands at the origin and the label tells none, it must be that one. */
  private async lotOf(scan: Scanned, item: Item | null): Promise<{ lot: string; expiresOn: string | null } | null> {
    const { from, purpose } = this.draft.peek()
    if (scan.lot || item?.tracking !== 'lot' || from === null || purpose === 'receive') return null
    return onlyLot(await stockAtLocation(from), item.id)
  }
}

export function useMovement(purpose: Purpose): Movement {
  const kept = useDraft(purpose, () => emptyMovement(purpose))
  const flow = useRef<Movement | null>(null)
  flow.current ??= new Movement(kept)
  return flow.current
}
