/** Requests over HTTP, as far as a browser is not needed for it. */
import { afterEach, describe, expect, test, vi } from 'vitest'
import { HttpTransport } from '../../src/device/transport'
import { Unreachable } from '../../src/sync/asking'

/** A network on which nothing ever comes back. */
function hanging(_address: string, { signal }: RequestInit): Promise<Response> {
  return new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
}

describe('a request', () => {
  afterEach(() => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  test('that hangs is given up after 20 seconds, or as soon as somebody says so', async () => {
    vi.useFakeTimers()
    vi.stubGlobal('fetch', hanging)
    const transport = new HttpTransport(() => 'credential')
    const ends: unknown[] = []
    const ask = () => void transport.ask('pull', {}).catch((problem: unknown) => ends.push(problem))
    ask()
    await vi.advanceTimersByTimeAsync(19_999)
    expect(ends).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect(ends).toEqual([expect.any(Unreachable)])
    ask()
    ask()
    await vi.advanceTimersByTimeAsync(10)
    transport.giveUp()
    await vi.advanceTimersByTimeAsync(1)
    expect(ends).toEqual([expect.any(Unreachable), expect.any(Unreachable), expect.any(Unreachable)])
  })

  test('that is over is none that could be given up', async () => {
    vi.stubGlobal('fetch', async () => new Response('{"sid":"first"}'))
    const transport = new HttpTransport(() => null)
    const answer = transport.ask('pull', {})
    await answer
    transport.giveUp()
    expect(await answer).toEqual({ status: 200, body: { sid: 'first' } })
  })
})
