/** Searching a frame or a photograph with one reader, pass by pass. No DOM; the reader is given. */
import { type FrameTurn, LADDER, type Pass, passesOf, regionOf } from './passes'
import {
  atMost, doubled, evened, imageOf, type Plane, planeFrom, type Point, type Region, sharpened, turned, turnedBack,
} from './plane'
import { isTrusted, keyOf, type Sighting, withoutPieces } from './sighting'

export interface Picture {
  width: number
  height: number
  data: Uint8ClampedArray<ArrayBuffer>
}

export interface Effort {
  thorough: boolean
  /** UPC-E carries so little that extra passes mostly invent it. */
  upcE: boolean
  /** Also light codes on dark ground. */
  inverted: boolean
  /** One threshold for the whole picture instead of one for each neighbourhood. */
  oneThreshold?: boolean
}

export type Reader = (picture: Picture, effort: Effort) => Promise<Sighting[]>

/** Gives the part of a frame inside a region. */
export type Cut = (region: Region) => Picture

interface FrameSearch extends FrameTurn {
  width: number
  height: number
}

export interface Found {
  sightings: Sighting[]
  /** Whether all of the frame was searched. */
  isWhole: boolean
  /** Degrees by which it was turned when something was found. */
  slant: number
}

/** What one frame shows. */
export async function readFrame(search: FrameSearch, cut: Cut, read: Reader): Promise<Found> {
  const passes = passesOf(search)
  const isWhole = passes[0]!.region === 'whole'
  for (const pass of passes) {
    const sightings = await readPass(pass, regionOf(pass, search.width, search.height), cut, read)
    if (sightings.length) return { sightings: withoutPieces(sightings), isWhole, slant: pass.degrees }
  }
  return { sightings: [], isWhole, slant: 0 }
}

async function readPass(pass: Pass, region: Region, cut: Cut, read: Reader): Promise<Sighting[]> {
  const picture = cut(region)
  const effort = { thorough: pass.thorough, upcE: pass.degrees === 0, inverted: pass.thorough && !pass.degrees }
  const upright = pass.degrees === 0
  const found = await (upright ? read(picture, effort) : readTurned(planeFrom(picture), pass.degrees, effort, read))
  return found.map((sighting) => mapped(sighting, ({ x, y }) => ({ x: x + region.x, y: y + region.y })))
}

async function readTurned(plane: Plane, degrees: number, effort: Effort, read: Reader): Promise<Sighting[]> {
  if (degrees === 0) return read(imageOf(plane), effort)
  const found = await read(imageOf(turned(plane, degrees)), effort)
  return found.map((sighting) => mapped(sighting, (point) => turnedBack(point, plane, degrees)))
}

/** Points: the longest side at which a photograph is turned and sharpened. */
const LONGEST = 1600

/** Points: the longest side that is still worth doubling. */
const SMALL = 1300

/** Looks that must agree on a code of a kind that may be misread. Sharpening invents edges: such a look counts half. */
const AGREEMENT = 1.5
const PLAIN_LOOK = 1
const SHARP_LOOK = 0.5

interface Attempt {
  change: (plane: Plane) => Plane
  degrees: number
  weight: number
  oneThreshold?: boolean
}

/**
 * What a photograph shows. The first pass that finds anything believable ends the search: upright, in even light,
 * turned, doubled, sharpened. What only extra passes see of a kind that may be misread needs looks that agree.
 */
export async function readPhoto(picture: Picture, read: Reader): Promise<Sighting[]> {
  const upright = withoutPieces(await read(picture, { thorough: true, upcE: true, inverted: true }))
  const sure = upright.filter((sighting) => sighting.format !== 'UPCE')
  if (sure.length) return sure
  const weights = new Map(upright.map((sighting) => [keyOf(sighting), PLAIN_LOOK]))
  const plane = atMost(planeFrom(picture), LONGEST)
  for (const attempt of attemptsFor(plane)) {
    const found = await readAttempt(plane, attempt, upright.length > 0, read)
    for (const one of found) weights.set(keyOf(one), (weights.get(keyOf(one)) ?? 0) + attempt.weight)
    const believed = found.filter((one) => isTrusted(one) || weights.get(keyOf(one))! >= AGREEMENT)
    if (believed.length) return withoutPieces(believed.map((one) => scaled(one, picture.width / plane.width)))
  }
  return []
}

/** The extra passes, the cheapest and most fruitful first. */
function attemptsFor(plane: Plane): Attempt[] {
  const same = (one: Plane) => one
  const plain = (change: (one: Plane) => Plane, degrees = 0): Attempt => ({ change, degrees, weight: PLAIN_LOOK })
  const attempts = [
    { ...plain(same), oneThreshold: true },
    plain((one) => evened(one, 20)),
    plain((one) => evened(one, 40)),
    ...LADDER.map((degrees) => plain(same, degrees)),
  ]
  return Math.max(plane.width, plane.height) > SMALL ? attempts : [...attempts, ...doubledAttempts(plain)]
}

function doubledAttempts(plain: (change: (one: Plane) => Plane, degrees?: number) => Attempt): Attempt[] {
  const sharp = (radius: number, amount: number, degrees = 0): Attempt => {
    return { change: (one) => sharpened(doubled(one), radius, amount), degrees, weight: SHARP_LOOK }
  }
  return [
    ...[0, 4, -4, 37, -37].map((degrees) => plain(doubled, degrees)),
    plain((one) => evened(doubled(one), 40)),
    sharp(5, 1), sharp(5, 2), sharp(3, 2), sharp(3, 2, 4), sharp(3, 2, -4), sharp(3, 2, 37), sharp(3, 2, -37),
  ]
}

async function readAttempt(plane: Plane, attempt: Attempt, upcE: boolean, read: Reader): Promise<Sighting[]> {
  const effort = { thorough: true, upcE, inverted: false, oneThreshold: attempt.oneThreshold ?? false }
  const changed = attempt.change(plane)
  const found = await readTurned(changed, attempt.degrees, effort, read)
  return found.map((one) => scaled(one, plane.width / changed.width))
}

function scaled(sighting: Sighting, factor: number): Sighting {
  return mapped(sighting, ({ x, y }) => ({ x: x * factor, y: y * factor }))
}

function mapped(sighting: Sighting, move: (point: Point) => Point): Sighting {
  const [a, b, c, d] = sighting.corners
  return { ...sighting, corners: [move(a), move(b), move(c), move(d)] }
}
