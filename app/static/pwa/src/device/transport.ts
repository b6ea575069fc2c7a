/** How requests travel: JSON over HTTP with the device's credential, packed, and given up after a while. */
import { ANSWER_LIMIT_MS, Unreachable, type Answer, type Transport } from '../sync/asking'
import { DOORS } from '../sync/protocol'

const PART_LIMIT_MS = 60_000
const WORTH_PACKING = 2048

export class HttpTransport implements Transport {
  private readonly underWay = new Set<AbortController>()

  constructor(private readonly credential: () => string | null) {}

  async ask(path: string, body: object | null): Promise<Answer> {
    const response = await this.fetch(path, ANSWER_LIMIT_MS, body ? await packed(JSON.stringify(body)) : {})
    return { status: response.status, body: await content(response) }
  }

  async bytes(path: string): Promise<Uint8Array> {
    const response = await this.fetch(path, PART_LIMIT_MS, {})
    if (!response.ok) throw new Unreachable(`HTTP ${response.status}`)
    return new Uint8Array(await response.arrayBuffer().catch(unreachable))
  }

  /** Lets go of whatever is on its way: it ends as if nothing had come back. */
  giveUp(): void {
    for (const stop of this.underWay) stop.abort()
  }

  private async fetch(path: string, limitMs: number, init: RequestInit): Promise<Response> {
    const headers = new Headers(init.headers)
    headers.set('Authorization', `Device ${this.credential() ?? ''}`)
    const stop = new AbortController()
    const alarm = setTimeout(() => stop.abort(), limitMs)
    this.underWay.add(stop)
    const fixed: RequestInit = { cache: 'no-store', credentials: 'omit', redirect: 'error', signal: stop.signal }
    return fetch(DOORS + path, { ...init, ...fixed, headers })
      .then((response) => whole(response))
      .catch(unreachable)
      .finally(() => {
        clearTimeout(alarm)
        this.underWay.delete(stop)
      })
  }
}

/** The answer with its body here: a network may die in the middle of one. */
async function whole(response: Response): Promise<Response> {
  const { status, headers } = response
  const bytes = await response.arrayBuffer()
  return new Response(status === 204 || status === 304 ? null : bytes, { status, headers })
}

async function content(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch {
    if (response.ok) throw new Unreachable('the answer is not from this server')
    return null
  }
}

async function packed(text: string): Promise<RequestInit> {
  const headers: Record<string, string> = { 'Content-Type': 'application/json' }
  if (text.length < WORTH_PACKING || typeof CompressionStream === 'undefined') return { method: 'POST', headers, body: text }
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))
  const body = await new Response(stream).arrayBuffer()
  return { method: 'POST', headers: { ...headers, 'Content-Encoding': 'gzip' }, body }
}

function unreachable(problem: unknown): never {
  throw new Unreachable(problem instanceof Error ? problem.message : 'no connection')
}
