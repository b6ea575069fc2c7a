/** A phone whose app is updated: what an earlier version stored is read, what it could not know comes by itself. */
import { Dexie } from 'dexie'
import { beforeEach, describe, expect, test } from 'vitest'
import { BIN, DOCK, units, world } from '../small-world'
import { freshDisk, move, TestDevice } from '../test-device'
import { homeOf, idOf, parse } from '../../src/store/buckets'
import { itemIn, itemsByCode } from '../../src/store/facts'
import { feedOf } from '../../src/store/records'
import type { OutboxRow } from '../../src/sync/outbox'
import type { Row } from '../../src/sync/protocol'

const CASE = '14006381333938'
const PACKED: Row = [7, 'TEA', 'Green tea', 'piece', 0, 'none', 0, 'Tea', 0, null, ['04006381333931'], [[5, 'case', '12', [CASE]]] as unknown as string[]]

/** The layout of the database in the first release: frozen, whatever becomes of it later. */
const FIRST_STORES = {
  meta: 'name',
  outbox: 'id, &[epoch+seq]',
  journal: 'id, [epoch+seq], settledAt',
  buckets: 'id',
  small: '[entity+id]',
  staging: '++n',
  parts: 'hash',
  search: 'name',
}

let { server, device } = world()
const found = async (code: string) => (await device.observatory.look((sight) => itemsByCode(sight, code))).map(({ id }) => id)
const told = (rows: readonly OutboxRow[]) => rows.map(({ id, seq, state, operation }) => ({ id, seq, state, operation }))
const snapshots = () => server.requests.filter((path) => path === 'snapshot').length

async function start(): Promise<void> {
  await device.start()
  await device.settle()
}

/** The base as a version left it that did not look for the codes of packs, and named no layout. */
async function madeEarlier(): Promise<void> {
  await device.vault.use(async (tables) => {
    const feed = await feedOf(tables)
    const { layout: _layout, ...unnamed } = feed
    const id = idOf(feed.slot, 'barcode', homeOf('barcode', [CASE]))
    const rows = parse(await tables.buckets.get(id)).filter(([code]) => code !== CASE)
    await tables.buckets.put({ id, rows: JSON.stringify(rows) })
    await tables.meta.put(unnamed)
  })
}

/** The same phone with the new version of the app: another page on the same database. */
async function updated(): Promise<void> {
  device.vault.close()
  const { memory, now } = device
  device = new TestDevice(device.transport, device.name, memory)
  device.now = now
  await device.start()
}

beforeEach(async () => {
  freshDisk()
  ;({ server, device } = world())
  server.put('item', PACKED)
})

describe('a base that an earlier version of the app made', () => {
  beforeEach(async () => {
    await start()
    await madeEarlier()
  })

  test('is shown until a fresh one is there, which comes by itself, once, with what only the new version looks for', async () => {
    await device.capture(move(3, BIN, DOCK))
    await updated()
    server.refusing = (path) => (path === 'snapshot' ? { status: 503, body: { code: 'unavailable', message: '' } } : null)
    await device.exchange.round()
    expect([await found('4006381333931'), await found(CASE)]).toEqual([[7], []])
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(7), pending: units(-3) })
    server.refusing = null
    await device.settle()
    expect(await found(CASE)).toEqual([7])
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(7), pending: 0n })
    const asked = snapshots()
    await updated()
    await device.settle()
    expect(snapshots()).toBe(asked)
  })

  test('takes nothing out of the outbox: all of it is delivered once, as it was captured', async () => {
    await device.capture(move(3, BIN, DOCK), move(1, BIN, DOCK))
    const before = await device.store.rows()
    await updated()
    expect(await device.store.rows()).toEqual(before)
    let during: Promise<OutboxRow[]> | null = null
    server.refusing = (path) => {
      if (path === 'snapshot') during ??= device.capture(move(2, BIN, DOCK))
      return null
    }
    await device.settle()
    const captured = [...before, ...(await during!)].map(({ operation }) => operation)
    expect(server.operations).toEqual(captured)
    expect((await device.store.journal(10)).map(({ operation }) => operation).sort((one, other) => one.seq - other.seq)).toEqual(captured)
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(4), pending: 0n })
  })

  test('is not gone on with where it was still being built', async () => {
    await device.vault.use(async (tables) => {
      const feed = await feedOf(tables)
      const building = { slot: 1 as const, cursor: server.head, parts: [], built: true, checksum: 0 }
      await tables.meta.put({ ...feed, cursor: null, staged: server.head, building })
    })
    await updated()
    await device.settle()
    expect(await found(CASE)).toEqual([7])
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(10), pending: 0n })
  })
})

describe('the layout of the database', () => {
  test('of the first release is read with everything in it', async () => {
    await start()
    await device.capture(move(3, BIN, DOCK), move(1, BIN, DOCK))
    const before = await device.store.rows()
    const first = await copied(device.name)
    device.vault.close()
    await Dexie.delete(device.name)
    await writeFirst(device.name, first)
    await updated()
    expect(told(await device.store.rows())).toEqual(told(before))
    await device.settle()
    expect(server.operations).toEqual(before.map(({ operation }) => operation))
    expect(await device.observatory.look((sight) => itemIn(sight, 7))).toMatchObject({ code: 'TEA' })
  })

  test('of a later release leaves every record as it is, and a page of this one goes on capturing', async () => {
    await start()
    await device.capture(move(3, BIN, DOCK))
    const before = await copied(device.name)
    const later = new Dexie(device.name)
    later.version(1).stores(FIRST_STORES)
    later.version(2).stores({ photos: 'id' })
    await later.open()
    expect(await contents(later)).toEqual({ ...before, photos: [] })
    later.close()
    await device.capture(move(1, BIN, DOCK))
    await device.settle()
    expect(server.operations.map(({ seq }) => seq)).toEqual([1, 2])
  })
})

type Contents = Record<string, unknown[]>

async function contents(database: Dexie): Promise<Contents> {
  const stores = await Promise.all(database.tables.map(async (table) => [table.name, await table.toArray()] as const))
  return Object.fromEntries(stores)
}

async function copied(name: string): Promise<Contents> {
  const database = await new Dexie(name).open()
  const all = await contents(database)
  database.close()
  return all
}

async function writeFirst(name: string, all: Contents): Promise<void> {
  const database = new Dexie(name)
  database.version(1).stores(FIRST_STORES)
  await database.open()
  for (const table of database.tables) await table.bulkAdd(all[table.name] ?? [])
  database.close()
}
