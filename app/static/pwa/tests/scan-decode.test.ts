// The passes over a frame and a photograph, with a reader that is told what to see.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type Effort, type Picture, readFrame, readPhoto } from '../src/scan/decode'
import { LADDER, passesOf, regionOf, SILENCE_MS } from '../src/scan/passes'
import { atMost, cropped, doubled, evened, imageOf, type Plane, planeFrom, sharpened, turned, turnedBack } from '../src/scan/plane'
import { keyOf, type Sighting } from '../src/scan/sighting'
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

  test('a cut keeps its place', () => {
    expect(cropped(plane(9, 9, (x, y) => x * 10 + y), { x: 2, y: 3, width: 2, height: 2 }).grey).toEqual(Uint8ClampedArray.of(23, 33, 24, 34))
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
    expect([0, 1, 2, 3].map((frame) => passesOf(frame, 0)[0])).toEqual([
      { region: 'whole', thorough: true, degrees: 0 },
      { region: 'centre', thorough: false, degrees: 0 },
      { region: 'centre', thorough: false, degrees: 0 },
      { region: 'whole', thorough: true, degrees: 0 },
    ])
  })

  test('after silence each frame climbs one rung of the ladder', () => {
    expect(passesOf(1, SILENCE_MS)).toHaveLength(1)
    const angles = [0, 1, 2, 3, 4].map((frame) => passesOf(frame, SILENCE_MS + 1)[1]?.degrees)
    expect(angles).toEqual([...LADDER])
  })

  test.each([[1280, 720], [720, 1280], [640, 480]])('the centre of %d by %d lies inside', (width, height) => {
    const { x, y, width: wide, height: high } = regionOf({ region: 'centre', thorough: false, degrees: 0 }, width, height)
    expect(x + wide).toBeLessThanOrEqual(width)
    expect(y + high).toBeLessThanOrEqual(height)
    expect([x * 2 + wide, y * 2 + high]).toEqual([width, height])
  })

  test('what the centre shows is told in points of the whole frame', async () => {
    const found = await readFrame({ width: 1280, height: 720, frame: 1, silence: 0 }, blank, async () => [at(10, 20)])
    expect(found.isWhole).toBe(false)
    expect(found.sightings[0]!.corners[0]).toEqual({ x: 138, y: 164 })
  })
})

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
