// Which language is spoken, and how it writes numbers.
import { describe, expect, test } from 'vitest'
import { bestOf, chosenIn } from '../src/ui/language'
import { language, languages } from '../src/ui/spoken'
import { languageName } from '../src/ui/words'

describe('the language', () => {
  test('is the first that is wanted and spoken, whatever the region', () => {
    expect(bestOf(['fr-CA', 'de-AT', 'en'], ['en', 'de'])).toBe('de')
    expect(bestOf(['fr'], ['en', 'de'])).toBe('en')
    expect(bestOf([], ['en', 'de'])).toBe('en')
  })

  test('a person chose stands in a cookie among others', () => {
    expect(chosenIn('tallyman-theme=dark; tallyman-language=de')).toBe('de')
    expect(chosenIn('other-tallyman-language=de')).toBe('')
    expect(chosenIn('')).toBe('')
  })

  test('calls itself by its own name', () => {
    expect(languageName('de')).toBe('Deutsch')
    expect(languageName('en')).toBe('English')
  })

  test('is English where nobody asks', () => {
    expect(languages).toContain('en')
    expect(language).toBe('en')
  })
})
