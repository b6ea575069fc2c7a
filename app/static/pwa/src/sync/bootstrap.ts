/** Fetching a snapshot's parts: three at a time, each proven by its hash, each kept as soon as it is here. */
import { Unreachable, type Transport } from './asking'

const AT_A_TIME = 3

type Keep = (hash: string, bytes: Uint8Array) => Promise<void>

/** Fetches the parts that are lacking. Throws Unreachable at the first that fails; those kept stay kept. */
export async function fetchSnapshot(
  transport: Transport,
  lacking: readonly string[],
  keep: Keep,
  progress: (done: number) => void,
): Promise<void> {
  const waiting = [...lacking]
  let done = 0
  progress(done)
  const lane = async () => {
    for (let hash = waiting.shift(); hash !== undefined; hash = waiting.shift()) {
      await keep(hash, await provenPart(transport, hash))
      progress((done += 1))
    }
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, lane))
}

async function provenPart(transport: Transport, hash: string): Promise<Uint8Array> {
  const bytes = await transport.bytes(`snapshot/${hash}`)
  if ((await sha256(bytes)) !== hash) throw new Unreachable('a part of the snapshot arrived damaged')
  return bytes
}

/** Lower-case hexadecimal SHA-256. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
