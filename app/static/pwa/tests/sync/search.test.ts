import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fold, search, searchLine, searchText, wordsOf } from '../../src/sync/search'

const things: [number, string, string[], string[]][] = [
  [1, 'TEA-01', ['Green tea, loose', 'Tea'], ['04006381333931']],
  [2, 'TEA-02', ['Black tea Assam', 'Tea'], ['00012345678905']],
  [3, 'CUP-7', ['Teacup, Green glaze', 'Crockery'], []],
  [4, 'X-TEA', ['Steamer', 'Kitchen'], []],
  [5, 'CR-1', ['Crème brûlée ramekin', 'Crockery'], []],
  [6, '4006', ['Straße sign', 'Signs'], []],
]
const lines = things.map(([id, code, words, barcodes]): [number, string] => [id, searchLine(code, words, barcodes)])
const base = searchText(lines)
const none = new Map<number, string | null>()
const found = (typed: string, limit = 10) => search(base, none, typed, limit)

describe('search', () => {
  test('the words may come in any order', () => {
    expect(found('tea green')).toEqual([1, 3])
    expect(found('green tea')).toEqual([1, 3])
  })

  test('accents and case do not matter, neither typed nor stored', () => {
    expect(found('creme BRULEE')).toEqual([5])
    expect(found('crème')).toEqual([5])
    expect(found('strasse')).toEqual([6])
  })

  test('a whole code comes first, then a whole barcode, then beginnings, then what stands inside', () => {
    expect(found('tea-02')[0]).toBe(2)
    expect(found('4006')).toEqual([6, 1])
    expect(found('4006381333931')).toEqual([1])
    expect(found('tea')).toEqual([2, 1, 3, 4])
  })

  test('a GTIN is found with and without its leading zeros', () => {
    expect(found('00012345678905')).toEqual([2])
    expect(found('12345678905')).toEqual([2])
  })

  test('no more than was asked for, and nothing for nothing', () => {
    expect(found('e', 2)).toHaveLength(2)
    expect(found('   ')).toEqual([])
    expect(found('zebra')).toEqual([])
  })

  test('changed lines count, the old ones do not', () => {
    const changed = new Map<number, string | null>([
      [1, searchLine('TEA-01', ['Red tea'], [])],
      [2, null],
      [9, searchLine('NEW', ['Assam'], [])],
    ])
    expect(search(base, changed, 'green', 10)).toEqual([3])
    expect(search(base, changed, 'assam', 10)).toEqual([9])
    expect(search(base, changed, 'red', 10)).toEqual([1])
  })

  test('exactly the lines that hold every word are found, whatever is typed', () => {
    const letter = fc.constantFrom('a', 'b', 'é', '-', '0')
    const word = fc.string({ unit: letter, minLength: 1, maxLength: 3 })
    const name = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '))
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 30 }), fc.array(word, { minLength: 1, maxLength: 3 }), (names, typed) => {
        const all = names.map((each, id): [number, string] => [id, searchLine(`c${id}`, [each], [])])
        const expected = all.filter(([, line]) => wordsOf(typed.join(' ')).every((part) => line.includes(part))).map(([id]) => id)
        const answer = search(searchText(all), none, typed.join(' '), 100)
        expect([...answer].sort((first, second) => first - second)).toEqual(expected)
      }),
    )
  })

  test('folding twice is folding once', () => {
    const property = fc.property(fc.string({ unit: 'grapheme' }), (text) => fold(fold(text)) === fold(text))
    fc.assert(property)
  })
})
