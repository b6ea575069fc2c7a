import { beforeEach, describe, expect, test } from 'vitest'
import { count, freshDisk, move, TestDevice } from '../test-device'
import { FaultyNetwork, ModelServer } from '../model-server'
import {
  countTasksIn,
  discrepanciesIn,
  itemIn,
  itemsByCode,
  locationByCodeIn,
  lotsIn,
  searchItemsIn,
  searchLocationsIn,
} from '../../src/store/facts'
import { verifyBase } from '../../src/store/proof'
import { changeFeed } from '../../src/store/records'
import { expiringLotsIn, mergedCellsIn, serialPositionIn, serialsAtIn, stockAtLocationIn, stockOfItemIn } from '../../src/store/stock'
import type { Sight } from '../../src/store/sight'
import { wipeFacts } from '../../src/store/wipe'
import type { Draft } from '../../src/sync/operation'
import type { Row } from '../../src/sync/protocol'
import { parseQuantity } from '../../src/sync/quantity'

const [BIN, DOCK] = [101, 100]
const item = (id: number, code: string, name: string, barcodes: string[], more: { survivor?: number; archived?: number } = {}): Row => [
  id, code, name, 'piece', 0, 'none', 0, 'Tea', more.archived ?? 0, more.survivor ?? null, barcodes,
]
const units = (number: number) => parseQuantity(String(number))

let server: ModelServer
let device: TestDevice
const look = <Result>(work: (sight: Sight) => Promise<Result>) => device.observatory.look(work)
const codes = async (code: string) => (await look((sight) => itemsByCode(sight, code))).map((found) => found.id)
const searched = async (typed: string) => (await look((sight) => searchItemsIn(sight, device.observatory, typed, 10))).map((found) => found.id)

beforeEach(async () => {
  freshDisk()
  server = new ModelServer()
  server.put('location', [DOCK, null, 'bin', 'DOCK', 'Loading dock', 'L-DOCK', 0, 1])
  server.put('location', [BIN, DOCK, 'bin', 'A-01-01', '', 'L-A-01-01', 0, 2])
  server.put('item', item(7, 'TEA', 'Green tea', ['04006381333931']))
  server.put('item', item(8, 'OLD-TEA', 'Tea, green', ['00012345678905'], { survivor: 7 }))
  server.put('item', item(1031, 'CUP', 'Cup', ['CUP-LABEL']))
  server.put('lot', [7, 'L1', '2027-01-31', 1])
  server.put('lot', [7, 'L0', '2026-12-31', 1])
  server.put('stock', [7, 'L1', BIN, '10'])
  server.put('stock', [8, 'L1', BIN, '2.5'])
  server.put('stock', [1031, '', DOCK, '4'])
  server.put('serial', [1031, 'S-1', '', DOCK])
  server.put('discrepancy', [3, 'negative', 'open', 7, 'L1', BIN, '-2', 1000, null])
  device = new TestDevice(new FaultyNetwork(server))
  await device.start()
  await device.settle()
})

describe('looking up', () => {
  test('the code of a case finds its item with the pack, also of goods that were merged, until it is taken off', async () => {
    const packed = (row: Row, id: number, code: string): Row => [...row, [[id, 'case', '12', [code]]] as unknown as string[]]
    server.put('item', packed(item(7, 'TEA', 'Green tea', ['04006381333931']), 5, '14006381333938'))
    server.put('item', packed(item(8, 'OLD-TEA', 'Tea, green', [], { survivor: 7 }), 6, 'OLD-BOX'))
    await device.settle()
    const packs = async (code: string) => (await look((sight) => itemsByCode(sight, code))).map((found) => found.packs?.map(({ id }) => id))
    expect(await codes('14006381333938')).toEqual([7])
    expect(await packs('14006381333938')).toEqual([[5]])
    expect(await packs('old-box')).toEqual([[5, 6]])
    expect(await searched('14006381333938')).toEqual([7])
    server.put('item', item(7, 'TEA', 'Green tea', ['04006381333931']))
    await device.settle()
    expect(await codes('14006381333938')).toEqual([])
  })

  test('an item is found by its barcode in any length, by its code in any case, and by a merged item’s barcode', async () => {
    expect(await codes('4006381333931')).toEqual([7])
    expect(await codes('04006381333931')).toEqual([7])
    expect(await codes(' tea ')).toEqual([7])
    expect(await codes('012345678905')).toEqual([7])
    expect(await codes('unknown')).toEqual([])
  })

  test('a changed item is found by its new barcode and no more by the old one', async () => {
    server.put('item', item(7, 'TEA', 'Sencha', ['NEW-LABEL']))
    await device.settle()
    expect(await codes('NEW-LABEL')).toEqual([7])
    expect(await codes('4006381333931')).toEqual([])
    expect(await searched('sencha')).toEqual([7])
    expect(await searched('green')).toEqual([7])
  })

  test('an item that is gone is found no more', async () => {
    server.put('item', [1031])
    await device.settle()
    expect(await look((sight) => itemIn(sight, 1031))).toBeNull()
    expect(await codes('CUP-LABEL')).toEqual([])
    expect(await searched('cup')).toEqual([])
  })

  test('two items in one bucket do not disturb each other', async () => {
    expect((await look((sight) => itemIn(sight, 7)))?.code).toBe('TEA')
    expect((await look((sight) => itemIn(sight, 1031)))?.code).toBe('CUP')
  })

  test('archived items come last', async () => {
    server.put('item', item(20, 'ZZ', 'Tea of long ago', [], { archived: 1 }))
    server.put('item', item(21, 'ZY', 'Tea with a much, much longer name than the other one', []))
    await device.settle()
    expect((await searched('tea')).at(-1)).toBe(20)
  })

  test('a location is found by its label and by its code, and by words of its name', async () => {
    const by = async (code: string) => (await look((sight) => locationByCodeIn(sight, code)))?.id
    expect([await by('L-DOCK'), await by('a-01-01'), await by('nowhere')]).toEqual([DOCK, BIN, undefined])
    const found = await look((sight) => searchLocationsIn(sight, device.observatory, 'loading', 5))
    expect(found.map(({ id }) => id)).toEqual([DOCK])
  })

  test('lots come with the soonest to expire first, discrepancies while they are open', async () => {
    expect((await look((sight) => lotsIn(sight, 7))).map(({ lot }) => lot)).toEqual(['L0', 'L1'])
    expect(await look((sight) => discrepanciesIn(sight, 5))).toMatchObject([{ id: 3, kind: 'negative', quantity: '-2' }])
    server.put('discrepancy', [3, 'negative', 'closed', 7, 'L1', BIN, '-2', 1000, null])
    await device.settle()
    expect(await look((sight) => discrepanciesIn(sight, 5))).toEqual([])
  })
})

describe('what is to be counted again', () => {
  const waiting = async () => (await look(countTasksIn)).map(({ id }) => id)

  test('stands in walking order, and is gone when the server says so', async () => {
    server.put('count_task', [5, BIN, null, '', 'Tablet 3 was lost', 1000, ['recount_retired', 'name', 'Tablet 3']])
    server.put('count_task', [6, DOCK, 7, 'L1', 'variance', 1001])
    server.put('count_task', [7, 999, null, '', 'a place of nobody', 1002])
    await device.settle()
    expect(await waiting()).toEqual([6, 5])
    server.put('count_task', [6])
    await device.settle()
    expect(await look(countTasksIn)).toMatchObject([{ id: 5, location: BIN, item: null, reason: 'Tablet 3 was lost', why: ['recount_retired', 'name', 'Tablet 3'], askedAt: 1000 }])
  })

  test('a count made here does a task at once, without network too, and only the task that it answers', async () => {
    server.put('count_task', [5, BIN, null, '', '', 1000])
    server.put('count_task', [6, BIN, 7, 'L1', '', 1000])
    await device.settle()
    await device.capture({ kind: 'count', body: { item: 1031, location: BIN, quantity: '0' } })
    expect(await waiting()).toEqual([6])
    await device.capture({ kind: 'count', body: { item: 7, lot: 'L1', location: BIN, quantity: '9' } })
    expect(await waiting()).toEqual([])
  })
})

describe('stock', () => {
  test('what was merged counts with the survivor, here and at the location', async () => {
    const line = { item: 7, lot: 'L1', location: BIN, quantity: units(12.5), pending: 0n, expiresOn: '2027-01-31' }
    expect(await look((sight) => stockOfItemIn(sight, 7))).toEqual([line])
    expect(await look((sight) => stockOfItemIn(sight, 8))).toEqual([line])
    expect(await look((sight) => stockAtLocationIn(sight, BIN))).toEqual([line])
    expect(await look((sight) => mergedCellsIn(sight, DOCK))).toEqual([])
    expect(await look((sight) => mergedCellsIn(sight, BIN))).toEqual([{ item: 8, survivor: 7, lot: 'L1' }])
  })

  test('own moves and counts lie over it, in their order', async () => {
    await device.capture(move(4, BIN, DOCK, 7, { lot: 'L1' }))
    expect(await device.shown(7, BIN, 'L1')).toEqual({ quantity: units(8.5), pending: units(-4) })
    const counted: Draft = { kind: 'count', body: { item: 7, lot: 'L1', location: BIN, quantity: '20' } }
    await device.capture(counted, move(1, BIN, DOCK, 7, { lot: 'L1' }))
    expect(await device.shown(7, BIN, 'L1')).toEqual({ quantity: units(19), pending: units(6.5) })
    expect(await look((sight) => stockAtLocationIn(sight, DOCK))).toHaveLength(2)
  })

  test('what was taken back has no effect, settled or not', async () => {
    const [first] = await device.capture(move(4, BIN, DOCK, 7, { lot: 'L1' }))
    await device.capture({ kind: 'reverse', body: { target: first!.id } })
    expect(await device.shown(7, BIN, 'L1')).toMatchObject({ quantity: units(12.5) })
    const [second] = await device.capture(move(1, BIN, DOCK, 7, { lot: 'L1' }))
    await device.settle()
    await device.capture({ kind: 'reverse', body: { target: second!.id } })
    expect(await device.shown(7, BIN, 'L1')).toEqual({ quantity: units(12.5), pending: units(1) })
  })

  test('goods of an unknown code stand under that code', async () => {
    await device.capture({ kind: 'move', body: { item: null, code: '999-X', from: 1, to: DOCK, quantity: '2' } })
    expect(await device.shown(1, DOCK, '999-X')).toEqual({ quantity: units(2), pending: units(2) })
  })

  test('places that are no places hold nothing', async () => {
    await device.capture(move(5, 1, DOCK), move(2, DOCK, 3))
    expect((await look((sight) => stockOfItemIn(sight, 7))).map(({ location }) => location).sort()).toEqual([DOCK, BIN])
  })

  test('a serial is where this device last saw it, else where the server says', async () => {
    const where = () => look((sight) => serialPositionIn(sight, 1031, 'S-1'))
    expect(await where()).toBe(DOCK)
    await device.capture({ kind: 'move', body: { item: 1031, serials: ['S-1'], from: DOCK, to: BIN, quantity: '1' } })
    expect(await where()).toBe(BIN)
    expect(await look((sight) => serialsAtIn(sight, 1031, BIN))).toEqual([{ serial: 'S-1', lot: '' }])
    expect(await look((sight) => serialsAtIn(sight, 1031, DOCK))).toEqual([])
  })

  test('a serial found elsewhere than it should be leaves its old place, and none runs below zero', async () => {
    const at = async (location: number) => (await device.shown(1031, location)).quantity
    await device.capture({ kind: 'move', body: { item: 1031, serials: ['S-1'], from: BIN, to: 102, quantity: '1' } })
    expect([await at(DOCK), await at(BIN), await at(102)]).toEqual([units(3), 0n, units(1)])
    await device.capture({ kind: 'count', body: { item: 1031, serials: ['S-1'], location: 103, quantity: '1' } })
    expect([await at(102), await at(103)]).toEqual([0n, units(1)])
  })

  test('lots that expire soon are those that are still there', async () => {
    const soon = await look((sight) => expiringLotsIn(sight, '2027-02-01', 5))
    expect(soon).toEqual([{ item: 7, lot: 'L1', expiresOn: '2027-01-31', quantity: units(10) }])
    await device.capture({ kind: 'count', body: { item: 7, lot: 'L1', location: BIN, quantity: '0' } })
    expect(await look((sight) => expiringLotsIn(sight, '2027-02-01', 5))).toEqual([])
  })

  test('an emptied cell is gone, and the checksum follows', async () => {
    server.put('stock', [7, 'L1', BIN, '0'])
    await device.settle()
    expect(await device.shown(7, BIN, 'L1')).toMatchObject({ quantity: units(2.5) })
    expect((await look(async ({ feed }) => feed)).checksum).toBe(server.checksum())
    expect(server.requests.filter((path) => path === 'snapshot')).toHaveLength(1)
  })
})

describe('keeping', () => {
  test('the stored stock is proven by reading it back', async () => {
    await device.capture(count(1, BIN))
    expect(await look(verifyBase)).toEqual({ sound: true, unsent: 1 })
    await device.vault.use((tables) => changeFeed(tables, { checksum: 5 }))
    expect(await look(verifyBase)).toEqual({ sound: false, unsent: 1 })
  })

  test('wiping forgets what the server told and keeps what is unsent', async () => {
    await device.capture(move(1, BIN, DOCK))
    await device.vault.use(wipeFacts)
    expect(await codes('TEA')).toEqual([])
    expect(await device.waiting()).toHaveLength(1)
    await device.settle()
    expect(server.operations).toHaveLength(1)
    expect(await codes('TEA')).toEqual([7])
  })

  test('many changes are merged into the searched text, and everything is still found', { timeout: 20_000 }, async () => {
    for (let id = 2000; id < 4100; id += 1) server.put('item', item(id, `N-${id}`, `Novelty ${id}`, []))
    await device.settle()
    const changes = await device.vault.use(async (tables) => tables.search.get('item:0:changed'))
    expect(changes).toMatchObject({ lines: [] })
    expect(await searched('novelty 4099')).toEqual([4099])
    expect(await searched('green')).toEqual([7])
  })
})
