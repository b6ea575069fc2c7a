import { beforeEach, describe, expect, test } from 'vitest'
import { type Fault, FaultyNetwork, type ModelServer } from '../model-server'
import { BIN, DOCK, units, world } from '../small-world'
import { count, FakeMemory, freshDisk, move, TestDevice } from '../test-device'

describe('two tabs of one device', () => {
  beforeEach(freshDisk)

  test('three tabs that push at the same time count everything once', async () => {
    const server = world().server
    const memory = new FakeMemory()
    const tabs = [1, 2, 3].map(() => new TestDevice(new FaultyNetwork(server), 'shared', memory))
    await tabs[0]?.start()
    for (const tab of tabs) for (let turn = 0; turn < 5; turn += 1) await tab.capture(move(1, BIN, DOCK))
    await Promise.all(tabs.map((tab) => tab.settle()))
    await Promise.all(tabs.map((tab) => tab.settle()))
    expect(server.operations.map(({ seq }) => seq)).toEqual(Array.from({ length: 15 }, (_, index) => index + 1))
    for (const tab of tabs) expect(await tab.shown(7, BIN)).toEqual({ quantity: units(-5), pending: 0n })
  })

  type Beside = (other: TestDevice, server: ModelServer) => Promise<unknown>

  /** Two tabs of one device; what the second does while the first waits for the answer to a pull. */
  async function pullBeside(when: 'before' | 'after', work: Beside, faults: Fault[] = [], started = true) {
    const { server } = world()
    const memory = new FakeMemory()
    const other = new TestDevice(new FaultyNetwork(server, faults), 'shared', memory)
    const network = new FaultyNetwork(server)
    const ask = network.ask.bind(network)
    let armed = !started
    const beside = async (path: string, at: 'before' | 'after') => {
      if (path !== 'pull' || !armed || at !== when) return
      armed = false
      await work(other, server)
    }
    network.ask = async (path, body) => {
      await beside(path, 'before')
      const answer = await ask(path, body)
      await beside(path, 'after')
      return answer
    }
    const tab = new TestDevice(network, 'shared', memory)
    await tab.start()
    if (started) await tab.settle()
    armed = true
    await tab.exchange.round()
    return { tab, other, server }
  }

  const captureAndPush: Beside = async (other) => {
    await other.capture(move(3, BIN, DOCK))
    await other.exchange.round()
  }

  test('a pull that overtakes another tab’s acknowledgement does not show that tab’s work twice', async () => {
    const { tab, server } = await pullBeside('before', captureAndPush, ['none', 'lost_reply'])
    expect(server.operations).toHaveLength(1)
    expect((await tab.shown(7, BIN)).quantity).toBe(units(7))
    await tab.settle()
    expect(await tab.shown(7, BIN)).toEqual({ quantity: units(7), pending: 0n })
  })

  test('a pull that was answered before another tab’s push keeps showing that tab’s work', async () => {
    const { tab, server } = await pullBeside('after', captureAndPush, ['none', 'none', 'lost_request'])
    expect(server.operations).toHaveLength(1)
    expect(await tab.shown(7, BIN)).toEqual({ quantity: units(7), pending: units(-3) })
    await tab.settle()
    expect(await tab.shown(7, BIN)).toEqual({ quantity: units(7), pending: 0n })
  })

  test('an answer to a pull that comes late takes nothing back', async () => {
    const { tab, server } = await pullBeside('after', async (other, books) => {
      books.put('stock', [7, '', BIN, '99'])
      await other.settle()
    })
    expect((await tab.shown(7, BIN)).quantity).toBe(units(99))
    expect((await tab.store.standing()).cursor).toBe(server.head)
  })

  test('pages that two tabs fetch at the same time are kept once', async () => {
    const { tab, other, server } = await pullBeside('before', async (_other, books) => {
      books.pageRows = 1
      for (const quantity of ['11', '12', '13']) books.put('stock', [7, quantity, BIN, quantity])
    })
    await Promise.all([tab.settle(), other.settle()])
    expect((await tab.store.standing()).cursor).toBe(server.head)
    expect((await tab.observatory.look(async ({ feed }) => feed)).checksum).toBe(server.checksum())
    expect(server.requests.filter((path) => path === 'snapshot')).toHaveLength(1)
  })

  test('work captured while the first stock is on its way is shown over it', async () => {
    const { tab } = await pullBeside('after', (other) => other.capture(move(3, BIN, DOCK)), [], false)
    expect(await tab.shown(7, BIN)).toEqual({ quantity: units(7), pending: units(-3) })
  })
})
