/** What the house decided, as a device keeps it, and what follows from it for times, numbers and the lock. */
import { describe, expect, it } from 'vitest'
import { keepHouse, keptHouse, writerOf, zoneOf } from '../src/ui/house'
import { idleChoices, idleOffered, idleWithin } from '../src/ui/preferences'
import { FakeMemory } from './test-device'

const HOUSE = { time_zone: 'Europe/Berlin', numbers: '.,', idle_minutes: 5 }

describe('what the house decided', () => {
  it('is kept on the device until the server tells something else', () => {
    const shelf = new FakeMemory()
    keepHouse(HOUSE, shelf)
    expect(keptHouse(shelf)).toEqual(HOUSE)
    keepHouse({ ...HOUSE, idle_minutes: 0 }, shelf)
    expect(keptHouse(shelf).idle_minutes).toBe(0)
  })

  it('is nothing on a device that was never told, or whose memory is spoilt', () => {
    const spoilt = new FakeMemory()
    spoilt.setItem('tallyman.house', '{"time_zone":')
    for (const shelf of [null, new FakeMemory(), spoilt]) {
      expect(keptHouse(shelf)).toEqual({ time_zone: '', numbers: '', idle_minutes: 0 })
    }
  })

  it('leaves the zone to the reader where it has none, or none that the browser knows', () => {
    expect(zoneOf(HOUSE)).toBe('Europe/Berlin')
    for (const name of ['', 'Nowhere/At_All']) expect(zoneOf({ ...HOUSE, time_zone: name })).toBeUndefined()
  })

  it.each([
    ['.,', '1.234.567,5'],
    [',.', '1,234,567.5'],
    ['\u202f,', '1\u202f234\u202f567,5'],
    ['’.', '1’234’567.5'],
    ['', '1,234,567.5'],
    ['., and more', '1,234,567.5'],
  ])('writes numbers with %j as %s', (numbers, text) => {
    expect(writerOf({ ...HOUSE, numbers })(1_234_567.5)).toBe(text)
  })
})

describe('the lock of a device that nobody touches', () => {
  it.each([
    [0, 0, 0],
    [10, 0, 10],
    [0, 5, 5],
    [10, 5, 5],
    [2, 5, 2],
  ])('comes for people who chose %i under a limit of %i after %i minutes', (own, limit, minutes) => {
    expect(idleWithin(own, limit)).toBe(minutes)
  })

  it('can be chosen up to the limit of the house, and never where there is none', () => {
    expect(idleOffered(0)).toEqual([...idleChoices])
    expect(idleOffered(5)).toEqual([2, 5])
    expect(idleOffered(2)).toEqual([2])
    expect(idleOffered(30)).toEqual([2, 10, 30])
  })
})
