/** How the live page asks: with the session's cookie and its token; an answer within 20 s or none. */
import { ANSWER_LIMIT_MS, Unreachable, type Answer, type Transport } from '../../sync/asking'
import { DOORS } from '../../sync/protocol'

async function asked(path: string, options: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...options, credentials: 'same-origin', signal: AbortSignal.timeout(ANSWER_LIMIT_MS) })
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
      const response = await asked(DOORS + path, options)
      return { status: response.status, body: await response.json().catch(() => null) }
    },
    async bytes(path: string): Promise<Uint8Array> {
      const response = await asked(DOORS + path, {})
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
