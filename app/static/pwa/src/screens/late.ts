/** Whether this device's work is late: watched from the app's start on. */
import { effect, signal } from '@preact/signals'
import { state } from '../floor'
import { now } from '../ui/ages'
import { lateFor } from './drafts/lateness'

const onlineSince = signal<number | null>(null)

/** Notes when a connection came; call once. */
export function watchConnection(): void {
  effect(() => {
    const online = state.connection.value === 'online'
    if (!online) onlineSince.value = null
    else if (onlineSince.peek() === null) onlineSince.value = Date.now()
  })
}

/** For how long work has waited although there is a connection, in milliseconds; null while all is well. */
export function late(): number | null {
  const { unsent, oldestUnsentAt } = state
  return lateFor({ unsent: unsent.value, oldestUnsentAt: oldestUnsentAt.value, onlineSince: onlineSince.value }, now.value)
}
