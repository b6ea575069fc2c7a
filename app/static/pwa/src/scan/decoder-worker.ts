/** The decoder's own thread: takes frames and photographs, answers with what they show. */
/// <reference lib="webworker" />
import wasmAddress from 'zxing-wasm/reader/zxing_reader.wasm?url'
import { type Cut, type Picture, readFrame, readPhoto, type Reader } from './decode'
import type { Answer, Question } from './decoder'
import { openReader } from './zxing'

declare const self: DedicatedWorkerGlobalScope

/** Points: the longest side at which a photograph is searched. */
const LONGEST_PHOTO = 3200

let reader: Promise<Reader> | null = null
let canvas: OffscreenCanvas | null = null

self.addEventListener('message', (event: MessageEvent<Question>) => void answer(event.data))

async function answer(question: Question): Promise<void> {
  let reply: Answer
  try {
    reply = { id: question.id, ...(await search(question)) }
  } catch (error) {
    reader = null
    reply = { id: question.id, sightings: [], isWhole: false, slant: 0, problem: String(error) }
  }
  self.postMessage(reply)
}

async function search(question: Question): Promise<Omit<Answer, 'id'>> {
  reader ??= openReader(wasmAddress)
  const read = await reader
  if (question.kind === 'warm') return { sightings: [], isWhole: false, slant: 0 }
  const { image } = question
  try {
    if (question.kind === 'photo') return { sightings: await photograph(image, read), isWhole: true, slant: 0 }
    const { width, height } = image
    return await readFrame({ ...question.look, width, height }, cutFrom(image), read)
  } finally {
    image.close()
  }
}

async function photograph(image: ImageBitmap, read: Reader): Promise<Answer['sightings']> {
  const scale = Math.min(1, LONGEST_PHOTO / Math.max(image.width, image.height))
  const [width, height] = [Math.round(image.width * scale), Math.round(image.height * scale)]
  const found = await readPhoto(drawn(width, height, (context) => context.drawImage(image, 0, 0, width, height)), read)
  const back = ({ x, y }: { x: number; y: number }) => ({ x: x / scale, y: y / scale })
  return found.map((one) => {
    const [a, b, c, d] = one.corners
    return { ...one, corners: [back(a), back(b), back(c), back(d)] }
  })
}

function cutFrom(image: ImageBitmap): Cut {
  return ({ x, y, width, height }) => {
    return drawn(width, height, (context) => context.drawImage(image, x, y, width, height, 0, 0, width, height))
  }
}

/** The points of a drawing; white shows where a picture is transparent. */
function drawn(width: number, height: number, draw: (context: OffscreenCanvasRenderingContext2D) => void): Picture {
  if (!canvas || canvas.width < width || canvas.height < height) canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d', { willReadFrequently: true })
  if (!context) throw new Error('this browser gives no canvas to a worker')
  context.fillStyle = '#fff'
  context.fillRect(0, 0, width, height)
  draw(context)
  return context.getImageData(0, 0, width, height) as Picture
}
