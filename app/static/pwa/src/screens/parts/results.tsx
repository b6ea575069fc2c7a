/** Items and places found by search, offline, as one types. */
import type { ComponentChildren } from 'preact'
import { searchItems, searchLocations, type Item, type Location } from '../../floor'
import { Icon } from '../../ui/icon'
import { Empty, Failed, Waiting } from '../../ui/parts'
import { useFact } from '../../ui/use-fact'
import { t } from '../../ui/words'

const ITEMS = 50
const PLACES = 12

interface ResultsProps {
  text: string
  onItem?: (item: Item) => void
  onPlace?: (place: Location) => void
}

export function Results({ text, onItem, onPlace }: ResultsProps) {
  const words = text.trim()
  const found = useFact(`search ${words} ${!!onItem} ${!!onPlace}`, async () => ({
    items: onItem ? await searchItems(words, ITEMS) : [],
    places: onPlace ? (await searchLocations(words, PLACES)).filter((place) => place.kind !== 'virtual') : [],
  }))
  if (found.error) return <Failed text={found.error} again={found.again} />
  if (!found.value) return <Waiting />
  const { items, places } = found.value
  if (!items.length && !places.length) return <Empty icon="search" title={t('floor.nothing_found')} text={t('floor.nothing_found_text')} />
  return (
    <div class="stack">
      {onPlace && places.length > 0 && (
        <Group title={onItem ? t('floor.places') : ''}>
          {places.map((place) => (
            <PlaceRow key={place.id} place={place} onPick={onPlace} />
          ))}
        </Group>
      )}
      {onItem && items.length > 0 && (
        <Group title={onPlace ? t('floor.items') : ''}>
          {items.map((item) => (
            <ItemRow key={item.id} item={item} onPick={onItem} />
          ))}
        </Group>
      )}
    </div>
  )
}

function Group({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <section class="stack close">
      {title && <h2 class="overline">{title}</h2>}
      <ul class="card flush list">{children}</ul>
    </section>
  )
}

export function ItemRow({ item, onPick }: { item: Item; onPick: (item: Item) => void }) {
  return (
    <li>
      <button type="button" class="list-row" onClick={() => onPick(item)}>
        <span class="row-sign">
          <Icon name="package" />
        </span>
        <span class="grow">
          <span class="title">{item.name}</span>
          <span class="detail">
            <span class="code">{item.code}</span>
            {item.category && <> · {item.category}</>}
          </span>
        </span>
        {item.archived && <span class="chip">{t('floor.archived')}</span>}
        <Icon name="chevron-right" class="small" />
      </button>
    </li>
  )
}

export function PlaceRow({ place, onPick }: { place: Location; onPick: (place: Location) => void }) {
  return (
    <li>
      <button type="button" class="list-row" onClick={() => onPick(place)}>
        <span class="row-sign">
          <Icon name="map-pin" />
        </span>
        <span class="grow">
          <span class="title">{place.code}</span>
          <span class="detail">{place.name || t(`floor.kind_${place.kind}`)}</span>
        </span>
        <Icon name="chevron-right" class="small" />
      </button>
    </li>
  )
}
