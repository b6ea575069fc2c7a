/** Times as the office's pages show them. */
import { describe, expect, it } from 'vitest'
import { ago, moment } from '../../src/office/moments'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOON = new Date(2026, 10, 22, 12, 0).getTime()

const distance = new Intl.RelativeTimeFormat(undefined, { numeric: 'auto', style: 'short' })

describe('a distance from now', () => {
  it.each([
    [0, distance.format(0, 'second')],
    [59_999, distance.format(0, 'second')],
    [MINUTE, distance.format(-1, 'minute')],
    [59 * MINUTE, distance.format(-59, 'minute')],
    [HOUR, distance.format(-1, 'hour')],
    [23 * HOUR, distance.format(-23, 'hour')],
    [24 * HOUR, distance.format(-1, 'day')],
    [47 * HOUR, distance.format(-1, 'day')],
    [-5 * MINUTE, distance.format(5, 'minute')],
  ])('%i ms ago reads %s', (passed, words) => {
    expect(ago(NOON - passed, NOON)).toBe(words)
  })

  it('becomes the date itself after two days', () => {
    expect(ago(NOON - 48 * HOUR, NOON)).toContain('20')
  })
})

describe('a moment', () => {
  it('is a clock time on the same day and names the day otherwise', () => {
    expect(moment(NOON - HOUR, NOON)).toBe(
      new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' }).format(NOON - HOUR),
    )
    expect(moment(NOON - 24 * HOUR, NOON)).toContain('2026')
  })
})
