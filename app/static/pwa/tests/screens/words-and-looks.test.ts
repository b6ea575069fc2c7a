import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { drawingOf, spriteOf } from '../../src/ui/icon-sprite'

const root = join(import.meta.dirname, '../..')
const text = (path: string) => readFileSync(join(root, path), 'utf8')

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'testing' ? [] : sources(path)
    return /\.tsx?$/.test(entry.name) ? [text(path)] : []
  })
}

describe('words', () => {
  const words = Object.keys(JSON.parse(text('../../words/en/floor.json')) as object)
  const code = [...sources('src/screens'), ...sources('src/ui')].join('\n')

  test('every text that a screen asks for exists', () => {
    const asked = [...code.matchAll(/'(floor\.[a-z_]+)'/g)].map(([, key]) => key ?? '')
    expect(asked.length).toBeGreaterThan(150)
    expect(asked.filter((key) => !words.includes(key) && !words.includes(`${key}.other`))).toEqual([])
  })

  test('every text that the live stock of the office asks for exists', () => {
    const known = Object.keys(JSON.parse(text('../../words/en/live.json')) as object)
    const asked = [...sources('src/office').join('\n').matchAll(/'(live\.[a-z_]+)'/g)].map(([, key]) => key ?? '')
    expect(asked.length).toBeGreaterThan(15)
    expect(asked.filter((key) => !known.includes(key) && !known.includes(`${key}.other`))).toEqual([])
  })

  test('every text is asked for by a screen', () => {
    const composed = [...code.matchAll(/`(floor\.[a-z_]*)\$\{[^`]*\}([a-z_]*)`/g)].map(([, start, end]) => new RegExp(`^${start}[a-z_]+${end}$`))
    const plain = new Set([...code.matchAll(/floor\.[a-z_]+/g)].map(([key]) => key))
    const used = (key: string) => plain.has(key) || composed.some((pattern) => pattern.test(key))
    expect(words.map((key) => key.replace(/\.(one|other)$/, '')).filter((key) => !used(key))).toEqual([])
  })

  test('a counted text has both its forms', () => {
    const counted = words.filter((key) => /\.(one|other)$/.test(key)).map((key) => key.replace(/\.(one|other)$/, ''))
    expect(counted.filter((key) => !words.includes(`${key}.one`) || !words.includes(`${key}.other`))).toEqual([])
  })
})

describe('looks', () => {
  const css = text('src/ui/tokens.css')
  const themes: Record<string, Record<string, string>> = { light: {}, dark: {}, sun: {} }
  for (const [, name = '', light = '', dark = ''] of css.matchAll(/--([\w-]+): light-dark\((#\w+), (#\w+)\)/g)) {
    themes['light']![name] = light
    themes['dark']![name] = dark
  }
  Object.assign(themes['sun']!, themes['light'])
  const sun = css.slice(css.indexOf("[data-theme='sun']"))
  for (const [, name = '', colour = ''] of sun.matchAll(/--([\w-]+): (#\w+);/g)) themes['sun']![name] = colour

  const grounds = ['paper', 'surface', 'surface-raised', 'surface-sunken', 'surface-hover']
  const pairs = [
    ...['ink', 'ink-soft', 'ink-faint'].flatMap((ink) => grounds.map((ground) => [ink, ground])),
    ...['accent', 'amber', 'red', 'blue'].flatMap((tone) => [`${tone}-soft`, 'paper', 'surface'].map((ground) => [`${tone}-text`, ground])),
    ['accent-ink', 'accent'], ['accent-ink', 'accent-hover'], ['red-ink', 'red'], ['red-ink', 'red-hover'],
    ...['bar-ink', 'bar-soft', 'bar-accent', 'bar-amber', 'bar-red'].flatMap((ink) => [[ink, 'bar'], [ink, 'bar-raised']]),
    ...['bar-ink', 'bar-alarm-soft'].flatMap((ink) => [[ink, 'bar-alarm'], [ink, 'bar-alarm-raised']]),
  ] as [string, string][]

  test.each(Object.keys(themes))('text holds 7:1 on every ground of the %s theme', (theme) => {
    const colours = themes[theme]!
    const weak = pairs.filter(([ink, ground]) => contrast(colours[ink] ?? '', colours[ground] ?? '') < 7)
    expect(weak).toEqual([])
  })

  test.each(Object.keys(themes))('edges of what is pressed hold 3:1 in the %s theme', (theme) => {
    const colours = themes[theme]!
    const weak = grounds.filter((ground) => ground !== 'surface-sunken' && contrast(colours['line-strong'] ?? '', colours[ground] ?? '') < 3)
    expect(weak).toEqual([])
  })
})

describe('icons', () => {
  test('a drawing loses its frame and its notes', () => {
    expect(drawingOf('<!-- note --><svg width="1"\n viewBox="0">\n  <path d="M1" />\n</svg>\n')).toBe('<path d="M1" />')
  })

  test('the sprite holds a symbol of each name', () => {
    expect(spriteOf(new Map([['box', '<path/>']]))).toContain('<symbol id="box" viewBox="0 0 24 24"><path/></symbol>')
  })
})

/** WCAG 2.2 contrast ratio of two hexadecimal colours. */
function contrast(one: string, other: string): number {
  const [lighter = 0, darker = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(colour: string): number {
  if (!/^#\w{6}$/.test(colour)) throw new Error(`no colour: "${colour}"`)
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = parseInt(colour.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
