/** What a module lends to others is borrowed by some other: else it is dead, or its own affair. */

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const LENT = /^export (?:async )?(?:function\*?|const|let|class|interface|type|enum) (\w+)/gm

const sources = ['src', 'tests'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => ({ path: `${folder}/${path}`, text: readFileSync(join(root, folder, path), 'utf8') })))
const spoken = sources.map(({ path, text }) => ({ path, names: new Set(text.match(/\w+/g)) }))

test('every export is used by another module', () => {
  const lent = sources.flatMap(({ path, text }) => [...text.matchAll(LENT)].map(([, name = '']) => ({ path, name })))
  expect(lent.length).toBeGreaterThan(400)
  const dead = lent.filter(({ path, name }) => !spoken.some((other) => other.path !== path && other.names.has(name)))
  expect(dead.map(({ path, name }) => `${path}: ${name}`)).toEqual([])
})
