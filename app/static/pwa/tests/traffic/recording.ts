/** A transport to a real server that writes down what goes over it, and loses an answer when it is told to. */
import { Unreachable, type Answer, type Transport } from '../../src/sync/asking'

/** One request and its answer; `at` is the time in milliseconds. Parts of a snapshot are bytes and stay out. */
export interface Heard {
  device: string
  at: number
  path: string
  sent: object | null
  status: number
  answered: unknown
}

export class Recording implements Transport {
  /** The next answer to this door is lost on its way. */
  losing = ''

  constructor(
    private readonly url: string,
    private readonly device: string,
    private readonly credential: string,
    private readonly heard: Heard[],
  ) {}

  async ask(path: string, body: object | null): Promise<Answer> {
    const at = Date.now()
    const response = await this.fetch(path, body)
    const answered: unknown = await response.json()
    this.heard.push({ device: this.device, at, path, sent: body, status: response.status, answered })
    if (this.losing !== path) return { status: response.status, body: answered }
    this.losing = ''
    throw new Unreachable('the answer was lost')
  }

  async bytes(path: string): Promise<Uint8Array> {
    const at = Date.now()
    const response = await this.fetch(path, null)
    this.heard.push({ device: this.device, at, path, sent: null, status: response.status, answered: null })
    return new Uint8Array(await response.arrayBuffer())
  }

  private fetch(path: string, body: object | null): Promise<Response> {
    const headers = { Authorization: `Device ${this.credential}`, 'Content-Type': 'application/json' }
    const more = body ? { method: 'POST', body: JSON.stringify(body) } : {}
    return fetch(`${this.url}/api/sync/v1/${path}`, { headers, ...more })
  }
}
