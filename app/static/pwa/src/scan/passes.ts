/** The scan loop's plan: which part of a frame is searched, how thoroughly and at which angle. */
import type { Region } from './plane'

export interface Pass {
  region: 'centre' | 'whole'
  thorough: boolean
  /** Degrees by which the region is turned first. */
  degrees: number
}

/** Milliseconds without any code after which slanted codes are looked for too. */
export const SILENCE_MS = 600

/** Degrees: the rungs of the ladder for slanted codes. The decoder finds quarter turns and small slants by itself. */
export const LADDER = [15, -15, 30, -30, 45] as const

const WHOLE_EVERY = 3

/** One frame of the camera among those before it. */
export interface FrameTurn {
  /** Its number. */
  frame: number
  /** Milliseconds without any code. */
  silence: number
  /** Degrees at which the last code was found: a label is still held so, and its second look must not wait. */
  slant: number
}

/** The passes of a frame, to be tried until one finds something. */
export function passesOf({ frame, silence, slant }: FrameTurn): Pass[] {
  const passes: Pass[] = [{ region: 'centre', thorough: false, degrees: 0 }]
  if (frame % WHOLE_EVERY === 0) passes[0] = { region: 'whole', thorough: true, degrees: 0 }
  const degrees = slant || (silence > SILENCE_MS ? LADDER[frame % LADDER.length]! : 0)
  if (degrees) passes.push({ region: 'centre', thorough: true, degrees })
  return passes
}

/** Where a pass looks: the centre is where people aim, and wide enough for a long label. */
export function regionOf(pass: Pass, width: number, height: number): Region {
  if (pass.region === 'whole') return { x: 0, y: 0, width, height }
  const size = pass.degrees ? [0.7, 0.8] : [0.8, 0.6]
  const [regionWidth, regionHeight] = [Math.round(width * size[0]!), Math.round(height * size[1]!)]
  return {
    x: Math.round((width - regionWidth) / 2),
    y: Math.round((height - regionHeight) / 2),
    width: regionWidth,
    height: regionHeight,
  }
}
