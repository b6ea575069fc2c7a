/** The words people read: the same catalogue that the office pages use, one flat file an area and language. */
import { FALLBACK } from './language'
import { catalogueOf, language } from './spoken'

type Values = Record<string, string | number>

const texts = { ...(await catalogueOf(FALLBACK)), ...(await catalogueOf(language)) }
const plural = new Intl.PluralRules(language)

/**
 * The text of a key with its `{names}` filled in. With `count`, the form that the language uses for so many is
 * taken. A key that is missing shows itself rather than breaking a screen.
 */
export function t(key: string, values: Values = {}): string {
  const chosen = key in texts || values['count'] === undefined ? key : `${key}.${plural.select(Number(values['count']))}`
  const text = texts[chosen]
  return text === undefined ? chosen : text.replace(/\{(\w+)\}/g, (whole, name: string) => `${values[name] ?? whole}`)
}

/** Whether the catalogue knows a key, in its plain or its counted form. */
export function hasWords(key: string): boolean {
  return key in texts || `${key}.other` in texts
}

/** What a language calls itself. */
export function languageName(name: string): string {
  const own = new Intl.DisplayNames([name], { type: 'language' }).of(name) ?? name
  return own.charAt(0).toLocaleUpperCase(name) + own.slice(1)
}
