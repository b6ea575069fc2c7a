/** Items and places found by search, offline, as one types. */
import type { ComponentChildren } from 'preact'
import { itemById, locationById, outbox, searchItems, searchLocations, type Item, type Location } from '../../floor'
import { Icon } from '../../ui/icon'
import { Empty, Failed, Waiting } from '../../ui/parts'
import { useFact } from '../../ui/use-fact'
import { t } from '../../ui/words'
import { recentOf } from '../drafts/recent'
import { Photo } from './photo'

const ITEMS = 50
const PLACES = 40
const LATELY = 8
const LOOKED_AT = 60
const UNSHOWN = ['virtual']
const PASSED = ['virtual', 'site', 'aisle']

interface ResultsProps {
  text: string
  onItem?: (item: Item) => void
  onPlace?: (place: Location) => void
  /** Only places that goods are put to; otherwise sites and aisles as well. */
  standing?: boolean
}

export function Results({ text, onItem, onPlace, standing = false }: ResultsProps) {
  const words = text.trim()
  const found = useFact(`search ${words}`, () => (words ? searched(words) : usedLately()))
  if (found.error) return <Failed text={found.error} again={found.again} />
  if (!found.value) return <Waiting />
  const hidden = standing ? PASSED : UNSHOWN
  const items = onItem ? found.value.items : []
  const places = onPlace ? found.value.places.filter((place) => !hidden.includes(place.kind)) : []
  const title = (kind: 'items' | 'places', both: boolean) => (words ? (both ? t(`floor.${kind}`) : '') : t(`floor.${kind}_lately`))
  if (!items.length && !places.length) {
    const key = words ? 'floor.nothing_found' : 'floor.type_to_find'
    return <Empty icon="search" title={t(key)} text={t(`${key}_text`)} />
  }
  return (
    <div class="stack">
      {onPlace && places.length > 0 && (
        <Group title={title('places', !!onItem)}>
          {places.map((place) => (
            <PlaceRow key={place.id} place={place} onPick={onPlace} />
          ))}
        </Group>
      )}
      {onItem && items.length > 0 && (
        <Group title={title('items', !!onPlace)}>
          {items.map((item) => (
            <ItemRow key={item.id} item={item} onPick={onItem} />
          ))}
        </Group>
      )}
    </div>
  )
}

interface Found {
  items: Item[]
  places: Location[]
}

async function searched(words: string): Promise<Found> {
  const [items, places] = await Promise.all([searchItems(words, ITEMS), searchLocations(words, PLACES)])
  return { items, places }
}

/** Before a letter is typed: what was recorded last on this device. */
async function usedLately(): Promise<Found> {
  const { items, places } = recentOf(await outbox(LOOKED_AT), LATELY)
  return { items: await known(items, itemById), places: await known(places, locationById) }
}

async function known<Kind>(ids: number[], find: (id: number) => Promise<Kind | null>): Promise<Kind[]> {
  const found = await Promise.all(ids.map(find))
  return found.filter((one): one is Awaited<Kind> & Kind => one !== null)
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
        <Photo item={item} />
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

function PlaceRow({ place, onPick }: { place: Location; onPick: (place: Location) => void }) {
  return (
    <li>
      <button type="button" class="list-row" onClick={() => onPick(place)}>
        <span class="sign">
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
