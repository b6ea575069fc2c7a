/** Speaking with the decoder's thread: one worker for the whole app, begun with the first question. */
import type { FrameTurn } from './passes'
import type { Sighting } from './sighting'

export type Question =
  | { id: number; kind: 'warm' }
  | { id: number; kind: 'photo'; image: ImageBitmap }
  | { id: number; kind: 'frame'; image: ImageBitmap; look: FrameTurn }

export interface Answer {
  id: number
  sightings: Sighting[]
  isWhole: boolean
  slant: number
  problem?: string
}

type Asked = Question extends infer One ? (One extends { id: number } ? Omit<One, 'id'> : never) : never

export class Decoder {
  private worker: Worker | null = null
  private waiting = new Map<number, (answer: Answer) => void>()
  private last = 0

  /** Loads the decoder ahead of the first frame. */
  async warm(): Promise<void> {
    await this.ask({ kind: 'warm' })
  }

  async frame(image: ImageBitmap, look: FrameTurn): Promise<Answer> {
    return this.ask({ kind: 'frame', image, look }, image)
  }

  /** Searches a photograph as long as there is hope: up to some seconds. */
  async photo(image: ImageBitmap): Promise<Sighting[]> {
    const { sightings, problem } = await this.ask({ kind: 'photo', image }, image)
    if (problem) throw new Error(problem)
    return sightings
  }

  private ask(question: Asked, image?: ImageBitmap): Promise<Answer> {
    const id = ++this.last
    return new Promise((resolve) => {
      this.waiting.set(id, resolve)
      this.open().postMessage({ ...question, id }, image ? [image] : [])
    })
  }

  private open(): Worker {
    if (this.worker) return this.worker
    const worker = new Worker(new URL('./decoder-worker.ts', import.meta.url), { type: 'module', name: 'decoder' })
    worker.addEventListener('message', ({ data }: MessageEvent<Answer>) => this.take(data))
    worker.addEventListener('error', (event) => this.fail(event.message || 'the decoder did not start'))
    this.worker = worker
    return worker
  }

  private take(answer: Answer): void {
    this.waiting.get(answer.id)?.(answer)
    this.waiting.delete(answer.id)
  }

  /** Nobody waits for ever: every open question is answered, and the next one begins a new worker. */
  private fail(problem: string): void {
    this.worker?.terminate()
    this.worker = null
    for (const id of [...this.waiting.keys()]) this.take({ id, sightings: [], isWhole: false, slant: 0, problem })
  }
}

let shared: Decoder | null = null

export function sharedDecoder(): Decoder {
  return (shared ??= new Decoder())
}
