// Scanners that type: separators, bursts, pace; and what a refused camera means.
import { describe, expect, test } from 'vitest'
import { stateOf } from '../src/scan/camera'
import { isAmong } from '../src/scan/describe'
import { Burst, characterOf, isScannerPace, isSeparator, type Key } from '../src/scan/wedge'
import { readCode } from '../src/sync/barcode'

const key = (name: string, timeStamp = 0, held: Partial<Key> = {}): Key => ({
  key: name, timeStamp, ctrlKey: false, altKey: false, metaKey: false, ...held,
})

function type(burst: Burst, text: string, apart: number, start = 0): (string | null)[] {
  return [...text, 'Enter'].map((name, place) => burst.press(key(name, start + place * apart)).code)
}

describe('keys', () => {
  test('Ctrl+] is the separator, as is the control character itself', () => {
    expect(isSeparator(key(']', 0, { ctrlKey: true }))).toBe(true)
    expect(isSeparator(key('\x1d'))).toBe(true)
    expect(isSeparator(key(']'))).toBe(false)
  })

  test('a character written with AltGr is a character, a command is none', () => {
    expect(characterOf(key('@', 0, { ctrlKey: true, altKey: true }))).toBe('@')
    expect(characterOf(key('a', 0, { ctrlKey: true }))).toBeNull()
    expect(characterOf(key('F4', 0, { altKey: true }))).toBeNull()
    expect(characterOf(key('Shift'))).toBeNull()
  })
})

describe('bursts', () => {
  test('a scan at a scanner pace is one code', () => {
    expect(type(new Burst(), '9521234543213', 8).at(-1)).toBe('9521234543213')
  })

  test('the separator inside a scan is kept', () => {
    const burst = new Burst()
    for (const [place, one] of [...'10AB'].entries()) burst.press(key(one, place))
    burst.press(key(']', 5, { ctrlKey: true }))
    for (const [place, one] of [...'21C'].entries()) burst.press(key(one, 6 + place))
    expect(burst.press(key('Enter', 10)).code).toBe('10AB\x1d21C')
  })

  test('a person who types gives no code, and no key is taken from him', () => {
    const burst = new Burst()
    const answers = [...'9521', 'Enter'].map((name, place) => burst.press(key(name, place * 130)))
    expect(answers.every(({ swallow, code }) => !swallow && code === null)).toBe(true)
  })

  test('twenty scans without a pause are twenty codes', () => {
    const burst = new Burst()
    const codes = Array.from({ length: 20 }, (_, scan) => type(burst, `CODE-${scan}`, 4, scan * 100).at(-1))
    expect(codes).toEqual(Array.from({ length: 20 }, (_, scan) => `CODE-${scan}`))
  })

  test('the Enter that ends a scan presses no button', () => {
    const burst = new Burst()
    for (const [place, one] of [...'12345'].entries()) burst.press(key(one, place * 10))
    expect(burst.press(key('Enter', 50))).toEqual({ swallow: true, code: '12345' })
    expect(burst.press(key('Enter', 60)).swallow).toBe(false)
  })

  test('pace tells a scanner from a person', () => {
    expect(isScannerPace(13, 120)).toBe(true)
    expect(isScannerPace(13, 2600)).toBe(false)
    expect(isScannerPace(1, 0)).toBe(false)
  })
})

test('an expected code is known as text, as item number and as pallet', () => {
  expect(isAmong(readCode('9521234543213', ']E0'), ['9521234543213'])).toBe(true)
  expect(isAmong(readCode('010952123454321310L7', ']C1'), ['9521234543213'])).toBe(true)
  expect(isAmong(readCode('00395212345000000019', ']C1'), ['395212345000000019'])).toBe(true)
  expect(isAmong(readCode('BIN-A-01'), ['BIN-A-01'])).toBe(true)
  expect(isAmong(readCode('BIN-A-02'), ['BIN-A-01'])).toBe(false)
})

test.each([
  ['NotAllowedError', 'denied'], ['SecurityError', 'denied'], ['NotFoundError', 'missing'],
  ['OverconstrainedError', 'missing'], ['NotReadableError', 'busy'], ['AbortError', 'busy'],
])('%s means %s', (name, state) => {
  expect(stateOf(name)).toBe(state)
})
