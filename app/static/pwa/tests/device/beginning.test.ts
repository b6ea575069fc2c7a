import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Beginning } from '../../src/device/beginning'
import type { Delay } from '../../src/device/state'
import { StorageBroken } from '../../src/store/vault'

/** A storage whose answers a test gives, one an attempt. */
class Storage {
  readonly waiting: { answer: () => void; refuse: (problem: unknown) => void }[] = []
  ask = (): Promise<void> => new Promise((answer, refuse) => this.waiting.push({ answer, refuse }))
}

let storage: Storage
let told: (Delay | null)[]
let started: boolean
let one: Beginning

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
  vi.spyOn(console, 'error').mockImplementation(() => undefined)
  storage = new Storage()
  told = []
  started = false
  one = new Beginning(storage.ask, (delay) => told.push(delay))
  void one.run().then(() => (started = true))
})
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const after = (ms: number) => vi.advanceTimersByTimeAsync(ms)

describe('the beginning', () => {
  test('a storage that answers at once starts the app without a word', async () => {
    storage.waiting[0]?.answer()
    await after(0)
    expect([started, told]).toEqual([true, [null]])
    await after(600_000)
    expect(storage.waiting).toHaveLength(1)
  })

  test('a storage that cannot be opened is said, and tried until it can', async () => {
    storage.waiting[0]?.refuse(new StorageBroken('closed'))
    await after(0)
    expect([started, told]).toEqual([false, ['broken']])
    await after(1_000)
    storage.waiting[1]?.refuse(new StorageBroken('closed'))
    await after(2_000)
    storage.waiting[2]?.answer()
    await after(0)
    expect([started, told.at(-1)]).toEqual([true, null])
  })

  test('a storage that hangs is said after five seconds, and starts the app when it answers late', async () => {
    await after(4_999)
    expect(told).toEqual([])
    await after(30_000)
    expect(told).toEqual(['slow'])
    storage.waiting[0]?.answer()
    await after(0)
    expect([started, told]).toEqual([true, ['slow', null]])
  })

  test('an attempt that hangs for ever does not keep the next one from starting the app', async () => {
    await after(45_000)
    storage.waiting[1]?.answer()
    await after(0)
    expect(started).toBe(true)
  })

  test('a person need not wait: the button tries at once', async () => {
    storage.waiting[0]?.refuse(new StorageBroken('closed'))
    await after(0)
    one.again()
    storage.waiting[1]?.answer()
    await after(0)
    expect([started, storage.waiting.length]).toEqual([true, 2])
  })

  test('the late refusal of an attempt given up is not told while a newer one is at it', async () => {
    one.again()
    storage.waiting[0]?.refuse(new StorageBroken('closed'))
    await after(0)
    expect(told).toEqual([])
  })

  test('a device without room is told as such', async () => {
    storage.waiting[0]?.refuse(new DOMException('no room', 'QuotaExceededError'))
    await after(0)
    expect(told).toEqual(['full'])
  })

  test('in vain it is tried ever more slowly, four times a minute in the end', async () => {
    for (let attempt = 0; attempt < 12; attempt += 1) {
      storage.waiting.at(-1)?.refuse(new StorageBroken('closed'))
      await after(15_000)
    }
    expect(storage.waiting.length).toBeGreaterThan(11)
    const before = storage.waiting.length
    storage.waiting.at(-1)?.refuse(new StorageBroken('closed'))
    await after(14_999)
    expect(storage.waiting).toHaveLength(before)
  })
})
