/** This page session's clocks, and random bytes. */
import type { Clock } from '../sync/exchange'
import { IdBytes } from '../sync/operation'
import type { ClockReading } from '../sync/protocol'

const ID_BYTES = 10

export class PageClock implements Clock {
  /** Names this page session: monotonic times of another one cannot be compared with these. */
  readonly boot = Array.from(this.randomBytes().subarray(0, 5), (byte) => byte.toString(36).padStart(2, '0')).join('')

  private readonly ids = new IdBytes(this.randomBytes())

  read(): ClockReading {
    return { wall: Date.now(), mono: Math.round(performance.now()), boot: this.boot }
  }

  now(): number {
    return Date.now()
  }

  random(): number {
    return Math.random()
  }

  randomBytes(): Uint8Array {
    return crypto.getRandomValues(new Uint8Array(ID_BYTES))
  }

  /** For the id of the next operation. */
  idBytes(): Uint8Array {
    return this.ids.next()
  }
}
