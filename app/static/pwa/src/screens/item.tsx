/** One item: how much there is in all, where it stands by place and lot, and what can be done with it from here. */
import { itemById, serialsAt, stockOfItem, type Item, type StockLine } from '../floor'
import { Icon } from '../ui/icon'
import { Banner, Empty, Failed, Quantity, Waiting } from '../ui/parts'
import { Screen } from '../ui/screen'
import { useFact } from '../ui/use-fact'
import { t } from '../ui/words'
import { survivorOf } from './drafts/interpret'
import { standing, totalOf } from './drafts/shelf'
import { useNames } from './parts/names'
import { mayCapture } from './parts/permission'
import { PhotoToEnlarge } from './parts/photo'
import { StockRow } from './parts/stock-row'
import { amountOf, amountText, codeShown, differenceText } from '../ui/amounts'
import { addressOf } from '../ui/router'

interface Known {
  item: Item
  lines: StockLine[]
  serials: { serial: string; location: number }[]
}

async function read(id: number): Promise<Known | 'gone'> {
  const found = await itemById(id)
  if (!found) return 'gone'
  const item = await survivorOf(found, { itemById })
  const lines = standing(await stockOfItem(item.id))
  if (item.tracking !== 'serial') return { item, lines, serials: [] }
  const places = [...new Set(lines.map((line) => line.location))]
  const serials = await Promise.all(
    places.map(async (location) => (await serialsAt(item.id, location)).map(({ serial }) => ({ serial, location }))),
  )
  return { item, lines, serials: serials.flat() }
}

export function ItemPage({ values }: { values: Record<string, string> }) {
  const id = Number(values['id'])
  const fact = useFact(`item ${id}`, () => read(id))
  const known = fact.value
  if (fact.error) return <Screen title={t('floor.item')}><Failed text={fact.error} again={fact.again} /></Screen>
  if (!known) return <Screen title={t('floor.item')}><Waiting rows={5} /></Screen>
  if (known === 'gone') {
    return <Screen title={t('floor.item')}><Empty icon="package-search" title={t('floor.item_gone')} text={t('floor.item_gone_text')} /></Screen>
  }
  return <Shown {...known} />
}

function Shown({ item, lines, serials }: Known) {
  const names = useNames([], lines.map((line) => line.location))
  return (
    <Screen title={item.name} actions={mayCapture() && <Actions item={item} />}>
      <div class="columns facts">
        <Head item={item} lines={lines} />
        <div class="stack facts-rows">
          <section class="stack close">
            <h2 class="overline">{t('floor.where_it_stands')}</h2>
            {lines.length === 0 ? (
              <div class="card"><Empty icon="package-open" title={t('floor.none_on_hand')} text={t('floor.none_on_hand_text')} /></div>
            ) : (
              <ul class="card flush list">
                {lines.map((line) => (
                  <StockRow key={`${line.location} ${line.lot}`} line={line} unit={item.unit} title={names.placeCode(line.location)} href={`/floor/locations/${line.location}`} />
                ))}
              </ul>
            )}
          </section>
          {serials.length > 0 && (
            <section class="stack close">
              <h2 class="overline">{t('floor.serials')}</h2>
              <div class="cluster">
                {serials.map(({ serial, location }) => (
                  <span key={serial} class="chip"><span class="code">{serial}</span> {names.placeCode(location)}</span>
                ))}
              </div>
            </section>
          )}
        </div>
        <Details item={item} />
      </div>
    </Screen>
  )
}

function Head({ item, lines }: { item: Item; lines: StockLine[] }) {
  const { total, pending } = totalOf(lines)
  return (
    <section class="card item-head">
      <div class="item-sum">
        <span class="grow">
          <span class="overline block">{t('floor.on_hand')}</span>
          <Quantity amount={total} unit={item.unit} big class={total < 0n ? 'red-text' : ''} />
        </span>
        {item.photo && <PhotoToEnlarge item={item} />}
      </div>
      {pending !== 0n && (
        <span class="chip amber"><Icon name="cloud-upload" />{t('floor.pending_part', { quantity: differenceText(pending) })}</span>
      )}
      {item.archived && <Banner tone="amber" icon="archive">{t('floor.archived_text')}</Banner>}
    </section>
  )
}

/** What it is besides; on a phone below where it stands, for that is what was asked. */
function Details({ item }: { item: Item }) {
  return (
    <section class="card facts-more">
      <dl class="pairs">
        <div><dt>{t('floor.item_code')}</dt><dd class="code">{item.code}</dd></div>
        {item.category && <div><dt>{t('floor.category')}</dt><dd>{item.category}</dd></div>}
        <div><dt>{t('floor.tracking')}</dt><dd>{t(`floor.tracking_${item.tracking}`)}</dd></div>
        {(item.packs ?? []).map((pack) => (
          <div key={pack.id}>
            <dt>{pack.name}</dt>
            <dd>
              {amountText(amountOf(pack.factor) ?? 0n)} {item.unit}
              {pack.barcodes.length > 0 && <span class="pack-codes code">{pack.barcodes.map(codeShown).join(', ')}</span>}
            </dd>
          </div>
        ))}
        {item.barcodes.length > 0 && <div><dt>{t('floor.barcodes')}</dt><dd class="code">{item.barcodes.map(codeShown).join(', ')}</dd></div>}
      </dl>
    </section>
  )
}

function Actions({ item }: { item: Item }) {
  const query = { item: item.id }
  return (
    <>
      <a class="button" href={addressOf('/count', query)}><Icon name="clipboard-check" />{t('floor.count')}</a>
      <a class="button" href={addressOf('/pick', query)}><Icon name="package-minus" />{t('floor.pick')}</a>
      <a class="button primary" href={addressOf('/move', query)}><Icon name="arrow-right-left" />{t('floor.move')}</a>
    </>
  )
}
