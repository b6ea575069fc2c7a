import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const sources = globSync('src/{store,sync,device,screens,ui,scan}/**/*.{ts,tsx}', { cwd: import.meta.dirname + '/../..' })
const text = (path: string) => readFileSync(`${import.meta.dirname}/../../${path}`, 'utf8')
const every = [...sources, 'src/floor.ts', 'src/main.tsx', 'src/service-worker.ts'].map((path) => ({ path, lines: text(path).split('\n') }))

const FOREIGN = /\b(document|window|localStorage|indexedDB|navigator)\b|await fetch\(|from '\.\.\/(store|device|ui)/
const DELETING = /(\.delete|\.clear|\.bulkDelete|deleteDatabase|deleteObjectStore)\(/
const NAMED = /\.(meta|journal|buckets|small|staging|parts|search)\b(\.\w+\([^\n]*\))*\.(delete|clear|bulkDelete)\(/

test('exactly one place deletes from the outbox, and it settles', () => {
  const deletes = (line: string) => /outbox[^\n]*\.(delete|clear|bulkDelete)\(/.test(line)
  const deleting = every.flatMap(({ path, lines }) => lines.filter(deletes).map((line) => [path, line.trim()]))
  expect(deleting).toEqual([['src/store/outbox.ts', 'await tables.outbox.bulkDelete(done.map(({ id }) => id))']])
  const outbox = text('src/store/outbox.ts')
  const settle = outbox.slice(outbox.indexOf('export async function settle('), outbox.indexOf('export async function trimJournal('))
  expect(settle).toContain('tables.outbox.bulkDelete')
})

test('whatever else the store deletes, it names the table', () => {
  const store = every.filter(({ path }) => path.startsWith('src/store/'))
  const onTables = store.flatMap(({ lines }) => lines.filter((line) => DELETING.test(line) && /\btables?\.\w/.test(line)))
  const unnamed = onTables.filter((line) => !NAMED.test(line) && !/outbox\.bulkDelete/.test(line))
  expect(onTables.length).toBeGreaterThan(5)
  expect(unnamed).toEqual([])
})

test('nobody but the store opens or deletes a database', () => {
  const opens = (line: string) => /indexedDB\b|deleteDatabase|new Dexie/.test(line)
  const opening = every.filter(({ path, lines }) => !path.startsWith('src/store/') && lines.some(opens))
  expect(opening.map(({ path }) => path)).toEqual([])
})

test('every transaction of the store begins in one place', () => {
  const others = every.filter(({ path, lines }) => path !== 'src/store/atomic.ts' && lines.some((line) => /\.transaction\(/.test(line)))
  expect(others.map(({ path }) => path)).toEqual([])
})

test('the exchange knows no page and no storage', () => {
  const pure = every.filter(({ path }) => path.startsWith('src/sync/'))
  const touches = (line: string) => FOREIGN.test(line) && !/^\s*[*/]/.test(line)
  const touching = pure.filter(({ lines }) => lines.some(touches))
  expect(touching.map(({ path }) => path)).toEqual([])
})
