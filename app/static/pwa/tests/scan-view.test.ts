// What the camera's sightings lead to: agreement over frames, the duplicate window, the choice among several codes.
import { describe, expect, test } from 'vitest'
import { Agreement } from '../src/scan/agreement'
import { ABSENCE_MS, DuplicateWindow } from '../src/scan/duplicates'
import { isTrusted, type Sighting, withoutPieces } from '../src/scan/sighting'
import { type Decision, View } from '../src/scan/view'

const corners = [{ x: 0, y: 0 }, { x: 9, y: 0 }, { x: 9, y: 9 }, { x: 0, y: 9 }] as const
const seen = (text: string, symbology: string, format = ''): Sighting => ({ text, symbology, format, corners })
const ean = seen('9521234543213', ']E0', 'EAN13')
const other = seen('9521234500018', ']E0', 'EAN13')
const qr = seen('https://id.gs1.org/01/09521234543213', ']Q1', 'QRCode')
const label = seen('0109521234543213', ']d2', 'DataMatrix')

describe('agreement over frames', () => {
  test('an EAN is believed at the second equal look', () => {
    const agreement = new Agreement()
    expect(agreement.believed([ean], 0)).toEqual([])
    expect(agreement.believed([other], 40)).toEqual([])
    expect(agreement.believed([ean], 80)).toEqual([ean])
    expect(agreement.believed([ean], 120)).toEqual([ean])
  })

  test('a second look that comes too late is a first one', () => {
    const agreement = new Agreement()
    agreement.believed([ean], 0)
    expect(agreement.believed([ean], 2000)).toEqual([])
  })

  test.each([']C0', ']C1', ']d2', ']Q3', ']e0', ']z0', ']L0', ']G0'])('%s is believed at once', (symbology) => {
    expect(isTrusted(seen('1', symbology))).toBe(true)
  })

  test.each([']E0', ']E4', ']I1', ']A0', ']F0'])('%s needs a second look', (symbology) => {
    expect(isTrusted(seen('1', symbology))).toBe(false)
  })
})

describe('the duplicate window', () => {
  const none = new Set<string>()
  const held = () => {
    const window = new DuplicateWindow()
    window.hold('a', 0)
    return window
  }

  test('a code that stays in view counts once', () => {
    const window = held()
    for (let at = 100; at < 9000; at += 100) window.look(new Set(['a']), true, at)
    expect(window.holds('a')).toBe(true)
  })

  test('a code that was away long enough counts again', () => {
    const window = held()
    window.look(none, true, 500)
    window.look(none, true, ABSENCE_MS - 1)
    expect(window.holds('a')).toBe(true)
    window.look(none, true, ABSENCE_MS)
    expect(window.holds('a')).toBe(false)
  })

  test('a code seen again in time is away from then on only', () => {
    const window = held()
    for (const at of [500, 1000]) window.look(none, true, at)
    window.look(new Set(['a']), false, 1100)
    for (const at of [1200, 1300, 2299]) window.look(none, true, at)
    expect(window.holds('a')).toBe(true)
  })

  test('looks at the centre alone prove nothing, and one look at the whole picture too little', () => {
    const window = held()
    for (let at = 0; at < 9000; at += 100) window.look(none, false, at)
    window.look(none, true, 9000)
    expect(window.holds('a')).toBe(true)
    window.look(none, true, 9300)
    expect(window.holds('a')).toBe(false)
  })
})

describe('pieces', () => {
  test('the middle of a longer ITF is left out', () => {
    const long = seen('2167361334', ']I0')
    expect(withoutPieces([seen('21334', ']I0'), seen('736133', ']I0'), long])).toEqual([seen('21334', ']I0'), long])
  })

  test('the same code twice is one code', () => {
    expect(withoutPieces([qr, { ...qr }])).toEqual([qr])
  })
})

/** Frames 40 ms apart; every third one searches the whole picture. */
function run(view: View, frames: Sighting[][], expected: Sighting[] = [], start = 0): Decision[] {
  return frames.map((sightings, frame) => {
    const look = { sightings, isWhole: frame % 3 === 0, at: start + frame * 40 }
    return view.decide(look, (sighting) => expected.some(({ text }) => text === sighting.text))
  })
}

function readTexts(decisions: Decision[]): string[] {
  return decisions.flatMap((decision) => (decision.kind === 'read' ? [decision.sighting.text] : []))
}

describe('the view', () => {
  test('one code is read once and then held', () => {
    const decisions = run(new View(), Array.from({ length: 30 }, () => [ean]))
    expect(readTexts(decisions)).toEqual([ean.text])
    expect(decisions.at(-1)?.kind).toBe('held')
  })

  test('a code seen in one frame only is not read', () => {
    expect(readTexts(run(new View(), [[ean], [], [], [], [], []]))).toEqual([])
  })

  test('a misread between two good looks is not read', () => {
    expect(readTexts(run(new View(), [[ean], [other], [ean], [ean], [ean], [ean], [ean], [ean], [ean], [ean], [ean], [ean]])))
      .toEqual([ean.text])
  })

  test('nothing is read before the whole picture was searched for a neighbour', () => {
    const decisions = run(new View(), [[], [label], [label], [label, qr], [label, qr]])
    expect(decisions.map(({ kind }) => kind)).toEqual(['nothing', 'nothing', 'nothing', 'choose', 'choose'])
  })

  test('of several codes the expected one is taken unasked and at once', () => {
    expect(readTexts(run(new View(), [[label, qr]], [qr]))).toEqual([qr.text])
  })

  test('two expected codes are a choice between these two', () => {
    const [decision] = run(new View(), [[label, qr, seen('x', ']Q0')]], [qr, label])
    expect(decision).toEqual({ kind: 'choose', sightings: [label, qr] })
  })

  test('after a choice nothing is asked or read while the same codes stay', () => {
    const view = new View()
    run(view, [[label, qr]])
    view.settle(40)
    expect(new Set(run(view, Array.from({ length: 9 }, () => [label, qr]), [], 80).map(({ kind }) => kind))).toEqual(new Set(['held']))
  })

  test('a new code beside a held one is read', () => {
    const view = new View()
    run(view, [[label], [label], [label]])
    expect(readTexts(run(view, [[label, qr], [label, qr]], [], 200))).toEqual([qr.text])
  })

  test('the same code is read again after it left the view', () => {
    const view = new View()
    const away = Array.from({ length: 40 }, () => [])
    expect(readTexts(run(view, [[label], [label], ...away, [label], [label], [label]]))).toEqual([label.text, label.text])
  })

  test('the same code is read again after a tap', () => {
    const view = new View()
    run(view, [[label], [label]])
    view.again()
    expect(readTexts(run(view, [[label]], [], 200))).toEqual([label.text])
  })

  test('a neighbour that never becomes certain does not hold up the scan for ever', () => {
    const frames = Array.from({ length: 16 }, (_, frame) => [label, seen(`99999${frame}`, ']I0')])
    expect(readTexts(run(new View(), frames))).toEqual([label.text])
  })
})
