/** Whether the browser may throw away what is stored here, and asking it not to. */
import { truth } from './state'

/** Asks for protection and shows the answer; unknown where the browser cannot say. */
export async function keepStorage(): Promise<void> {
  try {
    const storage = navigator.storage as StorageManager | undefined
    truth.persistent.value = storage ? (await storage.persisted()) || (await storage.persist()) : null
  } catch {
    truth.persistent.value = null
  }
}

/** Bytes that this app takes on the device. */
export async function storageBytes(): Promise<number | null> {
  const storage = navigator.storage as StorageManager | undefined
  const estimate = await storage?.estimate().catch(() => null)
  return estimate?.usage ?? null
}

/** The small memory beside the database; null where the browser forbids it. */
export function memory(): Storage | null {
  try {
    return globalThis.localStorage
  } catch {
    return null
  }
}
