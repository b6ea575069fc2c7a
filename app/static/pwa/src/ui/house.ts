/** What the house decided for all its people: the zone of its clock, how it writes numbers, when its devices lock. */
import type { House } from '../sync/protocol'
import { locale } from './spoken'

const KEY = 'tallyman.house'
const UNDECIDED: House = { time_zone: '', numbers: '', idle_minutes: 0 }

type Shelf = Pick<Storage, 'getItem' | 'setItem'>

/** What a device was told last; nothing decided where it never was, or forgot. */
export function keptHouse(shelf: Shelf | null = memory()): House {
  try {
    return { ...UNDECIDED, ...(JSON.parse(shelf?.getItem(KEY) ?? '{}') as Partial<House>) }
  } catch {
    return UNDECIDED
  }
}

/** Keeps what the server told; zone and numbers hold from the app's next start on. A full shelf only forgets it. */
export function keepHouse(house: House, shelf: Shelf | null = memory()): void {
  try {
    shelf?.setItem(KEY, JSON.stringify(house))
  } catch {
    // The next greeting tells it again.
  }
}

/** The zone, where the house has one that this browser knows; else the reader's own. */
export function zoneOf({ time_zone: name }: House): string | undefined {
  return name && isZone(name) ? name : undefined
}

/** How the house writes numbers, else the reader; English signs are put in the place of others. */
export function writerOf({ numbers }: House, options: Intl.NumberFormatOptions = {}): (value: number | bigint) => string {
  const [group, decimal, ...more] = numbers
  const own = !group || !decimal || more.length > 0
  const format = new Intl.NumberFormat(own ? locale : 'en', options)
  return own ? (value) => format.format(value) : (value) => format.format(value).replace(/[,.]/g, (sign) => (sign === ',' ? group : decimal))
}

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }) !== null
  } catch {
    return false
  }
}

/** A page of the office says it itself; the floor app's shell is the same everywhere. */
function decided(): House {
  const said = typeof document === 'undefined' ? undefined : document.documentElement.dataset
  if (said?.['timeZone'] === undefined) return keptHouse()
  return { ...UNDECIDED, time_zone: said['timeZone'], numbers: said['numbers'] ?? '' }
}

function memory(): Shelf | null {
  try {
    return globalThis.localStorage
  } catch {
    return null
  }
}

const house = decided()
export const timeZone = zoneOf(house)
export const numberWriter = (options?: Intl.NumberFormatOptions) => writerOf(house, options)
