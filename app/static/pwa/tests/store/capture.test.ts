import { beforeEach, describe, expect, test } from 'vitest'
import { bytes, count, FakeMemory, freshDisk, move, TestDevice } from '../test-device'
import { FaultyNetwork, ModelServer } from '../model-server'
import { capture } from '../../src/store/outbox'

const nowhere = () => new FaultyNetwork(new ModelServer())

describe('capturing', () => {
  beforeEach(freshDisk)

  test('numbers are dense from one, and all drafts of one capture follow each other', async () => {
    const device = new TestDevice(nowhere())
    await device.start()
    await device.capture(move(1, 9, 10))
    const rows = await device.capture(move(2, 9, 10), count(3, 10))
    expect(rows.map(({ seq }) => seq)).toEqual([2, 3])
    expect((await device.store.rows()).map(({ seq }) => seq)).toEqual([1, 2, 3])
  })

  test('the database is opened with strict durability and without the cache that runs ahead of it', async () => {
    const device = new TestDevice(nowhere())
    await device.vault.use(async (tables) => {
      const { _options: options } = tables as unknown as { _options: object }
      expect(options).toMatchObject({ cache: 'disabled', chromeTransactionDurability: 'strict' })
    })
  })

  test('a capture that fails in the middle leaves nothing behind', async () => {
    const device = new TestDevice(nowhere())
    await device.start()
    const moment = { at: 1, mono: 1, boot: 'b', offset: null, actor: null, seen: null }
    const same = bytes()
    const twice = { drafts: [move(1, 9, 10), move(2, 9, 10)], moment, random: [same, same] }
    await expect(device.vault.use((tables) => capture(tables, twice))).rejects.toThrow()
    expect(await device.store.rows()).toEqual([])
    expect((await device.store.standing()).nextSeq).toBe(1)
  })

  test('trying the same capture again after a lost answer changes nothing', async () => {
    const device = new TestDevice(nowhere())
    await device.start()
    const moment = { at: 1, mono: 1, boot: 'b', offset: null, actor: 4, seen: null }
    const wish = { drafts: [move(1, 9, 10)], moment, random: [bytes()] }
    const first = await device.vault.use((tables) => capture(tables, wish))
    const again = await device.vault.use((tables) => capture(tables, wish))
    expect(again).toEqual(first)
    expect(await device.store.rows()).toHaveLength(1)
  })

  test('three tabs that capture at the same time leave no gap and no number twice', async () => {
    const memory = new FakeMemory()
    const tabs = [1, 2, 3].map(() => new TestDevice(nowhere(), 'shared', memory))
    await tabs[0]?.start()
    const turns = Array.from({ length: 60 }, (_, turn) => tabs[turn % 3]!.capture(move(turn + 1, 9, 10)))
    await Promise.all(turns)
    const rows = await tabs[0]!.store.rows()
    expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1))
    expect(new Set(rows.map(({ id }) => id)).size).toBe(60)
  })

  test('a tab that is closed between the capture and the acknowledgement has lost nothing', async () => {
    const server = new ModelServer()
    const device = new TestDevice(new FaultyNetwork(server, ['none', 'lost_reply']))
    await device.start()
    await device.capture(move(1, 9, 10))
    await device.exchange.round()
    device.vault.close()
    const again = new TestDevice(new FaultyNetwork(server), 'device', device.memory)
    await again.start()
    await again.capture(move(2, 9, 10))
    await again.settle()
    expect(server.operations.map(({ seq }) => seq)).toEqual([1, 2])
  })

  test('each operation tells who, when, by which clock and in which page session', async () => {
    const device = new TestDevice(nowhere())
    await device.start()
    const [row] = await device.capture(move(1, 9, 10))
    expect(row?.operation).toMatchObject({ v: 1, kind: 'move', at: device.now, boot: 'device', actor: 4 })
    expect(row?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(parseInt(row?.id.replaceAll('-', '').slice(0, 12) ?? '', 16)).toBe(device.now)
  })
})
