// Operations as they are made: ids that never meet, and a push that packs to little.
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { IdBytes, makeOperation, uuid7, type Moment } from '../../src/sync/operation'
import { bytes } from '../test-device'

const AT = 1_795_370_000_000
const OPERATIONS = 100

/** Whole numbers below a limit, the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** A morning's work of one person, as the device sends it. */
function push(): object {
  const roll = dice(7)
  const ids = new IdBytes(bytes())
  const session = { boot: 'k3f9a0z81m', offset: -120, actor: 4, sess: uuid7(AT, bytes()) }
  let moment: Moment = { at: AT, mono: 53_100, seen: 81_234, ...session }
  const operations = Array.from({ length: OPERATIONS }, (_, index) => {
    const later = 2_000 + roll(16_000)
    const { at, mono, seen } = moment
    moment = { ...moment, at: at + later, mono: mono + later, seen: Number(seen) + (roll(3) === 0 ? roll(40) : 0) }
    const body = { item: 2 + roll(5_000), from: 10 + roll(500), to: 10 + roll(500), quantity: String(1 + roll(20)), reason: 'transfer' }
    return makeOperation('move', body, 1_000 + index, moment, ids.next())
  })
  const outbox = { pending: OPERATIONS, oldest_at: AT, max_seq: 1_099 }
  const clock = { wall: moment.at, mono: moment.mono, boot: session.boot }
  return { device: uuid7(AT, bytes()), epoch: 1, sid: uuid7(AT, bytes()), clock, outbox, operations }
}

describe('an operation', () => {
  test('takes at most 40 bytes of a packed push of a hundred, with all that a device says of it', () => {
    expect(gzipSync(JSON.stringify(push()), { level: 6 }).length / OPERATIONS).toBeLessThanOrEqual(40)
  })

  test('has an id of its own among all of one page session, and those of another differ from the first byte on', () => {
    const [one, other] = [new IdBytes(new Uint8Array(10).fill(255)), new IdBytes(bytes())]
    const made = Array.from({ length: 70_000 }, () => uuid7(AT, one.next()))
    expect(new Set(made).size).toBe(made.length)
    expect(new Set(made.map((id) => id.slice(0, 30))).size).toBe(1)
    expect(uuid7(AT, other.next()).slice(14, 30)).not.toBe(made[0]?.slice(14, 30))
  })
})
