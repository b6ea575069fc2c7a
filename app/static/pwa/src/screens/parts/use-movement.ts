/** The movement flow behind its screens. */
import { stockAtLocation, type Item } from '../../floor'
import type { Reading } from '../../sync/barcode'
import { addDetail, addScan, atPlace, emptyMovement, type MovementDraft, type Purpose } from '../drafts/movement-draft'
import { goodsOf, type Scanned } from '../drafts/scanned'
import { onlyLot } from '../drafts/shelf'
import { ScanFlow, useFlow } from './scan-flow'
import { useDraft } from './use-draft'

export class Movement extends ScanFlow<MovementDraft> {
  protected async atPlace(place: number): Promise<void> {
    this.change((draft) => atPlace(draft, place))
  }

  protected async add(scan: Scanned, item: Item | null, asks: boolean): Promise<void> {
    const lot = await this.lotOf(scan, item)
    this.take(scan, asks, (draft) => addScan(draft, { ...scan, ...lot }, item))
  }

  protected async detail(reading: Reading, item: Item): Promise<void> {
    const scan = goodsOf(reading, item)
    this.take(scan, false, (draft) => addDetail(draft, scan, item))
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
  return useFlow(() => new Movement(kept))
}
