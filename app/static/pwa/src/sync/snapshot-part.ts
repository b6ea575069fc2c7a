/** A part of a snapshot as it came: packed, or unpacked by the browser on the way. */
import type { Entity, Row } from './protocol'

const GZIP = [0x1f, 0x8b]

export interface Part {
  entity: Entity
  rows: Row[]
}

/** The text of a part, which is a `Part` as JSON. */
export async function unpacked(bytes: Uint8Array): Promise<string> {
  if (!GZIP.every((sign, place) => bytes[place] === sign)) return new TextDecoder().decode(bytes)
  const stream = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream('gzip'))
  return new Response(stream).text()
}
