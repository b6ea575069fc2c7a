/** Locking a device that nobody touches: after as many minutes as its people chose. */
import { effect, type ReadonlySignal } from '@preact/signals'

const MINUTE_MS = 60_000
const LOOK_MS = 10_000
const TOUCHES = ['pointerdown', 'keydown', 'touchstart'] as const

/** Calls `lock` once nothing was touched for so many minutes; 0 means never. A sleeping phone is found out on waking. */
export function lockWhenIdle(minutes: ReadonlySignal<number>, lock: () => void): void {
  let touchedAt = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const look = () => {
    const limit = minutes.peek() * MINUTE_MS
    if (limit === 0 || Date.now() - touchedAt < limit) return
    touchedAt = Date.now()
    lock()
  }
  const touched = () => {
    look()
    touchedAt = Date.now()
  }
  for (const touch of TOUCHES) addEventListener(touch, touched, { passive: true, capture: true })
  document.addEventListener('visibilitychange', look)
  effect(() => {
    clearInterval(timer)
    timer = minutes.value > 0 ? setInterval(look, LOOK_MS) : undefined
  })
}
