import { beforeEach, describe, expect, test } from 'vitest'
import { FakeMemory, freshDisk, move, TestDevice } from '../test-device'
import { FaultyNetwork, ModelServer } from '../model-server'
import { newRow } from '../../src/sync/outbox'
import { makeOperation } from '../../src/sync/operation'
import { Mirror } from '../../src/store/mirror'

const device = (memory = new FakeMemory()) => new TestDevice(new FaultyNetwork(new ModelServer()), 'device', memory)
const row = (seq: number, epoch: number, digit: number) => {
  const moment = { at: 5, mono: 5, boot: 'b', offset: null, actor: null, seen: null }
  return newRow(makeOperation('move', move(1, 9, 10).body, seq, moment, new Uint8Array(10).fill(digit)), epoch)
}

describe('identity', () => {
  beforeEach(freshDisk)

  test('a device keeps the identity that it made at its first start', async () => {
    const first = await device().start()
    const second = await device().vault.use(async (tables) => tables.meta.get('line'))
    expect(second).toMatchObject({ device: first.device, epoch: 1, nextSeq: 1 })
  })

  test('numbers that only the mirror remembers are noted as lost and never given out again', async () => {
    const memory = new FakeMemory()
    const one = device(memory)
    const { device: id } = await one.start()
    await one.capture(move(1, 9, 10))
    new Mirror(memory).note({ device: id, epoch: 1, nextSeq: 6 })
    const again = device(memory)
    expect(await again.start()).toMatchObject({ nextSeq: 6, lost: { from: 2, to: 5 } })
    expect((await again.capture(move(1, 9, 10)))[0]?.seq).toBe(6)
  })

  test('a mirror that lags behind changes nothing', async () => {
    const memory = new FakeMemory()
    const one = device(memory)
    const { device: id } = await one.start()
    await one.capture(move(1, 9, 10), move(2, 9, 10))
    memory.kept.set('tallyman.line', JSON.stringify({ device: id, epoch: 1, nextSeq: 1 }))
    expect(await device(memory).start()).toMatchObject({ nextSeq: 3, lost: null })
  })

  test('a mirror that is damaged or forbidden is done without', async () => {
    const memory = new FakeMemory()
    memory.kept.set('tallyman.line', '{"device":')
    expect(await device(memory).start()).toMatchObject({ epoch: 1, nextSeq: 1 })
    const forbidden = new Mirror({
      getItem: () => null,
      setItem: () => {
        throw new Error('forbidden')
      },
      removeItem: () => undefined,
    })
    forbidden.note({ device: 'd', epoch: 1, nextSeq: 2 })
    expect(forbidden.board([row(1, 1, 1)])).toBe(false)
  })

  test('an epoch that was rolled back is not used a second time', async () => {
    const memory = new FakeMemory()
    const { device: id } = await device(memory).start()
    new Mirror(memory).note({ device: id, epoch: 3, nextSeq: 9 })
    expect(await device(memory).start()).toMatchObject({ epoch: 4, nextSeq: 1 })
  })

  test('what the lifeboat carries lands in the outbox once, and the lifeboat is empty', async () => {
    const memory = new FakeMemory()
    await device(memory).start()
    new Mirror(memory).board([row(1, 1, 1), row(2, 1, 2)])
    const again = device(memory)
    expect(await again.start()).toMatchObject({ nextSeq: 3 })
    expect((await again.store.rows()).map(({ seq }) => seq)).toEqual([1, 2])
    expect(new Mirror(memory).lifeboat()).toEqual([])
    await again.start()
    expect(await again.store.rows()).toHaveLength(2)
  })

  test('a lifeboat that fills the lost numbers leaves nothing lost', async () => {
    const memory = new FakeMemory()
    const server = new ModelServer()
    const { device: id } = await device(memory).start()
    new Mirror(memory).board([row(1, 1, 1), row(2, 1, 2)])
    new Mirror(memory).note({ device: id, epoch: 1, nextSeq: 3 })
    const again = new TestDevice(new FaultyNetwork(server), 'device', memory)
    await again.start()
    await again.settle()
    expect(server.operations.map(({ kind, seq }) => [kind, seq])).toEqual([['move', 1], ['move', 2]])
  })
})
