/** One code as the decoder saw it in one picture, and how far its kind may be trusted. */
import type { Point } from './plane'

export interface Sighting {
  text: string
  /** ISO/IEC 15424 identifier such as "]C1". */
  symbology: string
  /** The decoder's name of the format, such as "EAN13": UPC-E shares its identifier with EAN-13. */
  format: string
  /** The code's outline in points of the whole picture, clockwise from its own top left. */
  corners: readonly [Point, Point, Point, Point]
}

/** Checked well enough by themselves: 2D codes, Code 128, Code 93 and GS1 DataBar. The others sometimes lie. */
const TRUSTED = /^\](?:[CGQdzLUe])/

/** What two sightings of the same code have in common. */
export function keyOf(sighting: Sighting): string {
  return sighting.symbology + sighting.text
}

/** Whether one look is enough to believe a code; the rest need two equal looks. */
export function isTrusted(sighting: Sighting): boolean {
  return TRUSTED.test(sighting.symbology)
}

/** Without the pieces of a longer code of the same kind, such as the middle of an ITF, and without doublets. */
export function withoutPieces(sightings: readonly Sighting[]): Sighting[] {
  const isPiece = (one: Sighting, place: number) =>
    sightings.some((other, otherPlace) => {
      if (other.symbology !== one.symbology || other === one) return false
      return other.text === one.text ? otherPlace < place : !isTrusted(one) && other.text.includes(one.text)
    })
  return sightings.filter((one, place) => !isPiece(one, place))
}

/** The middle of the outline. */
export function middleOf({ corners }: Sighting): Point {
  return {
    x: corners.reduce((sum, corner) => sum + corner.x, 0) / 4,
    y: corners.reduce((sum, corner) => sum + corner.y, 0) / 4,
  }
}
