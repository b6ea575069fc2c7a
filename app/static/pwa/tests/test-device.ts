/** A device for tests: the real store on a database in memory, the real exchange, a network that can be told to fail. */
import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { Dexie } from 'dexie'
import { Exchange, type Report, type RoundEnd } from '../src/sync/exchange'
import type { Transport } from '../src/sync/asking'
import type { Draft, MoveBody } from '../src/sync/operation'
import type { OutboxRow } from '../src/sync/outbox'
import { DeviceStore } from '../src/store/exchange-store'
import { settleIdentity } from '../src/store/identity'
import { Mirror, type Memory } from '../src/store/mirror'
import { capture } from '../src/store/outbox'
import type { LineRecord } from '../src/store/schema'
import { Observatory } from '../src/store/sight'
import { stockOfItemIn } from '../src/store/stock'
import { Vault } from '../src/store/vault'

export class FakeMemory implements NonNullable<Memory> {
  readonly kept = new Map<string, string>()
  getItem = (name: string): string | null => this.kept.get(name) ?? null
  setItem = (name: string, value: string): void => void this.kept.set(name, value)
  removeItem = (name: string): void => void this.kept.delete(name)
}

let random = 1
/** Bytes that differ each time and are the same in every run. */
export function bytes(): Uint8Array {
  random = (Math.imul(random, 1664525) + 1013904223) >>> 0
  return Uint8Array.from({ length: 10 }, (_, index) => (random >>> (index % 4) * 8) ^ index)
}

/** An empty disk. */
export function freshDisk(): void {
  Dexie.dependencies = { indexedDB: new IDBFactory(), IDBKeyRange }
}

export interface Heard {
  connection: string
  message: string | null
  progress: [number, number][]
  outdated: boolean
  directives: string[]
}

/** One tab of one device. Several with the same name share their database and memory. */
export class TestDevice {
  now = 1_795_370_000_000
  readonly heard: Heard = { connection: '', message: null, progress: [], outdated: false, directives: [] }
  readonly vault: Vault
  readonly store: DeviceStore
  readonly mirror: Mirror
  readonly observatory: Observatory
  readonly exchange: Exchange
  catalogueReady = 0

  constructor(
    readonly transport: Transport,
    readonly name = 'device',
    readonly memory: FakeMemory = new FakeMemory(),
  ) {
    this.vault = new Vault(() => undefined, name)
    this.mirror = new Mirror(memory)
    const maker = { now: () => this.now, randomBytes: bytes }
    this.store = new DeviceStore(this.vault, this.mirror, maker, () => (this.catalogueReady += 1))
    this.observatory = new Observatory(this.vault, this.store)
    const clock = { read: () => ({ wall: (this.now += 1), mono: this.now - 1_795_370_000_000, boot: name }), random: () => 0.5 }
    this.exchange = new Exchange(this.store, transport, clock, this.report())
  }

  start(): Promise<LineRecord> {
    return this.vault.use((tables) => settleIdentity(tables, this.mirror, `00000000-0000-7000-8000-${this.name.padStart(12, '0').slice(-12)}`))
  }

  async capture(...drafts: Draft[]): Promise<OutboxRow[]> {
    this.now += 10
    const moment = { at: this.now, mono: this.now, boot: this.name, offset: null, actor: 4, seen: null }
    const wish = { drafts, moment, random: drafts.map(bytes) }
    const rows = await this.vault.use((tables) => capture(tables, wish))
    const last = rows.at(-1)
    const device = this.mirror.line()?.device
    if (last && device) this.mirror.note({ device, epoch: last.epoch, nextSeq: last.seq + 1 })
    return rows
  }

  /** Rounds until nothing is left to do, at most so many. */
  async settle(most = 40): Promise<RoundEnd> {
    let end: RoundEnd = { retryInMs: 0 }
    for (let round = 0; round < most && end.retryInMs !== null; round += 1) end = await this.exchange.round()
    return end
  }

  /** What a screen would show of one cell, and the part that is this device's own. */
  async shown(item: number, location: number, lot = ''): Promise<{ quantity: bigint; pending: bigint }> {
    const lines = await this.observatory.look((sight) => stockOfItemIn(sight, item))
    const line = lines.find((each) => each.location === location && each.lot === lot)
    return { quantity: line?.quantity ?? 0n, pending: line?.pending ?? 0n }
  }

  async waiting(): Promise<OutboxRow[]> {
    return (await this.store.rows()).filter(({ state }) => state === 'waiting')
  }

  private report(): Report {
    const { heard } = this
    return {
      connection: (now, message) => Object.assign(heard, { connection: now, message }),
      head: () => undefined,
      anotherServer: () => undefined,
      sending: () => undefined,
      progress: (done, total) => void heard.progress.push([done, total]),
      outdated: () => (heard.outdated = true),
      people: () => undefined,
      named: () => undefined,
      directives: (names) => void heard.directives.push(...names),
    }
  }
}

export function move(quantity: number, from: number, to: number, item = 7, more: Partial<MoveBody> = {}): Draft {
  return { kind: 'move', body: { item, from, to, quantity: String(quantity), ...more } }
}

export function count(quantity: number, location: number, item = 7): Draft {
  return { kind: 'count', body: { item, location, quantity: String(quantity) } }
}
