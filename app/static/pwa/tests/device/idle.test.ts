/** Locking a device that nobody touches, by a clock that the test turns. */
import { signal } from '@preact/signals'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { lockWhenIdle } from '../../src/device/idle'

const MINUTE = 60_000

describe('a device that nobody touches', () => {
  let minutes = signal(2)
  const lock = vi.fn()
  let page = new EventTarget()
  let sheet = new EventTarget()

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_795_370_000_000 })
    page = new EventTarget()
    sheet = new EventTarget()
    vi.stubGlobal('addEventListener', page.addEventListener.bind(page))
    vi.stubGlobal('document', sheet)
    minutes = signal(2)
    lock.mockClear()
    lockWhenIdle(minutes, lock)
  })

  afterEach(() => {
    minutes.value = 0
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  test('is locked after its minutes, once for each time that it was left', () => {
    vi.advanceTimersByTime(2 * MINUTE - 10_000)
    expect(lock).not.toHaveBeenCalled()
    vi.advanceTimersByTime(10_000)
    expect(lock).toHaveBeenCalledTimes(1)
    vi.advanceTimersByTime(MINUTE)
    expect(lock).toHaveBeenCalledTimes(1)
  })

  test('stays open while somebody works on it, by finger, pen, key or scanner', () => {
    for (const touch of ['pointerdown', 'keydown', 'touchstart', 'keydown']) {
      vi.advanceTimersByTime(MINUTE + 50_000)
      page.dispatchEvent(new Event(touch))
    }
    expect(lock).not.toHaveBeenCalled()
  })

  test('that slept locks when it wakes, before the touch that woke it does anything', () => {
    vi.setSystemTime(Date.now() + 60 * MINUTE)
    page.dispatchEvent(new Event('pointerdown'))
    expect(lock).toHaveBeenCalledTimes(1)
    vi.setSystemTime(Date.now() + 60 * MINUTE)
    sheet.dispatchEvent(new Event('visibilitychange'))
    expect(lock).toHaveBeenCalledTimes(2)
  })

  test('follows what its people choose, also never', () => {
    minutes.value = 0
    vi.advanceTimersByTime(60 * MINUTE)
    expect(lock).not.toHaveBeenCalled()
    page.dispatchEvent(new Event('keydown'))
    minutes.value = 10
    vi.advanceTimersByTime(9 * MINUTE)
    expect(lock).not.toHaveBeenCalled()
    vi.advanceTimersByTime(MINUTE)
    expect(lock).toHaveBeenCalledTimes(1)
  })
})
