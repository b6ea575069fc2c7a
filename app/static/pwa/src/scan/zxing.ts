/** The decoder library behind our own word for it. Its wasm comes from where the caller says, never from elsewhere. */
import { prepareZXingModule, type ReadResult, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader'
import type { Effort, Picture, Reader } from './decode'
import type { Sighting } from './sighting'

type Formats = NonNullable<ReaderOptions['formats']>

const FORMATS: Formats = [
  'QRCode', 'MicroQRCode', 'RMQRCode', 'DataMatrix', 'Aztec', 'PDF417', 'EAN13', 'EAN8', 'UPCA', 'Code128', 'Code39',
  'Code93', 'ITF', 'Codabar', 'DataBar',
]

/** More codes than this in one view are of no use to anyone who must choose. */
const MOST_CODES = 8

/** Makes the decoder ready with its wasm, given as an address or (in tests) as its bytes. */
export async function openReader(wasm: string | ArrayBuffer): Promise<Reader> {
  const overrides = typeof wasm === 'string' ? { locateFile: () => wasm } : { wasmBinary: wasm }
  await prepareZXingModule({ overrides, fireImmediately: true })
  return read
}

async function read(picture: Picture, effort: Effort): Promise<Sighting[]> {
  const found = await readBarcodes(picture as ImageData, optionsFor(effort))
  return found.filter((result) => result.isValid && result.text).map(sightingOf)
}

function optionsFor({ thorough, upcE, inverted, oneThreshold }: Effort): ReaderOptions {
  return {
    formats: upcE ? [...FORMATS, 'UPCE'] : FORMATS,
    tryHarder: thorough,
    tryRotate: thorough,
    tryInvert: inverted,
    tryDownscale: thorough,
    binarizer: oneThreshold ? 'GlobalHistogram' : 'LocalAverage',
    minLineCount: 2,
    maxNumberOfSymbols: MOST_CODES,
    textMode: 'Plain',
  }
}

function sightingOf({ text, symbologyIdentifier, format, position }: ReadResult): Sighting {
  const { topLeft, topRight, bottomRight, bottomLeft } = position
  return { text, symbology: symbologyIdentifier, format, corners: [topLeft, topRight, bottomRight, bottomLeft] }
}
