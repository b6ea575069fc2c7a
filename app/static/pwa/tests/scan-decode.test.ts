// The passes over a frame and a photograph, with a reader that is told what to see.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Effort, type Picture, readFrame, readPhoto } from '../src/scan/decode'
import { LADDER, passesOf, regionOf, SILENCE_MS } from '../src/scan/passes'
import { Agreement } from '../src/scan/agreement'
import { atMost, doubled, evened, imageOf, type Plane, planeFrom, sharpened, turned, turnedBack } from '../src/scan/plane'
import { keyOf, type Sighting } from '../src/scan/sighting'
import { Turns } from '../src/scan/turns'
import { openReader } from '../src/scan/zxing'

const plane = (width: number, height: number, shade: (x: number, y: number) => number): Plane => ({
  width, height, grey: Uint8ClampedArray.from({ length: width * height }, (_, place) => shade(place % width, Math.floor(place / width))),
})

describe('pictures', () => {
  test('grey survives the way to the decoder and back', () => {
    const before = plane(5, 3, (x, y) => x * 40 + y)
    const after = planeFrom(imageOf(before))
    expect([...after.grey].every((shade, place) => Math.abs(shade - before.grey[place]!) <= 1)).toBe(true)
  })

  test.each([15, -30, 45, 90])('turned by %d degrees, a spot is found where it came from', (degrees) => {
    const before = plane(60, 40, (x, y) => (Math.abs(x - 40) <= 1 && Math.abs(y - 12) <= 1 ? 0 : 255))
    const after = turned(before, degrees)
    const place = after.grey.indexOf(Math.min(...after.grey) as never)
    const spot = turnedBack({ x: place % after.width, y: Math.floor(place / after.width) }, before, degrees)
    expect(Math.hypot(spot.x - 40, spot.y - 12)).toBeLessThan(3)
  })

  test('doubling keeps the shades and averaging the mean', () => {
    const before = plane(20, 10, (x) => (x < 10 ? 50 : 200))
    expect(doubled(before)).toMatchObject({ width: 40, height: 20 })
    expect(doubled(before).grey[5 * 40 + 3]).toBe(50)
    expect(atMost(before, 10)).toMatchObject({ width: 10, height: 5 })
    expect(atMost(before, 10).grey[9]).toBe(200)
    expect(atMost(before, 20)).toBe(before)
  })

  test('sharpening raises an edge and leaves a flat ground', () => {
    const sharp = sharpened(plane(20, 5, (x) => (x < 10 ? 100 : 150)), 2, 1)
    expect(sharp.grey[2 * 20 + 9]).toBeLessThan(100)
    expect(sharp.grey[2 * 20 + 10]).toBeGreaterThan(150)
    expect(sharp.grey[2 * 20 + 3]).toBe(100)
  })

  test('evening takes a shadow out', () => {
    const shaded = plane(200, 9, (x) => (x % 4 < 2 ? 20 : 60) + (x < 100 ? 0 : 120))
    const light = evened(shaded, 8)
    expect(Math.abs(light.grey[4 * 200 + 40]! - light.grey[4 * 200 + 160]!)).toBeLessThan(8)
  })
})

describe('the loop', () => {
  test('two frames of three look at the centre quickly, the third at everything thoroughly', () => {
    expect([0, 1, 2, 3].map((frame) => passesOf({ frame, silence: 0, slant: 0 })[0])).toEqual([
      { region: 'whole', thorough: true, degrees: 0 },
      { region: 'centre', thorough: false, degrees: 0 },
      { region: 'centre', thorough: false, degrees: 0 },
      { region: 'whole', thorough: true, degrees: 0 },
    ])
  })

  test('after silence each frame climbs one rung of the ladder', () => {
    expect(passesOf({ frame: 1, silence: SILENCE_MS, slant: 0 })).toHaveLength(1)
    const angles = [0, 1, 2, 3, 4].map((frame) => passesOf({ frame, silence: SILENCE_MS + 1, slant: 0 })[1]?.degrees)
    expect(angles).toEqual([...LADDER])
  })

  test('a label found at a slant is looked for at that slant in the next frames, upright first', () => {
    const angles = [0, 1, 2].map((frame) => passesOf({ frame, silence: 200, slant: -30 }).map(({ degrees }) => degrees))
    expect(angles).toEqual([[0, -30], [0, -30], [0, -30]])
  })

  test.each([60, 400, 800])('a label that one rung reads is believed on a phone that needs %d ms a frame', (frameMs) => {
    for (let first = 0; first < 15; first += 1) expect(believedAfter(frameMs, first)).toBeLessThanOrEqual(6 * Math.max(frameMs, 150) + SILENCE_MS)
  })

  test('a slant that shows nothing more is given up for the ladder', () => {
    const turns = new Turns(0)
    turns.took(100, true, 30)
    for (const at of [200, 100 + SILENCE_MS + 1]) turns.took(at, false, 0)
    expect(turns.next(800)).toMatchObject({ silence: 700, slant: 0 })
  })

  test('at which slant a code was found is told', async () => {
    const search = { width: 1280, height: 720, frame: 2, silence: SILENCE_MS + 1, slant: 0 }
    const upright = await readFrame(search, blank, async () => [at(10, 20)])
    let looks = 0
    const slanted = await readFrame(search, blank, async () => ((looks += 1) > 1 ? [at(10, 20)] : []))
    expect([upright.slant, slanted.slant]).toEqual([0, LADDER[2]])
  })

  test.each([[1280, 720], [720, 1280], [640, 480]])('the centre of %d by %d lies inside', (width, height) => {
    const { x, y, width: wide, height: high } = regionOf({ region: 'centre', thorough: false, degrees: 0 }, width, height)
    expect(x + wide).toBeLessThanOrEqual(width)
    expect(y + high).toBeLessThanOrEqual(height)
    expect([x * 2 + wide, y * 2 + high]).toEqual([width, height])
  })

  test('what the centre shows is told in points of the whole frame', async () => {
    const found = await readFrame({ width: 1280, height: 720, frame: 1, silence: 0, slant: 0 }, blank, async () => [at(10, 20)])
    expect(found.isWhole).toBe(false)
    expect(found.sightings[0]!.corners[0]).toEqual({ x: 138, y: 164 })
  })
})

/** Milliseconds until a code is believed that is read at -30 degrees alone; the loop begins at its n-th frame. */
function believedAfter(frameMs: number, first: number): number {
  const [turns, agreement] = [new Turns(0), new Agreement()]
  for (let skipped = 0; skipped < first; skipped += 1) turns.next(0)
  for (let now = 0; now < 20_000; now += frameMs) {
    const found = passesOf(turns.next(now)).some(({ degrees }) => degrees === -30)
    turns.took(now, found, found ? -30 : 0)
    if (found && agreement.believed([at(0, 0, '95212340', ']E4')], now).length) return now
  }
  return Infinity
}

const at = (x: number, y: number, text = '1', symbology = ']C0'): Sighting => {
  const corner = { x, y }
  return { text, symbology, format: 'Code128', corners: [corner, corner, corner, corner] }
}
const blank = ({ width, height }: { width: number; height: number }): Picture => ({ width, height, data: new Uint8ClampedArray(width * height * 4) })

describe('a photograph', () => {
  const photo = blank({ width: 300, height: 200 })
  const telling = (answers: Sighting[][]) => {
    const efforts: Effort[] = []
    const read = async (_: Picture, effort: Effort) => {
      efforts.push(effort)
      return answers[efforts.length - 1] ?? []
    }
    return { efforts, read }
  }

  test('what the upright pass sees is taken at once', async () => {
    const { efforts, read } = telling([[at(1, 2, '9521234543213', ']E0')]])
    expect(await readPhoto(photo, read)).toHaveLength(1)
    expect(efforts).toHaveLength(1)
  })

  test('an EAN that one extra pass sees is not believed', async () => {
    const { read } = telling([[], [at(1, 2, '9521234543213', ']E0')]])
    expect(await readPhoto(photo, read)).toEqual([])
  })

  test('an EAN that two extra passes see is believed', async () => {
    const ean = at(1, 2, '9521234543213', ']E0')
    expect((await readPhoto(photo, telling([[], [ean], [], [ean]]).read)).map(keyOf)).toEqual([keyOf(ean)])
  })

  test('two sharpened looks are not enough', async () => {
    const ean = at(1, 2, '9521234543213', ']E0')
    const passes = Array.from({ length: 22 }, (_, pass): Sighting[] => (pass >= 17 && pass <= 18 ? [ean] : []))
    expect(await readPhoto(photo, telling(passes).read)).toEqual([])
  })

  test('a UPC-E needs agreement even upright, and is looked for no further where none was seen', async () => {
    const upcE = { ...at(1, 2, '0042100005264', ']E0'), format: 'UPCE' }
    const { efforts, read } = telling([[upcE]])
    expect(await readPhoto(photo, read)).toEqual([])
    expect(efforts[1]!.upcE).toBe(true)
    const without = telling([])
    await readPhoto(photo, without.read)
    expect(without.efforts.slice(1).some((effort) => effort.upcE)).toBe(false)
  })

  test('what a doubled picture shows is told in points of the photograph', async () => {
    const passes = Array.from({ length: 9 }, (): Sighting[] => [])
    const found = await readPhoto(photo, telling([...passes, [at(100, 60)]]).read)
    expect(found[0]!.corners[0]).toEqual({ x: 50, y: 30 })
  })
})

describe('the decoder', () => {
  const bytes = readFileSync(new URL('../node_modules/zxing-wasm/dist/reader/zxing_reader.wasm', import.meta.url))

  test('finds nothing in an empty picture', async () => {
    const read = await openReader(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer)
    expect(await readPhoto(blank({ width: 200, height: 100 }), read)).toEqual([])
  })
})
