/** Two phones do everything that can be captured, on one server: what they send is the release's testimony. */
import { writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { Draft } from '../../src/sync/operation'
import { capture } from '../../src/store/outbox'
import { bytes, count, freshDisk, move, TestDevice } from '../test-device'
import { Recording, type Heard } from './recording'

interface Told {
  url: string
  path: string
  world: Record<'person' | 'sugar' | 'tea' | 'scanner' | 'supplier' | 'customer' | 'scrap' | 'dock' | 'shelf' | 'rack', number>
  credentials: Record<string, string>
}

const BEGAN = 1_795_370_000_000
const told = JSON.parse(process.env.TRAFFIC ?? '{}') as Told

class Phone extends TestDevice {
  constructor(readonly network: Recording, name: string) {
    super(network, name)
  }

  /** Records drafts as the app does, with the time that it is; returns their ids. */
  async record(...drafts: Draft[]): Promise<string[]> {
    this.now = Date.now()
    const { cursor } = await this.store.standing()
    const moment = { at: this.now, mono: this.now - BEGAN, boot: this.name, offset: 0, actor: told.world.person, seen: cursor }
    const rows = await this.vault.use((tables) => capture(tables, { drafts, moment, random: drafts.map(bytes) }))
    const last = rows.at(-1)
    const device = this.mirror.line()?.device
    if (last && device) this.mirror.note({ device, epoch: last.epoch, nextSeq: last.seq + 1 })
    return rows.map(({ operation }) => operation.id)
  }

  async meet(): Promise<void> {
    this.now = Date.now()
    await this.settle()
  }

  /** The storage forgets what stands at the lowest waiting number. */
  async forgetFirst(): Promise<void> {
    const [first] = await this.waiting()
    const place = [first?.epoch ?? 0, first?.seq ?? 0] as [number, number]
    await this.vault.use(async (tables) => void (await tables.outbox.where('[epoch+seq]').equals(place).delete()))
  }
}

function phone(name: string, heard: Heard[]): Phone {
  const device = `00000000-0000-7000-8000-00000000000${name}`
  return new Phone(new Recording(told.url, device, told.credentials[device] ?? '', heard), name)
}

test('two phones receive, move, pick, count, find, err and lose', async () => {
  freshDisk()
  const heard: Heard[] = []
  const { sugar, tea, scanner, supplier, customer, scrap, dock, shelf, rack } = told.world
  const ana = phone('a', heard)
  const ben = phone('b', heard)
  for (const each of [ana, ben]) {
    await each.start()
    await each.meet()
  }
  await ana.record(
    move(12.5, supplier, dock, sugar, { reason: 'receipt' }),
    move(40, supplier, dock, tea, { lot: 'T2401', expires_on: '2027-06-30', reason: 'receipt' }),
    move(2, supplier, dock, scanner, { serials: ['S1', 'S2'] }),
    move(8.25, dock, shelf, sugar, { reason: 'putaway' }),
    move(1, dock, rack, scanner, { serials: ['S1'] }),
  )
  await ana.meet()
  await ben.meet()
  await ben.record(count(7, shelf, sugar), move(2, shelf, customer, sugar, { reason: 'pick' }), move(3, rack, customer, tea, { lot: 'T9' }))
  await ana.record(move(1.5, shelf, rack, sugar), move(0.5, dock, scrap, sugar, { reason: 'scrap' }))
  await ana.meet()
  ben.network.losing = 'push'
  await ben.meet()
  ben.exchange.forgetGreeting()
  await ben.meet()
  const [mistaken] = await ben.record(move(4, dock, customer, sugar))
  await ben.meet()
  await ben.record({ kind: 'reverse', body: { target: mistaken ?? '', reason: 'wrong shelf' } })
  await ben.record({ kind: 'move', body: { item: null, code: '4012345678901', symbology: 'ean13', from: supplier, to: dock, quantity: '6' } })
  await ben.record({ kind: 'count', body: { item: scanner, location: rack, quantity: '1', serials: ['S2'], absent: ['S1'] } })
  await ben.record({ kind: 'task', body: { task: 'recount', state: 'finish' } } as unknown as Draft)
  await ben.record(move(1, dock, shelf, 1_000_000_000), count(9, rack, sugar))
  await ben.meet()
  await ana.record(move(1, dock, shelf, sugar), move(2, dock, shelf, sugar))
  await ana.forgetFirst()
  await ana.meet()
  await ben.meet()
  const kinds = heard.flatMap(({ sent }) => ((sent as { operations?: { kind: string }[] } | null)?.operations ?? []).map(({ kind }) => kind))
  expect(new Set(kinds)).toEqual(new Set(['move', 'count', 'reverse', 'task', 'void']))
  expect([await ana.waiting(), await ben.waiting()]).toEqual([[], []])
  writeFileSync(told.path, JSON.stringify(heard))
})
