import { pbkdf2Sync } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeMemory, freshDisk, move, TestDevice } from '../test-device'
import { FaultyNetwork, ModelServer } from '../model-server'
import { Crew } from '../../src/device/crew-store'
import { pauseAfter, proves, tried, waitOf } from '../../src/device/crew'
import { truth } from '../../src/device/state'
import { NOBODY, peopleOf } from '../../src/store/records'
import { rowsInOrder } from '../../src/store/outbox'
import { wipeFacts } from '../../src/store/wipe'
import type { Transport } from '../../src/sync/asking'
import type { House, StaffPerson } from '../../src/sync/protocol'
import { idleMinutes } from '../../src/ui/preferences'

const ROUNDS = 1000
const SALT = '30313233343536373839616263646566'

function person(id: number, name: string, pin: string): StaffPerson {
  const verifier = pbkdf2Sync(pin, Buffer.from(SALT, 'hex'), ROUNDS, 32, 'sha256').toString('hex')
  return { id, name, role: 'operator', salt: SALT, verifier, rounds: ROUNDS }
}

const ana = person(4, 'Ana', '2580')
const ben = person(5, 'Ben', '90210734')
const answering = (people: StaffPerson[], house?: House): Transport => ({
  ask: async () => ({ status: 200, body: { sid: 'first', people, house } }),
  bytes: async () => new Uint8Array(),
})

let device: TestDevice
let now: number
let crew: Crew

beforeEach(async () => {
  freshDisk()
  device = new TestDevice(new FaultyNetwork(new ModelServer()))
  await device.start()
  now = 1_795_370_000_000
  crew = new Crew(device.vault, { now: () => now })
  await crew.fetch(answering([ana, ben]))
})

afterEach(() => void vi.unstubAllGlobals())

describe('the people of a device', () => {
  test('are shown without what proves their PIN, and are there again after a restart without network', async () => {
    expect(truth.people.value).toEqual([
      { id: 4, name: 'Ana', role: 'operator' },
      { id: 5, name: 'Ben', role: 'operator' },
    ])
    truth.people.value = []
    await new Crew(device.vault, { now: () => now }).read()
    expect(truth.people.value).toHaveLength(2)
  })

  test('come with how soon the house has it lock, which holds after a restart and with servers that do not say', async () => {
    vi.stubGlobal('localStorage', new FakeMemory())
    await crew.fetch(answering([ana], { time_zone: '', numbers: '', idle_minutes: 5 }))
    expect(idleMinutes.value).toBe(5)
    await crew.fetch(answering([ana]))
    await new Crew(device.vault, { now: () => now }).read()
    expect(idleMinutes.value).toBe(5)
    await crew.fetch(answering([ana], { time_zone: '', numbers: '', idle_minutes: 0 }))
    expect(idleMinutes.value).toBe(0)
  })

  test('prove themselves by the slow hash that the server made of their PIN', async () => {
    expect(await proves('2580', ana)).toBe(true)
    expect(await proves('2581', ana)).toBe(false)
    expect(await crew.prove(5, '90210734')).toMatchObject({ name: 'Ben' })
    await expect(crew.prove(5, '2580')).rejects.toThrow('not the PIN')
    await expect(crew.prove(9, '2580')).rejects.toThrow('no longer on this device')
  })

  test('who are tried out are waited for ever longer, the right PIN included, until the time is over', async () => {
    for (let attempt = 0; attempt < 4; attempt += 1) await expect(crew.prove(4, '0000')).rejects.toThrow('try again')
    await expect(crew.prove(4, '0000')).rejects.toThrow('30 seconds')
    await expect(crew.prove(4, '2580')).rejects.toThrow('Too many wrong PINs')
    await expect(crew.prove(5, '90210734')).rejects.toThrow('Too many wrong PINs')
    now += 30_000
    expect(await crew.prove(4, '2580')).toMatchObject({ id: 4 })
    await expect(crew.prove(4, '0000')).rejects.toThrow('try again')
  })

  test('pauses double from half a minute to a quarter of an hour, and a clock set back does not lengthen them', () => {
    expect([4, 5, 6, 7, 50].map(pauseAfter)).toEqual([0, 30_000, 60_000, 120_000, 900_000])
    const locked = { ...NOBODY, ...tried({ ...NOBODY, failures: 4 }, now) }
    expect(waitOf(locked, now - 3_600_000)).toBe(30_000)
    expect(waitOf(locked, now + 10_000)).toBe(20_000)
  })

  test('an attempt counts before it is looked at: closing the app in the middle wins nothing', async () => {
    const attempt = crew.prove(4, '2580')
    await attempt
    for (let each = 0; each < 5; each += 1) await crew.prove(4, '0000').catch(() => undefined)
    expect(await device.vault.use(peopleOf)).toMatchObject({ failures: 5, againAt: now + 30_000 })
  })

  test('are forgotten when the device is shut out; the outbox is not', async () => {
    await device.capture(move(1, 9, 10))
    await device.vault.use(wipeFacts)
    await crew.read()
    expect(truth.people.value).toEqual([])
    expect(await device.vault.use(rowsInOrder)).toHaveLength(1)
  })

  test('keep what they recorded under their own names while they take turns', async () => {
    const rows = [...(await device.capture(move(1, 9, 10))), ...(await device.capture(move(2, 9, 10)))]
    await crew.prove(5, '90210734')
    expect((await device.vault.use(rowsInOrder)).map(({ operation }) => operation.actor)).toEqual(rows.map(({ operation }) => operation.actor))
  })
})
