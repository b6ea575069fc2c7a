/** The items and places that a screen names, read together. */
import { itemById, locationById, type Item, type Location } from '../../floor'
import { useFact } from '../../ui/use-fact'
import { t } from '../../ui/words'

export interface Names {
  item: (id: number | null | undefined) => Item | null
  place: (id: number | null | undefined) => Location | null
  placeCode: (id: number | null | undefined) => string
  ready: boolean
}

type Known = { items: Map<number, Item | null>; places: Map<number, Location | null> }

const VIRTUAL: Record<number, string> = { 1: 'supplier', 2: 'customer', 3: 'scrap', 4: 'adjustment', 5: 'transit' }

export function useNames(items: (number | null | undefined)[], places: (number | null | undefined)[]): Names {
  const itemIds = unique(items)
  const placeIds = unique(places)
  const { value } = useFact<Known>(`names ${itemIds.join()} ${placeIds.join()}`, async () => ({
    items: await lookedUp(itemIds, itemById),
    places: await lookedUp(placeIds, locationById),
  }))
  const place = (id: number | null | undefined) => (id == null ? null : (value?.places.get(id) ?? null))
  return {
    item: (id) => (id == null ? null : (value?.items.get(id) ?? null)),
    place,
    placeCode: (id) => (value === null && id != null && VIRTUAL[id] === undefined ? '…' : placeCode(place(id), id)),
    ready: value !== null,
  }
}

/** A place in a word; the reserved ones have names of their own, also before anything was synchronised. */
export function placeCode(place: Location | null, id: number | null | undefined): string {
  if (id == null) return ''
  const virtual = VIRTUAL[id]
  return virtual ? t(`floor.place_${virtual}`) : (place?.code ?? t('floor.place_unknown'))
}

function unique(ids: (number | null | undefined)[]): number[] {
  return [...new Set(ids.filter((id): id is number => id != null))].sort((a, b) => a - b)
}

async function lookedUp<Kind>(ids: number[], find: (id: number) => Promise<Kind | null>): Promise<Map<number, Kind | null>> {
  return new Map(await Promise.all(ids.map(async (id) => [id, await find(id)] as const)))
}
