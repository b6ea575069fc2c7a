/** The style sheets of both faces: of a size to be read, nothing in them that nobody wears, nothing said twice. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const app = join(import.meta.dirname, '../../..')
const MOST_LINES = 400
/** Put on by htmx while it asks, or made up of a depth, a method, a tone. */
const WORN_BY_OTHERS = /^(htmx-(request|swapping)|deep-[1-5]|put|patch|(green|amber|red)-text)$/

function files(folder: string, ending: RegExp): { path: string; text: string }[] {
  return readdirSync(join(app, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => ending.test(path))
    .map((path) => ({ path, text: readFileSync(join(app, folder, path), 'utf8') }))
}

const sheets = files('static/pwa/src', /\.css$/).map(({ path, text }) => ({ path, text, bare: text.replace(/\/\*[^]*?\*\//g, '') }))

/** Each rule of a sheet as `layer | media | selector`, with its declarations; keyframes are left out. */
function rules(sheet: string): { where: string; says: string }[] {
  const found: { where: string; says: string }[] = []
  const above: string[] = []
  let since = 0
  for (const { 0: sign, index } of sheet.matchAll(/[{}]/g)) {
    const before = sheet.slice(since, index).split(';')
    if (sign === '{') above.push((before.pop() ?? '').replace(/\s+/g, ' ').trim())
    else {
      const where = above.join(' | ')
      if (before.some((part) => part.trim()) && !where.includes('@keyframes')) found.push({ where, says: before.join(';') })
      above.pop()
    }
    since = index + 1
  }
  return found
}

test('no style sheet is too long to be read', () => {
  expect(sheets.length).toBeGreaterThan(20)
  expect(sheets.filter(({ text }) => text.split('\n').length > MOST_LINES).map(({ path }) => path)).toEqual([])
})

test('every class of the style sheets is worn', () => {
  const worn = [...files('templates', /\.html$/), ...files('static/pwa/src', /\.tsx?$/)]
  const words = new Set(worn.flatMap(({ text }) => text.match(/[a-zA-Z][\w-]*/g) ?? []))
  const named = new Set(sheets.flatMap(({ bare }) => [...bare.matchAll(/([^{};]+)\{/g)].flatMap(([, selector = '']) =>
    [...selector.matchAll(/\.([a-zA-Z][\w-]*)/g)].map(([, name = '']) => name))))
  expect(named.size).toBeGreaterThan(300)
  expect([...named].filter((name) => !words.has(name) && !WORN_BY_OTHERS.test(name))).toEqual([])
})

test('no selector is written twice for one width in one sheet', () => {
  const twice = sheets.flatMap(({ path, bare }) => {
    const places = rules(bare).map(({ where }) => where)
    return places.filter((where, at) => places.indexOf(where) !== at).map((where) => `${path}: ${where}`)
  })
  expect(twice).toEqual([])
})

test('no class that both faces know is dressed alike by each of them', () => {
  const said = (part: RegExp) => new Map(sheets.filter(({ path }) => part.test(path)).flatMap(({ bare }) => rules(bare))
    .map(({ where, says }) => [`${where} {${says.replace(/\s+/g, ' ')}}`, true]))
  const [floor, office, shared] = [said(/^(screens|scan)/), said(/^office/), said(/^ui/)]
  expect([...floor.keys()].filter((rule) => office.has(rule) || shared.has(rule))).toEqual([])
  expect([...office.keys()].filter((rule) => shared.has(rule))).toEqual([])
})
