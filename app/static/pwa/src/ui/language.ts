/** Which language is spoken: the office page's own, else what a person chose here, else what the browser prefers. */

/** Kept in a cookie, so that server and device agree. */
export const COOKIE = 'tallyman-language'
export const FALLBACK = 'en'

/** The first of what is wanted that is spoken here, regions aside; English where none is. */
export function bestOf(wanted: readonly string[], spoken: readonly string[]): string {
  const plain = wanted.map((tag) => tag.toLowerCase().split('-')[0] ?? '')
  return plain.find((name) => spoken.includes(name)) ?? FALLBACK
}

/** What a person chose in this browser; "" for nothing. */
export function chosenIn(cookies: string): string {
  return new RegExp(`(?:^|; )${COOKIE}=([a-z]+)`).exec(cookies)?.[1] ?? ''
}

/** Everything that has a say, the most important first; pages without a browser around them speak English. */
export function wishes(): string[] {
  if (typeof document === 'undefined') return []
  return [document.documentElement.lang, chosenIn(document.cookie), ...navigator.languages].filter(Boolean)
}

/** The reader's own habit for dates and numbers within a language: "en-GB" where the browser says so. */
export function localeOf(language: string): string {
  const own = typeof navigator === 'undefined' ? [] : navigator.languages
  return own.find((tag) => tag.toLowerCase().split('-')[0] === language) ?? language
}
