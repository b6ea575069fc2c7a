import { beforeEach, describe, expect, test } from 'vitest'
import { bytes, FakeMemory, freshDisk, move, TestDevice } from '../test-device'
import { FaultyNetwork, ModelServer } from '../model-server'
import { Hold } from '../../src/device/hold'
import { Recorder } from '../../src/device/recorder'
import { truth } from '../../src/device/state'
import type { PageClock } from '../../src/device/clock'
import { StorageBroken, Vault } from '../../src/store/vault'

const context = { offset: null, actor: 4, seen: null }
let memory: FakeMemory
let server: ModelServer
let device: TestDevice

/** A recorder over a vault that fails as told, before it works. */
function recorder(network: FaultyNetwork, ...failures: Error[]): { recorder: Recorder; hold: Hold } {
  const read = () => ({ wall: (device.now += 1), mono: 1, boot: 'b' })
  const clock = { read, random: () => 0.5, idBytes: bytes } as unknown as PageClock
  const failing = Object.create(device.vault) as Vault
  failing.use = (work, durability) => {
    const failure = failures.shift()
    return failure ? Promise.reject(failure) : device.vault.use(work, durability)
  }
  const hold = new Hold(device.mirror, network, clock)
  return { recorder: new Recorder(failing, device.store, device.mirror, hold, clock), hold }
}

const full = () => new DOMException('no room', 'QuotaExceededError')
const broken = () => new StorageBroken('gone')

beforeEach(async () => {
  freshDisk()
  memory = new FakeMemory()
  server = new ModelServer()
  device = new TestDevice(new FaultyNetwork(server), 'device', memory)
  await device.start()
  truth.unsent.value = 0
  truth.storageTrouble.value = null
})

describe('the recorder', () => {
  test('refuses drafts that make no sense with words for a person, and records none of them', async () => {
    const { recorder: one } = recorder(new FaultyNetwork(server))
    await expect(one.record([move(1, 9, 10), move(0, 9, 10)], context)).rejects.toThrow('The quantity must be more than zero.')
    await expect(one.record([move(1, 9, 9)], context)).rejects.toThrow('already')
    await expect(one.record([], context)).rejects.toThrow('nothing')
    await expect(one.record([move(2, 9, 10, 7, { serials: ['S'] })], context)).rejects.toThrow('serials')
    expect(await device.store.rows()).toEqual([])
  })

  test('what is on the disk counts as unsent at once, since the first of it', async () => {
    truth.oldestUnsentAt.value = null
    const { recorder: one } = recorder(new FaultyNetwork(server))
    const [first] = await one.record([move(1, 9, 10), move(2, 9, 10)], context)
    expect([truth.unsent.value, truth.oldestUnsentAt.value]).toEqual([2, first?.at])
    await one.record([move(3, 9, 10)], context)
    expect([truth.unsent.value, truth.oldestUnsentAt.value]).toEqual([3, first?.at])
  })

  test('where the device is full, parts that can be fetched again make room', async () => {
    await device.store.keepPart('hash', new Uint8Array(9))
    const { recorder: one } = recorder(new FaultyNetwork(server), full())
    const entries = await one.record([move(1, 9, 10)], context)
    expect(entries).toMatchObject([{ seq: 1, state: 'waiting' }])
    expect(await device.vault.use(async (tables) => tables.parts.count())).toBe(0)
  })

  test('where nothing can be stored the record goes to the server at once, and counts once', async () => {
    const { recorder: one, hold } = recorder(new FaultyNetwork(server), broken())
    await device.capture(move(5, 9, 10))
    await one.record([move(1, 9, 10)], context)
    expect(server.operations).toHaveLength(1)
    expect(hold.rows).toEqual([])
    const again = new TestDevice(new FaultyNetwork(server), 'device', memory)
    await again.start()
    await again.capture(move(2, 9, 10))
    await again.settle()
    expect(server.operations).toHaveLength(3)
    expect(new Set(server.operations.map(({ id }) => id)).size).toBe(3)
  })

  test('where neither works the person is told, and the next start finds the record in the lifeboat', async () => {
    const { recorder: one, hold } = recorder(new FaultyNetwork(server, ['lost_request']), broken())
    await expect(one.record([move(1, 9, 10)], context)).rejects.toThrow('only held in memory')
    expect(truth.storageTrouble.value).toContain('cannot store')
    expect(truth.unsent.value).toBe(1)
    expect(hold.rows).toHaveLength(1)
    const file = JSON.parse(await (await one.rescueFile()).text()) as { operations: unknown[] }
    expect(file.operations).toHaveLength(1)
    const again = new TestDevice(new FaultyNetwork(server), 'device', memory)
    await again.start()
    await again.settle()
    expect(server.operations.map(({ id }) => id)).toEqual(hold.rows.map(({ id }) => id))
  })

  test('the list tells what became of each, newest first, and what was taken back', async () => {
    const { recorder: one } = recorder(new FaultyNetwork(server))
    const [first] = await one.record([move(1, 9, 10)], context)
    await device.settle()
    await one.record([{ kind: 'reverse', body: { target: first!.id } }], context)
    const [second] = await one.record([move(2, 9, 10)], context)
    one.sending = new Set([second!.id])
    const listed = await one.list(await device.store.rows(), 10)
    expect(listed.map(({ kind, state }) => [kind, state])).toEqual([['move', 'sending'], ['reverse', 'waiting'], ['move', 'reversed']])
  })

  test('the rescue file is what the server takes as a rescue', async () => {
    await device.capture(move(1, 9, 10), move(2, 9, 10))
    const { recorder: one } = recorder(new FaultyNetwork(server))
    const file = JSON.parse(await (await one.rescueFile()).text()) as { device: string; epoch: number; operations: { seq: number }[] }
    expect(file).toMatchObject({ device: '00000000-0000-7000-8000-000000device', epoch: 1 })
    expect(file.operations.map(({ seq }) => seq)).toEqual([1, 2])
  })
})
