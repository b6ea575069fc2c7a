// The words on the wire: the vectors that Python reads too.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { checksum, COLUMNS, fnv1a, PUSH_BYTES, PUSH_OPERATIONS, SCHEMA, type Row } from '../../src/sync/protocol'
import { BadQuantity, formatQuantity, parseQuantity } from '../../src/sync/quantity'
import { lotOfCode } from '../../src/sync/own-work'

interface Vectors {
  limits: { operations: number; push_bytes: number; schema: number }
  columns: unknown
  quantities: { text: string; millionths: string; back: string }[]
  bad_quantities: unknown[]
  hashes: { text: string; hash: number }[]
  checksums: { rows: Row[]; sum: number }[]
  lots_of_codes: { code: string; lot: string }[]
}

const path = new URL('../../../../../tests/vectors/protocol.json', import.meta.url)
const vectors = JSON.parse(readFileSync(path, 'utf8')) as Vectors

test('columns and limits are those of the page', () => {
  expect(COLUMNS).toEqual(vectors.columns)
  const { operations, push_bytes, schema } = vectors.limits
  expect([PUSH_OPERATIONS, PUSH_BYTES, SCHEMA]).toEqual([operations, push_bytes, schema])
})

describe('quantities', () => {
  for (const { text, millionths, back } of vectors.quantities) {
    test(`${text} is whole millionths`, () => {
      expect(parseQuantity(text)).toBe(BigInt(millionths))
      expect(formatQuantity(BigInt(millionths))).toBe(back)
    })
  }
  for (const text of vectors.bad_quantities) {
    test(`${JSON.stringify(text)} is refused`, () => {
      expect(() => parseQuantity(text)).toThrow(BadQuantity)
    })
  }
})

test('the hash is FNV-1a', () => {
  for (const { text, hash } of vectors.hashes) expect(fnv1a(text)).toBe(hash)
})

test('the checksum adds up all rows that hold something', () => {
  for (const { rows, sum } of vectors.checksums) expect(checksum(rows)).toBe(sum)
})

test('unknown goods stand under their code', () => {
  for (const { code, lot } of vectors.lots_of_codes) expect(lotOfCode(code)).toBe(lot)
})
