import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Runner, type Work } from '../../src/device/runner'
import type { RoundEnd } from '../../src/sync/exchange'

class Rounds implements Work {
  done: boolean[] = []
  unsent = false
  answer: () => Promise<RoundEnd | null> = async () => ({ retryInMs: null })

  round(anyway: boolean): Promise<RoundEnd | null> {
    this.done.push(anyway)
    return this.answer()
  }

  hasUnsent(): boolean {
    return this.unsent
  }
}

let rounds: Rounds
let hidden: boolean
const runner = () => new Runner(rounds, () => hidden, () => 0.5)

beforeEach(() => {
  vi.useFakeTimers({ now: 0 })
  rounds = new Rounds()
  hidden = false
})
afterEach(() => {
  vi.useRealTimers()
})

describe('the runner', () => {
  test('begins at once, and comes back every 25 seconds, in the background every minute', async () => {
    runner().begin()
    await vi.advanceTimersByTimeAsync(0)
    expect(rounds.done).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(25_000)
    expect(rounds.done).toHaveLength(2)
    hidden = true
    await vi.advanceTimersByTimeAsync(25_000)
    expect(rounds.done).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(59_000)
    expect(rounds.done).toHaveLength(3)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(rounds.done).toHaveLength(4)
  })

  test('many wishes within a moment make one round', async () => {
    const one = runner()
    one.begin()
    await vi.advanceTimersByTimeAsync(0)
    for (let capture = 0; capture < 10; capture += 1) one.wake(300)
    await vi.advanceTimersByTimeAsync(300)
    expect(rounds.done).toHaveLength(2)
  })

  test('what is wished for during a round is done right after it', async () => {
    let end = (): void => undefined
    rounds.answer = () => new Promise((resolve) => (end = () => resolve({ retryInMs: null })))
    const one = runner()
    one.begin()
    await vi.advanceTimersByTimeAsync(0)
    one.wake(300)
    end()
    await vi.advanceTimersByTimeAsync(1)
    expect(rounds.done).toHaveLength(2)
  })

  test('a network that came back during a round that fails is tried right after it, once', async () => {
    let end = (): void => undefined
    rounds.answer = () => new Promise((resolve) => (end = () => resolve({ retryInMs: 40_000 })))
    const one = runner()
    one.begin()
    await vi.advanceTimersByTimeAsync(0)
    one.wake()
    await vi.advanceTimersByTimeAsync(1_000)
    end()
    await vi.advanceTimersByTimeAsync(1)
    expect(rounds.done).toHaveLength(2)
    end()
    await vi.advanceTimersByTimeAsync(15_000)
    expect(rounds.done).toHaveLength(2)
  })

  test('who asks to send now while a round hangs gets one that began after the asking', async () => {
    const ends: (() => void)[] = []
    rounds.answer = () => new Promise((resolve) => ends.push(() => resolve({ retryInMs: ends.length === 1 ? 40_000 : null })))
    const one = runner()
    one.begin()
    await vi.advanceTimersByTimeAsync(0)
    let over = false
    void one.now().then(() => (over = true))
    ends[0]!()
    await vi.advanceTimersByTimeAsync(1)
    expect([rounds.done.length, over]).toEqual([2, false])
    ends[1]!()
    await vi.advanceTimersByTimeAsync(1)
    expect([rounds.done.length, over]).toEqual([2, true])
  })

  test('captures during a round that fails wait as long as it asked for', async () => {
    let end = (): void => undefined
    rounds.answer = () => new Promise((resolve) => (end = () => resolve({ retryInMs: 10_000 })))
    const one = runner()
    one.begin()
    await vi.advanceTimersByTimeAsync(0)
    one.wake(300)
    await vi.advanceTimersByTimeAsync(400)
    end()
    await vi.advanceTimersByTimeAsync(9_000)
    expect(rounds.done).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1_000)
    expect(rounds.done).toHaveLength(2)
  })

  test('a round that failed is tried again when it asked for, not at once', async () => {
    rounds.answer = async () => ({ retryInMs: 4_000 })
    const one = runner()
    one.begin()
    await vi.advanceTimersByTimeAsync(3_999)
    expect(rounds.done).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(1)
    expect(rounds.done).toHaveLength(2)
  })

  test('while another tab is at it, it looks again soon where something is unsent, and goes ahead after half a minute', async () => {
    rounds.answer = async () => null
    rounds.unsent = true
    runner().begin()
    await vi.advanceTimersByTimeAsync(29_000)
    expect(rounds.done.length).toBeGreaterThan(10)
    expect(rounds.done).not.toContain(true)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(rounds.done).toContain(true)
  })

  test('stopped, it does nothing until it begins again', async () => {
    const one = runner()
    one.begin()
    await vi.advanceTimersByTimeAsync(0)
    one.stop()
    one.wake()
    await one.now()
    await vi.advanceTimersByTimeAsync(120_000)
    expect(rounds.done).toHaveLength(1)
    one.begin()
    await vi.advanceTimersByTimeAsync(0)
    expect(rounds.done).toHaveLength(2)
  })
})
