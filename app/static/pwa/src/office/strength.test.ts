import { describe, expect, it } from 'vitest'
import { FAIR, GOOD, SHORT, strengthOf, WEAK } from './strength'

describe('the strength of a password', () => {
  it.each([
    ['short', SHORT],
    ['aaaaaaaaaaaa', WEAK],
    ['abcabcabcabc', WEAK],
    ['abcdefghijklm', WEAK],
    ['ana@tallyman.example', WEAK],
    ['shelf by shelf', FAIR],
    ['Shelf 4 by shelf', GOOD],
    ['four bars and a stroke', GOOD],
  ])('of %s is %i', (password, strength) => {
    expect(strengthOf(password, 12, ['ana@tallyman.example', ''])).toBe(strength)
  })
})
