/** What a person chose for this device: theme, sound, vibration, hand, blind counting. Kept in localStorage. */
import { computed, effect, signal, type Signal } from '@preact/signals'
import { keptHouse } from './house'

type Theme = 'system' | 'light' | 'dark' | 'sun'
type Hand = 'right' | 'left'

/** Minutes without a touch after which the device locks; 0 never. */
export const idleChoices = [0, 2, 10] as const

export const themes = ['system', 'light', 'dark', 'sun'] as const
export const hands = ['left', 'right'] as const

export const preferences = {
  theme: signal<Theme>('system'),
  sound: signal(true),
  vibration: signal(true),
  hand: signal<Hand>('right'),
  blind: signal(false),
  idle: signal<number>(0),
}

/** Minutes after which the office wants every device locked at the latest; 0 leaves it to the people of each. */
export const idleLimit = signal(0)
/** What holds: never later than the office wants. */
export const idleMinutes = computed(() => idleWithin(preferences.idle.value, idleLimit.value))

export function idleWithin(own: number, limit: number): number {
  if (limit === 0 || own === 0) return limit || own
  return Math.min(own, limit)
}

/** What can be chosen on a device: below the office's limit, and the limit itself. */
export function idleOffered(limit: number): number[] {
  return limit === 0 ? [...idleChoices] : [...idleChoices.filter((minutes) => minutes > 0 && minutes < limit), limit]
}

/** Reads what was chosen before, keeps what is chosen from now on, and shows theme and hand on the page's root. */
export function startPreferences(root: HTMLElement, storage: Storage | null): void {
  const either = [true, false]
  idleLimit.value = keptHouse(storage).idle_minutes
  keep(storage, 'theme', preferences.theme, themes)
  keep(storage, 'sound', preferences.sound, either)
  keep(storage, 'vibration', preferences.vibration, either)
  keep(storage, 'hand', preferences.hand, hands)
  keep(storage, 'idle', preferences.idle, idleChoices)
  keep(storage, 'blind', preferences.blind, either)
  effect(() => {
    if (preferences.theme.value === 'system') root.removeAttribute('data-theme')
    else root.dataset['theme'] = preferences.theme.value
    root.dataset['hand'] = preferences.hand.value
  })
}

function keep<Value>(storage: Storage | null, name: string, chosen: Signal<Value>, known: readonly Value[]): void {
  const key = `tallyman.${name}`
  const stored = storage?.getItem(key)
  chosen.value = known.find((value) => String(value) === stored) ?? chosen.peek()
  effect(() => write(storage, key, String(chosen.value)))
}

/** A browser without room or permission only forgets the choice. */
function write(storage: Storage | null, key: string, value: string): void {
  try {
    storage?.setItem(key, value)
  } catch {
    // The choice holds as long as the page is open.
  }
}
