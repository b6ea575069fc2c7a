import { Dexie } from 'dexie'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { freshDisk } from '../test-device'
import { atomic } from '../../src/store/atomic'
import { Tables } from '../../src/store/schema'
import { isFull, StorageBroken, Vault } from '../../src/store/vault'

describe('the vault', () => {
  beforeEach(freshDisk)

  test('a handle that the browser took away is opened again, and the work is done', async () => {
    const heard: (string | null)[] = []
    const vault = new Vault((problem) => heard.push(problem), 'vault')
    let tries = 0
    const result = await vault.use(async (tables) => {
      tries += 1
      if (tries < 3) throw new DOMException('connection lost', tries === 1 ? 'UnknownError' : 'InvalidStateError')
      return (await tables.outbox.count()) + tries
    })
    expect(result).toBe(3)
    expect(heard).toEqual([null])
  })

  test('after the third opening in vain it says so, and says when all is well again', async () => {
    const heard: (string | null)[] = []
    const vault = new Vault((problem) => heard.push(problem), 'vault')
    const broken = vault.use(async () => {
      throw new DOMException('connection lost', 'UnknownError')
    })
    await expect(broken).rejects.toBeInstanceOf(StorageBroken)
    await vault.use(async (tables) => tables.outbox.count())
    expect(heard).toEqual(['UnknownError', null])
  })

  test('a mistake of one’s own is no broken handle and is not tried again', async () => {
    const vault = new Vault(() => undefined, 'vault')
    let tries = 0
    const wrong = vault.use(async () => {
      tries += 1
      throw new TypeError('a mistake')
    })
    await expect(wrong).rejects.toBeInstanceOf(TypeError)
    expect(tries).toBe(1)
  })

  test('another tab with a newer version is let in, and this tab goes on afterwards', async () => {
    const vault = new Vault(() => undefined, 'vault')
    await vault.use(async (tables) => tables.meta.put({ name: 'line', device: 'd', epoch: 1, nextSeq: 1, lost: null, generation: 0 }))
    const newer = await new Promise<IDBDatabase>(openNewer)
    newer.close()
    const line = await vault.use(async (tables) => tables.meta.get('line'))
    expect(line).toMatchObject({ device: 'd' })
  })

  test('a page that is put aside leaves no transaction behind, and what it had begun never was', async () => {
    const vault = new Vault(() => undefined, 'vault')
    const line = { name: 'line', device: 'd', epoch: 1, nextSeq: 1, lost: null, generation: 0 } as const
    await vault.use(async (tables) => tables.meta.put(line))
    const begun = vault.use((tables) =>
      atomic(tables, 'rw', [tables.meta], async () => {
        await tables.meta.put({ ...line, nextSeq: 2 })
        vault.putAside()
        await tables.meta.get('line')
      }),
    )
    await expect(begun).rejects.toThrow()
    expect(await vault.use(async (tables) => tables.meta.get('line'))).toEqual(line)
  })

  test('a full device is told from a broken one, inside an aborted transaction too', () => {
    const full = new DOMException('no room', 'QuotaExceededError')
    expect(isFull(full)).toBe(true)
    expect(isFull(Object.assign(new Error('aborted'), { name: 'AbortError', inner: full }))).toBe(true)
    expect(isFull(new DOMException('lost', 'UnknownError'))).toBe(false)
  })
})

describe('an opening that takes its time', () => {
  beforeEach(() => {
    freshDisk()
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  test('is not thrown away: when it answers after its time, the work is done on it', async () => {
    const held = holdOpenings(1)
    const vault = new Vault(() => undefined, 'vault')
    const done = vault.use(async (tables) => tables.outbox.count())
    await vi.advanceTimersByTimeAsync(9_000)
    held.forEach((letGo) => letGo())
    await vi.advanceTimersByTimeAsync(100)
    await expect(done).resolves.toBe(0)
  })

  test('that never answers is asked beside; the second one opens the database', async () => {
    holdOpenings(1)
    const vault = new Vault(() => undefined, 'vault')
    const done = vault.use(async (tables) => tables.outbox.count())
    for (let second = 0; second < 12; second += 1) await vi.advanceTimersByTimeAsync(1_000)
    await expect(done).resolves.toBe(0)
  })

  test('three that hang break the storage for now; when one answers later, it works', async () => {
    const held = holdOpenings(3)
    const vault = new Vault(() => undefined, 'vault')
    const broken = expect(vault.use(async (tables) => tables.outbox.count())).rejects.toBeInstanceOf(StorageBroken)
    for (let second = 0; second < 32; second += 1) await vi.advanceTimersByTimeAsync(1_000)
    await broken
    held[0]?.()
    const done = vault.use(async (tables) => tables.outbox.count())
    for (let second = 0; second < 3; second += 1) await vi.advanceTimersByTimeAsync(1_000)
    await expect(done).resolves.toBe(0)
  })
})

/** Lets the next openings hang until they are let go. */
function holdOpenings(count: number): (() => void)[] {
  const held: (() => void)[] = []
  const open = Tables.prototype.open
  vi.spyOn(Tables.prototype, 'open').mockImplementation(function (this: Tables) {
    if (held.length >= count) return open.call(this)
    return new Dexie.Promise((resolve, reject) => {
      held.push(() => void open.call(this).then(resolve, reject))
    }) as ReturnType<typeof open>
  })
  return held
}

/** What a later version of the app does: open with a higher version while this one is still open. */
function openNewer(resolve: (database: IDBDatabase) => void, reject: (reason: unknown) => void): void {
  const asked = Dexie.dependencies.indexedDB.open('vault', 20)
  asked.onsuccess = () => resolve(asked.result)
  asked.onerror = () => reject(asked.error)
  asked.onblocked = () => reject(new Error('blocked by the older version'))
}
