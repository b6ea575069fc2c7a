// Draws barcodes for the browser tests: [{text, format, options}] as JSON on standard input, PNGs as base64 on standard output.
import { readFileSync } from 'node:fs'
import { prepareZXingModule, writeBarcode } from 'zxing-wasm/writer'

const wasm = readFileSync(new URL('../../node_modules/zxing-wasm/dist/writer/zxing_writer.wasm', import.meta.url))
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.length) } })

const pictures = []
for (const { text, format, options = '', scale = 6 } of JSON.parse(readFileSync(0, 'utf8'))) {
  const { image, error } = await writeBarcode(text, { format, options, scale, addQuietZones: true })
  if (!image) throw new Error(`${format} ${text}: ${error}`)
  pictures.push(Buffer.from(await image.arrayBuffer()).toString('base64'))
}
process.stdout.write(JSON.stringify(pictures))
