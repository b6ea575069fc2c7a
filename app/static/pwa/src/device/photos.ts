/** Photographs of items: asked for once, then kept here for good; those kept longest make room for others. */
import { DOORS } from '../sync/protocol'

const SHELF = 'photographs'
const LARGE_SHELF = 'photographs in full size'
/** Some 6 KB each: a few megabytes in all. */
const MOST_KEPT = 500
/** Some 200 KB each. */
const MOST_LARGE_KEPT = 40
/** Facts travel over the same few connections, and must not wait for pictures. */
const AT_ONCE = 2
const RIFF = 'RIFF'
const WEBP = 'WEBP'

type Shelf = Pick<Cache, 'match' | 'put' | 'keys' | 'delete'>

export class Photos {
  private readonly running = new Map<string, Promise<Blob | null>>()
  private readonly lanes: Promise<unknown>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve())
  private turn = 0

  constructor(
    private readonly ask: (path: string) => Promise<Uint8Array>,
    private readonly open: () => Promise<Shelf> = () => caches.open(SHELF),
    private readonly most = MOST_KEPT,
  ) {}

  /** The picture of this name, which is never given to another one; null where it cannot be had now. */
  photo(name: string): Promise<Blob | null> {
    const running = this.running.get(name) ?? this.find(name).finally(() => this.running.delete(name))
    this.running.set(name, running)
    return running
  }

  /** Keeps none any more. */
  async forget(): Promise<void> {
    const shelf = await this.shelf()
    for (const kept of (await shelf?.keys()) ?? []) await shelf?.delete(kept)
  }

  private async find(name: string): Promise<Blob | null> {
    const shelf = await this.shelf()
    const kept = await shelf?.match(addressOf(name)).catch(() => undefined)
    if (kept) return kept.blob()
    const bytes = await this.inTurn(() => this.ask(`photos/${name}`)).catch(() => null)
    if (!bytes || !isPicture(bytes)) return null
    const picture = new Blob([new Uint8Array(bytes)], { type: 'image/webp' })
    await this.keep(shelf, name, picture).catch(() => undefined)
    return picture
  }

  /** A browser that keeps nothing, or has no room, shows pictures all the same. */
  private async keep(shelf: Shelf | null, name: string, picture: Blob): Promise<void> {
    if (!shelf) return
    await shelf.put(addressOf(name), new Response(picture))
    const kept = await shelf.keys()
    for (const old of kept.slice(0, Math.max(0, kept.length - this.most))) await shelf.delete(old)
  }

  private async shelf(): Promise<Shelf | null> {
    try {
      return await this.open()
    } catch {
      return null
    }
  }

  private inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const lane = (this.turn += 1) % AT_ONCE
    const done = (this.lanes[lane] ?? Promise.resolve()).then(work, work)
    this.lanes[lane] = done.catch(() => undefined)
    return done
  }
}

/** Those in full size, on a shelf of their own: they never make small ones go. */
export function largePhotos(ask: (path: string) => Promise<Uint8Array>): Photos {
  return new Photos(ask, () => caches.open(LARGE_SHELF), MOST_LARGE_KEPT)
}

function addressOf(name: string): string {
  return `${DOORS}photos/${name}`
}

/** Networks that ask for a sign-in answer with a page: only a WebP picture is one. */
function isPicture(bytes: Uint8Array): boolean {
  const word = (from: number) => String.fromCharCode(...bytes.subarray(from, from + RIFF.length))
  return word(0) === RIFF && word(8) === WEBP
}
