// What a scanned code says: the cases shared with Python, and the official engine's where they lie.
import { existsSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCode, type Reading } from '../src/sync/barcode'
import { checkDigit, gtin14 } from '../src/sync/gtin'

interface Case {
  name: string
  text: string
  symbology?: string
  year?: number
  reading: Record<string, unknown>
}

interface Vector {
  kind: string
  in: string
  ok: boolean
  requisites: boolean
  ai: string | null
}

const root = new URL('../../../../', import.meta.url)
const cases = JSON.parse(readFileSync(new URL('tests/vectors/barcode.json', root), 'utf8')) as Case[]
const official = new URL('../shared/data/gs1-vectors.json', root)

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())
}

function expected({ text, symbology, reading }: Case): Reading {
  const blank = {
    raw: text, symbology: symbology ?? null, kind: 'text', gtin: null, lot: null, serial: null, expiresOn: null,
    bestBefore: null, quantity: null, quantityUnit: null, sscc: null, elements: {}, problem: null,
  }
  return { ...blank, ...Object.fromEntries(Object.entries(reading).map(([name, value]) => [camel(name), value])) } as Reading
}

describe('shared cases', () => {
  for (const one of cases) {
    test(one.name, () => {
      expect(readCode(one.text, one.symbology ?? null, one.year)).toEqual(expected(one))
    })
  }
})

test('any text has a reading that keeps the raw text', () => {
  const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'0123456789ABab()/\\ \x1d%?=&:.-') }))
  const symbologies = fc.constantFrom(null, ']C1', ']d2', ']Q1', ']E0', ']E4', ']I1', ']C0', ']e0')
  fc.assert(fc.property(texts, symbologies, (text, symbology) => {
    const reading = readCode(text, symbology)
    expect(reading.raw).toBe(text)
    expect(reading.kind !== 'text' || reading.gtin === null).toBe(true)
  }))
})

test('any address has a reading', () => {
  fc.assert(fc.property(fc.webUrl({ withQueryParameters: true }), (address) => {
    expect(['digital_link', 'text']).toContain(readCode(address).kind)
  }))
})

test('one wrong digit is always noticed', () => {
  fc.assert(fc.property(fc.stringMatching(/^[0-9]{6,12}[1-9]$/), fc.nat(), (digits, seed) => {
    const number = digits + checkDigit(digits)
    const place = seed % number.length
    const wrong = number.slice(0, place) + ((Number(number[place]) + 1) % 10) + number.slice(place + 1)
    expect(gtin14(wrong)).toBeNull()
  }))
})

function elementsOf(bracketed: string | null): Record<string, string> {
  const found = (bracketed ?? '').matchAll(/\((\d{2,4})\)((?:[^(\\]|\\.)*)/g)
  return Object.fromEntries([...found].map(([, ai, value]) => [ai, value!.replace(/\\(.)/g, '$1')]))
}

function readingOf(vector: Vector): Reading {
  return readCode(vector.kind === 'data' ? vector.in.replaceAll('^', '\x1d') : vector.in)
}

function isEqual(vector: Vector): boolean {
  const reading = readingOf(vector)
  const sorted = (elements: object) => JSON.stringify(Object.entries(elements).sort())
  return reading.problem === null && sorted(reading.elements) === sorted(elementsOf(vector.ai))
}

function isRefused(vector: Vector): boolean {
  const reading = readingOf(vector)
  return reading.kind === 'text' || reading.problem !== null
}

function share(vectors: Vector[], holds: (vector: Vector) => boolean): number {
  return vectors.filter(holds).length / vectors.length
}

if (existsSync(official)) {
  test('the reader agrees with the official engine', () => {
    const { vectors } = JSON.parse(readFileSync(official, 'utf8')) as { vectors: Vector[] }
    const valid = vectors.filter((vector) => vector.ok)
    const malformed = vectors.filter((vector) => !vector.ok && !vector.requisites)
    const [equal, refused] = [share(valid, isEqual), share(malformed, isRefused)]
    console.info(`GS1 valid and equal: ${(equal * 100).toFixed(2)} % of ${valid.length}`)
    console.info(`GS1 malformed and refused: ${(refused * 100).toFixed(2)} % of ${malformed.length}`)
    expect(equal).toBeGreaterThanOrEqual(0.9983)
    expect(refused).toBeGreaterThanOrEqual(0.968)
  })
}
