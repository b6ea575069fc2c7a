/** Whether the browser may throw away what is stored here, asking it not to, and how much room is left. */
import { fewBytesLeft } from './room-left'
import { truth } from './state'

/** Room goes away slowly, by what else lies on the device. */
const LOOK_MS = 5 * 60_000

/** Asks for protection and shows the answer; unknown where the browser cannot say. */
export async function keepStorage(): Promise<void> {
  try {
    const storage = navigator.storage as StorageManager | undefined
    truth.persistent.value = storage ? (await storage.persisted()) || (await storage.persist()) : null
  } catch {
    truth.persistent.value = null
  }
}

/** Looks from now on whether the room runs out, while there is still time to make some. */
export function watchRoom(): void {
  const look = async () => (truth.fewBytesLeft.value = fewBytesLeft(await estimate()))
  void look()
  setInterval(() => void look(), LOOK_MS)
}

/** Bytes that this app takes on the device. */
export async function storageBytes(): Promise<number | null> {
  return (await estimate()).usage ?? null
}

async function estimate(): Promise<StorageEstimate> {
  const storage = navigator.storage as StorageManager | undefined
  return (await storage?.estimate().catch(() => null)) ?? {}
}

/** The small memory beside the database; null where the browser forbids it. */
export function memory(): Storage | null {
  try {
    return globalThis.localStorage
  } catch {
    return null
  }
}
