/** Photographs on a device: asked for once, kept within bounds, never in the way of facts. */
import { describe, expect, it } from 'vitest'
import { Photos } from '../../src/device/photos'

const PICTURE = new TextEncoder().encode('RIFF\0\0\0\0WEBP and its points')

class FakeShelf {
  readonly kept = new Map<string, Blob>()
  match = async (path: string) => (this.kept.has(path) ? new Response(this.kept.get(path)) : undefined)
  put = async (path: string, answer: Response) => {
    this.kept.delete(path)
    this.kept.set(path, await answer.blob())
  }
  keys = async () => [...this.kept.keys()]
  delete = async (path: string) => this.kept.delete(path)
}

const opened = (shelf: FakeShelf) => async () => shelf as unknown as Cache
const offline = async (): Promise<Uint8Array> => {
  throw new Error('no network')
}

describe('the photograph of an item', () => {
  it('is asked for once, by however many rows, and is there without network from then on', async () => {
    const shelf = new FakeShelf()
    const asked: string[] = []
    const photos = new Photos(async (path) => (asked.push(path), PICTURE), opened(shelf))
    const [first, second] = await Promise.all([photos.photo('aa'), photos.photo('aa')])
    expect([first?.size, second?.size, asked]).toEqual([PICTURE.length, PICTURE.length, ['photos/aa']])
    expect((await new Photos(offline, opened(shelf)).photo('aa'))?.size).toBe(PICTURE.length)
  })

  it('is none without network, and is asked for again the next time', async () => {
    let reachable = false
    const photos = new Photos(async () => (reachable ? PICTURE : offline()), opened(new FakeShelf()))
    expect(await photos.photo('aa')).toBeNull()
    reachable = true
    expect(await photos.photo('aa')).not.toBeNull()
  })

  it('is none where a network that asks for a sign-in answered with a page, which is not kept', async () => {
    const shelf = new FakeShelf()
    const page = new TextEncoder().encode('<!doctype html><title>Sign in</title>')
    expect(await new Photos(async () => page, opened(shelf)).photo('aa')).toBeNull()
    expect(shelf.kept.size).toBe(0)
  })

  it('makes room by letting go those kept longest, and all when the device is shut out', async () => {
    const shelf = new FakeShelf()
    const photos = new Photos(async () => PICTURE, opened(shelf), 2)
    for (const name of ['aa', 'bb', 'cc']) await photos.photo(name)
    expect([...shelf.kept.keys()]).toEqual(['/api/sync/v1/photos/bb', '/api/sync/v1/photos/cc'])
    await photos.forget()
    expect(shelf.kept.size).toBe(0)
  })

  it('is shown though the browser keeps nothing, or has no room', async () => {
    const full = new FakeShelf()
    full.put = async () => Promise.reject(new Error('quota'))
    const none = async (): Promise<Cache> => Promise.reject(new Error('not here'))
    for (const open of [opened(full), none]) expect(await new Photos(async () => PICTURE, open).photo('aa')).not.toBeNull()
  })

  it('leaves the network to facts: two are asked for at a time', async () => {
    let running = 0
    let most = 0
    const ask = async () => {
      most = Math.max(most, (running += 1))
      await new Promise((resolve) => setTimeout(resolve))
      running -= 1
      return PICTURE
    }
    const photos = new Photos(ask, opened(new FakeShelf()))
    await Promise.all(['aa', 'bb', 'cc', 'dd', 'ee'].map((name) => photos.photo(name)))
    expect(most).toBe(2)
  })
})
