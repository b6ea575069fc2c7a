/** The words people read: the same catalogue that the office pages use, one flat file an area. */

type Catalogue = Record<string, string>
export type Values = Record<string, string | number>

const files = import.meta.glob<Catalogue>('@words/en/{floor,scan,sync,live,common}.json', { eager: true, import: 'default' })
const texts: Catalogue = Object.assign({}, ...Object.values(files))
const plural = new Intl.PluralRules('en')

/**
 * The text of a key with its `{names}` filled in. With `count`, the key's `.one` or `.other` form is taken.
 * A key that is missing shows itself rather than breaking a screen.
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
