/** How the live page asks: with the session's cookie and its token; an answer within 20 s or none. */
import { Unreachable, type Answer, type Transport } from '../../sync/asking'
import type { Entity, Row } from '../../sync/protocol'

const TIMEOUT_MS = 20_000
const BASE = '/api/sync/v1/'

async function asked(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...options, credentials: 'same-origin', signal: AbortSignal.timeout(TIMEOUT_MS) })
  } catch (problem) {
    throw new Unreachable(String(problem))
  }
}

/** The transport of a signed-in person. */
export function officeTransport(csrfToken: string): Transport {
  const headers = { 'X-CSRF-Token': csrfToken, 'Content-Type': 'application/json' }
  return {
    async ask(path: string, body: object | null): Promise<Answer> {
      const options: RequestInit = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers }
      const response = await asked(BASE + path, options)
      return { status: response.status, body: await response.json().catch(() => null) }
    },
    async bytes(path: string): Promise<Uint8Array> {
      const response = await asked(BASE + path, {})
      if (!response.ok) throw new Unreachable(`HTTP ${response.status}`)
      return new Uint8Array(await response.arrayBuffer())
    },
  }
}

/** A JSON answer of the office's own API, or null where there was none. */
export async function fetchJson<Body>(path: string): Promise<Body | null> {
  try {
    const response = await asked(path, {})
    return response.ok ? ((await response.json()) as Body) : null
  } catch {
    return null
  }
}

/** A part of a snapshot: compressed or, where the browser unpacked it on the way, plain JSON. */
export async function unpack(bytes: Uint8Array): Promise<{ entity: Entity; rows: Row[] }> {
  const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream()
  const plain = packed ? stream.pipeThrough(new DecompressionStream('gzip')) : stream
  return JSON.parse(await new Response(plain).text()) as { entity: Entity; rows: Row[] }
}
