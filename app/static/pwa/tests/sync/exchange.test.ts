import { beforeEach, describe, expect, test } from 'vitest'
import { FaultyNetwork } from '../model-server'
import { BIN, DOCK, units, world } from '../small-world'
import { freshDisk, move, TestDevice } from '../test-device'
import { changeFeed } from '../../src/store/records'

describe('the exchange', () => {
  beforeEach(freshDisk)

  test('a first round fetches the snapshot, pushes what waits and shows the server’s stock', async () => {
    const { server, device } = world()
    await device.start()
    await device.capture(move(3, BIN, DOCK))
    expect((await device.settle()).retryInMs).toBeNull()
    expect(server.operations).toHaveLength(1)
    expect(await device.store.rows()).toEqual([])
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(7), pending: 0n })
    expect(device.heard.connection).toBe('online')
  })

  test('own work shows at once, and exactly once before and after the acknowledgement and the pull', async () => {
    const { server, device } = world()
    await device.start()
    await device.settle()
    await device.capture(move(3, BIN, DOCK))
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(7), pending: units(-3) })
    server.refusing = (path) => (path === 'pull' ? { status: 503, body: { code: 'unavailable', message: '' } } : null)
    await device.exchange.round()
    expect(server.operations).toHaveLength(1)
    expect(await device.waiting()).toEqual([])
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(7), pending: units(-3) })
    server.refusing = null
    await device.settle()
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(7), pending: 0n })
  })

  test('a lost reply to a push is sent again and counts once', async () => {
    const { server, device, faults } = world()
    await device.start()
    await device.settle()
    await device.capture(move(3, BIN, DOCK), move(2, BIN, DOCK))
    faults.push('lost_reply')
    expect((await device.exchange.round()).retryInMs).not.toBeNull()
    expect(await device.waiting()).toHaveLength(2)
    await device.settle()
    expect(server.operations).toHaveLength(2)
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(5), pending: 0n })
  })

  test('an expired sign-in keeps everything and stops asking', async () => {
    const { server, device } = world()
    await device.start()
    await device.settle()
    await device.capture(move(1, BIN, DOCK))
    server.refusing = () => ({ status: 401, body: { code: 'token_expired', message: 'sign in' } })
    expect(await device.exchange.round()).toEqual({ retryInMs: null })
    expect(device.heard.connection).toBe('sign_in')
    await device.capture(move(1, BIN, DOCK))
    expect(await device.waiting()).toHaveLength(2)
    server.refusing = null
    device.exchange.forgetGreeting()
    await device.settle()
    expect(server.operations).toHaveLength(2)
  })

  test('a device that was shut out still pushes, pulls nothing, and hears what to do', async () => {
    const { server, device } = world()
    await device.start()
    await device.settle()
    const revoked = { status: 403, body: { code: 'device_revoked', message: 'shut out', directives: ['drain_then_wipe'] } }
    server.refusing = (path) => (path === 'push' ? null : revoked)
    device.exchange.forgetGreeting()
    await device.capture(move(1, BIN, DOCK))
    await device.exchange.round()
    expect(server.operations).toHaveLength(1)
    expect(device.heard).toMatchObject({ connection: 'revoked', directives: ['drain_then_wipe'] })
  })

  test('an app that is too old goes on pushing', async () => {
    const { server, device } = world()
    await device.start()
    await device.settle()
    server.refusing = (path) => (path === 'pull' ? { status: 426, body: { code: 'upgrade_required', message: '' } } : null)
    await device.capture(move(1, BIN, DOCK))
    await device.settle()
    expect(server.operations).toHaveLength(1)
    expect(device.heard.outdated).toBe(true)
  })

  test('a batch that is too large is halved down to what is taken', async () => {
    const { server, device } = world()
    server.mostOperations = 3
    await device.start()
    await device.capture(...Array.from({ length: 20 }, () => move(1, BIN, DOCK)))
    await device.settle()
    expect(server.operations.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1))
  })

  test('an unavailable server is asked again after what it asked for, and at most after a minute', async () => {
    const { server, device } = world()
    await device.start()
    server.refusing = () => ({ status: 503, body: { code: 'unavailable', message: '', retry_after: 7 } })
    const first = await device.exchange.round()
    expect(first.retryInMs).toBeGreaterThanOrEqual(7000)
    for (let round = 0; round < 20; round += 1) await device.exchange.round()
    expect((await device.exchange.round()).retryInMs).toBeLessThanOrEqual(60_000)
  })

  test('a network that answers 200 to everything is no server', async () => {
    const { server, device } = world()
    await device.start()
    await device.capture(move(1, BIN, DOCK))
    server.refusing = () => ({ status: 200, body: { welcome: 'please sign in to this network' } })
    await device.exchange.round()
    expect(device.heard.connection).toBe('offline')
    expect(await device.waiting()).toHaveLength(1)
  })

  test('one poison operation delays nobody and keeps its verdict', async () => {
    const { server, device } = world()
    await device.start()
    const [, bad] = await device.capture(move(1, BIN, DOCK), move(2, BIN, DOCK), move(3, BIN, DOCK))
    server.poison = ({ id }) => id === bad?.id
    await device.settle()
    expect(server.requests.filter((path) => path === 'push')).toHaveLength(1)
    server.refusing = (path) => (path === 'pull' ? { status: 503, body: { code: 'unavailable', message: '' } } : null)
    server.poison = () => true
    await device.capture(move(4, BIN, DOCK))
    await device.exchange.round()
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(6), pending: 0n })
    server.refusing = null
    await device.settle()
    const kept = (await device.store.journal(10)).find(({ id }) => id === bad?.id)
    expect(kept).toMatchObject({ state: 'quarantined', verdict: { reason: 'bad_body' } })
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(6), pending: 0n })
  })

  test('an interrupted bootstrap goes on with the parts that it lacks', async () => {
    const { server, device, faults } = world()
    for (let id = 10; id < 40; id += 1) server.put('item', [id, `I-${id}`, `Item ${id}`, 'piece', 0, 'none', 0, '', 0, null, []])
    await device.start()
    faults.push('none', 'none', 'none', 'none', 'lost_reply', 'lost_reply', 'lost_reply')
    await device.exchange.round()
    const fetched = server.requests.filter((path) => path.startsWith('snapshot/'))
    expect(fetched.length).toBeGreaterThan(0)
    const again = new TestDevice(new FaultyNetwork(server), 'device', device.memory)
    await again.settle()
    const all = server.requests.filter((path) => path.startsWith('snapshot/'))
    expect(new Set(all).size).toBe(all.length)
    expect(await again.shown(7, BIN)).toEqual({ quantity: units(10), pending: 0n })
  })

  test('work can begin when places and items are here, before the stock is', async () => {
    const { device } = world()
    await device.start()
    await device.settle()
    expect(device.catalogueReady).toBeGreaterThan(0)
  })

  test('pages are shown together, in one step', async () => {
    const { server, device, faults } = world()
    await device.start()
    await device.settle()
    server.pageRows = 1
    server.put('stock', [7, '', BIN, '11'])
    server.put('stock', [7, '', DOCK, '22'])
    faults.push('none', 'lost_reply')
    await device.exchange.round()
    expect(await device.shown(7, BIN)).toMatchObject({ quantity: units(10) })
    await device.settle()
    expect(await device.shown(7, BIN)).toMatchObject({ quantity: units(11) })
    expect(await device.shown(7, DOCK)).toMatchObject({ quantity: units(22) })
  })

  test('stock that does not equal its checksum is fetched afresh', async () => {
    const { server, device } = world()
    await device.start()
    await device.settle()
    await device.vault.use((tables) => changeFeed(tables, { checksum: 1 }))
    server.put('stock', [7, '', DOCK, '5'])
    await device.settle()
    expect(server.requests.filter((path) => path === 'snapshot')).toHaveLength(2)
    expect(await device.shown(7, DOCK)).toMatchObject({ quantity: units(5) })
  })

  test('a page that was fetched from elsewhere is not kept', async () => {
    const { device, server } = world()
    await device.start()
    await device.settle()
    const page = { sid: 'first', cursor: 99, head: 99, more: true, changes: {} }
    expect(await device.store.stage(server.head - 1, page)).toBe(false)
    expect(await device.store.stage(server.head, page)).toBe(true)
    expect((await device.store.standing()).pullFrom).toBe(99)
  })
})

describe('the sites of a device', () => {
  beforeEach(freshDisk)

  test('that are lost take their stock with them, and neither what is unsent nor what was done', async () => {
    const { server, device } = world()
    await device.start()
    await device.settle()
    const [done] = await device.capture(move(3, BIN, DOCK))
    server.refusing = (path) => (path === 'push' ? { status: 503, body: { code: 'unavailable', message: '' } } : null)
    server.closed = [BIN]
    await device.exchange.round()
    expect((await device.waiting()).map(({ id }) => id)).toEqual([done?.id])
    server.refusing = null
    await device.settle()
    expect(server.operations.map(({ id }) => id)).toEqual([done?.id])
    expect(await device.store.journal(9)).toMatchObject([{ id: done?.id }])
    expect((await device.shown(7, BIN)).quantity).toBe(0n)
    expect((await device.store.standing()).scopes).toBe(server.scopes)
  })

  test('that are gained bring their stock, once', async () => {
    const { server, device } = world()
    server.closed = [BIN]
    await device.start()
    await device.settle()
    expect((await device.shown(7, BIN)).quantity).toBe(0n)
    server.closed = []
    await device.settle()
    expect((await device.shown(7, BIN)).quantity).toBe(units(10))
    server.requests.length = 0
    await device.settle()
    expect(server.requests.filter((path) => path.startsWith('snapshot'))).toEqual([])
  })
})

describe('changes that come with a hint', () => {
  const delta = (from: number, to: number) => ({ from, to, changes: { stock: [[7, '', BIN, '8']] } })
  beforeEach(freshDisk)

  test('are taken where they continue what is shown', async () => {
    const { server, device } = world()
    await device.start()
    await device.settle()
    server.put('stock', [7, '', BIN, '8'])
    expect(await device.exchange.takeDelta('first', delta(server.head - 1, server.head))).toBe(true)
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(8), pending: 0n })
    expect((await device.store.standing()).cursor).toBe(server.head)
  })

  test('are left where they begin elsewhere, come from another server, or own work is on its way', async () => {
    const { server, device } = world()
    await device.start()
    await device.settle()
    server.put('stock', [7, '', BIN, '8'])
    expect(await device.exchange.takeDelta('first', delta(server.head, server.head + 1))).toBe(false)
    expect(await device.exchange.takeDelta('second', delta(server.head - 1, server.head))).toBe(false)
    await device.capture(move(1, BIN, DOCK))
    expect(await device.exchange.takeDelta('first', delta(server.head - 1, server.head))).toBe(false)
    expect(await device.shown(7, BIN)).toEqual({ quantity: units(9), pending: units(-1) })
  })
})
