/** Why a place is to be counted again, in the language of who holds the device. */
import type { CountTask } from '../../floor'
import { hasWords, t } from '../../ui/words'

/** As it was recorded where nothing else is known of it, or no words for it. */
export function recountReason({ why, reason }: Pick<CountTask, 'why' | 'reason'>): string {
  const [key, ...named] = why
  if (key === undefined || !hasWords(`live.${key}`)) return reason
  const values = Object.fromEntries(named.flatMap((name, place) => (place % 2 ? [] : [[name, named[place + 1] ?? '']])))
  return t(`live.${key}`, values)
}
