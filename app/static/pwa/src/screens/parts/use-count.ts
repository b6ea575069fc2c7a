/** The count flow behind its screen: a place is opened with what is believed to stand there, then goods are seen. */
import { itemById, serialsAt, stockAtLocation, type Item } from '../../floor'
import type { Reading } from '../../sync/barcode'
import { ask } from '../../ui/ask'
import { preferences } from '../../ui/preferences'
import { tell } from '../../ui/toasts'
import { t } from '../../ui/words'
import { countDetail, countScan, emptyCount, openCount, type CountDraft, type ExpectedCell } from '../drafts/count-draft'
import { goodsOf, type Scanned } from '../drafts/scanned'
import { onlyLot, standing } from '../drafts/shelf'
import { ScanFlow, useFlow } from './scan-flow'
import { useDraft } from './use-draft'

export class Counting extends ScanFlow<CountDraft> {
  readonly open = (place: number): void => this.queue(() => this.atPlace(place))

  protected async atPlace(place: number): Promise<void> {
    const current = this.draft.peek()
    if (place === current.place) return
    const begun = current.lines.some((line) => line.counted !== null)
    if (begun && !(await leaves(current.lines.length))) return
    const cells = await expectedAt(place)
    this.change(() => openCount(place, preferences.blind.peek(), cells))
  }

  protected async add(scan: Scanned, item: Item | null, asks: boolean): Promise<void> {
    const { place } = this.draft.peek()
    if (place === null) return tell({ text: t('floor.count_place_first'), tone: 'amber' })
    const lot = scan.lot || item?.tracking !== 'lot' ? null : onlyLot(await stockAtLocation(place), item.id)
    this.take(scan, asks, (draft) => countScan(draft, { ...scan, ...lot }, item))
  }

  protected async detail(reading: Reading, item: Item): Promise<void> {
    const scan = goodsOf(reading, item)
    this.take(scan, false, (draft) => countDetail(draft, scan, item))
  }
}

export function useCount(): Counting {
  const kept = useDraft('count', () => emptyCount(preferences.blind.peek()))
  return useFlow(() => new Counting(kept))
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
