/** One place: what stands here by item and lot, and what can be done with it from here. */
import { locationById, stockAtLocation, type Location, type StockLine } from '../floor'
import { Icon } from '../ui/icon'
import { Empty, Failed, Waiting } from '../ui/parts'
import { addressOf } from '../ui/router'
import { Screen } from '../ui/screen'
import { useFact } from '../ui/use-fact'
import { t } from '../ui/words'
import { standing } from './drafts/shelf'
import { useNames } from './parts/names'
import { mayCapture } from './parts/permission'
import { StockRow } from './parts/stock-row'

export function LocationPage({ values }: { values: Record<string, string> }) {
  const id = Number(values['id'])
  const fact = useFact(`place ${id}`, async () => ({ place: await locationById(id), lines: standing(await stockAtLocation(id)) }))
  if (fact.error) return <Screen title={t('floor.place')}><Failed text={fact.error} again={fact.again} /></Screen>
  if (!fact.value) return <Screen title={t('floor.place')}><Waiting rows={5} /></Screen>
  const { place, lines } = fact.value
  if (!place) {
    return <Screen title={t('floor.place')}><Empty icon="map-pin" title={t('floor.place_gone')} text={t('floor.item_gone_text')} /></Screen>
  }
  return <Shown place={place} lines={lines} />
}

function Shown({ place, lines }: { place: Location; lines: StockLine[] }) {
  const names = useNames(lines.map((line) => line.item), [place.parent])
  const parent = names.place(place.parent)
  return (
    <Screen title={place.code} actions={mayCapture() && <Actions place={place} />}>
      <div class="columns facts">
        <section class="stack close facts-rows">
          <h2 class="overline">{t('floor.what_stands_here')}</h2>
          {lines.length === 0 ? (
            <div class="card"><Empty icon="package-open" title={t('floor.place_empty')} text={t('floor.place_empty_text')} /></div>
          ) : (
            <ul class="card flush list">
              {lines.map((line) => (
                <StockRow
                  key={`${line.item} ${line.lot}`}
                  line={line}
                  unit={names.item(line.item)?.unit ?? ''}
                  title={names.item(line.item)?.name ?? '…'}
                  href={`/floor/items/${line.item}`}
                />
              ))}
            </ul>
          )}
        </section>
        <section class="card facts-more">
          <span class="overline">{t(`floor.kind_${place.kind}`)}</span>
          {place.name && <strong>{place.name}</strong>}
          <dl class="pairs">
            {parent && <div><dt>{t('floor.within')}</dt><dd>{parent.name || parent.code}</dd></div>}
            <div><dt>{t('floor.stands_here')}</dt><dd>{t('floor.different_items', { count: new Set(lines.map((line) => line.item)).size })}</dd></div>
            {place.barcode && <div><dt>{t('floor.barcode')}</dt><dd class="code">{place.barcode}</dd></div>}
          </dl>
        </section>
      </div>
    </Screen>
  )
}

function Actions({ place }: { place: Location }) {
  const query = { place: place.id }
  return (
    <>
      <a class="button" href={addressOf('/move', query)}><Icon name="arrow-right-left" />{t('floor.move')}</a>
      <a class="button" href={addressOf('/pick', query)}><Icon name="package-minus" />{t('floor.pick')}</a>
      <a class="button primary" href={addressOf('/count', query)}><Icon name="clipboard-check" />{t('floor.count')}</a>
    </>
  )
}
