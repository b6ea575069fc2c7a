import { Dexie } from 'dexie'
import { beforeEach, describe, expect, test } from 'vitest'
import { freshDisk } from '../test-device'
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

  test('a full device is told from a broken one, inside an aborted transaction too', () => {
    const full = new DOMException('no room', 'QuotaExceededError')
    expect(isFull(full)).toBe(true)
    expect(isFull(Object.assign(new Error('aborted'), { name: 'AbortError', inner: full }))).toBe(true)
    expect(isFull(new DOMException('lost', 'UnknownError'))).toBe(false)
  })
})

/** What a later version of the app does: open with a higher version while this one is still open. */
function openNewer(resolve: (database: IDBDatabase) => void, reject: (reason: unknown) => void): void {
  const asked = Dexie.dependencies.indexedDB.open('vault', 20)
  asked.onsuccess = () => resolve(asked.result)
  asked.onerror = () => reject(asked.error)
  asked.onblocked = () => reject(new Error('blocked by the older version'))
}
