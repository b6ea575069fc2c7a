/** New versions of the app: fetched quietly, shown as waiting, put in place only when someone says so and all is idle. */
import { truth } from './state'

const SCRIPT = '/sw.js'
const LOOK_MS = 60 * 60 * 1000
const TAKE_OVER_MS = 10_000

/** Registers the service worker and watches for a version that waits. Does nothing where the browser has none. */
export async function watchUpdates(): Promise<void> {
  if (!('serviceWorker' in navigator)) return
  try {
    const registration = await navigator.serviceWorker.register(SCRIPT, { type: 'module', scope: '/', updateViaCache: 'none' })
    const look = () => (truth.updateWaiting.value = registration.waiting !== null && navigator.serviceWorker.controller !== null)
    registration.addEventListener('updatefound', () => registration.installing?.addEventListener('statechange', look))
    setInterval(() => void registration.update().catch(() => undefined), LOOK_MS)
    look()
  } catch {
    // Without a service worker the app works as long as the page is open; there is nothing to tell.
  }
}

/**
 * Puts the waiting version in place, in every tab; resolves when it has taken over, or does not. Whoever holds the turn
 * of all tabs keeps it until then: a browser puts a change of workers off while requests go through the one that leaves.
 */
export async function activateUpdate(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration(SCRIPT)
  if (!registration?.waiting) return
  const takenOver = new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }))
  registration.waiting.postMessage({ kind: 'activate' })
  await Promise.race([takenOver, new Promise((resolve) => setTimeout(resolve, TAKE_OVER_MS))])
}

/** Looks for a new version now. */
export async function lookForUpdate(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration(SCRIPT)
  await registration?.update().catch(() => undefined)
}

/** Reloads this page when another version takes over: pages and files of two versions must not mix. */
export function followUpdates(): void {
  if (!('serviceWorker' in navigator)) return
  let controlled = navigator.serviceWorker.controller !== null
  navigator.serviceWorker.addEventListener('controllerchange', () => {
    if (controlled) location.reload()
    controlled = true
  })
}

/** Asks the browser to wake an open tab when a network comes back, where it can: one more reason to send. */
export async function wakeInBackground(): Promise<void> {
  const registration = await navigator.serviceWorker?.getRegistration(SCRIPT)
  const { sync } = (registration ?? {}) as { sync?: { register(tag: string): Promise<void> } }
  await sync?.register('outbox').catch(() => undefined)
}
