import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { count, FakeMemory, freshDisk, move, TestDevice } from '../test-device'
import { FaultyNetwork, ModelServer, type Fault } from '../model-server'
import type { Draft } from '../../src/sync/operation'

const BIN = 101
const DOCK = 100
const FAULTS: Fault[] = ['none', 'lost_request', 'lost_reply', 'unavailable', 'twice', 'late']

type Step = { do: 'capture'; drafts: number } | { do: 'round' } | { do: 'restart' } | { do: 'restore' } | { do: 'tab' }

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ do: fc.constant('capture' as const), drafts: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant('round' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('tab' as const) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restore' as const) }) },
  ),
  { minLength: 3, maxLength: 14 },
)
const faults = fc.array(fc.constantFrom(...FAULTS), { maxLength: 30 })

function drafts(number: number): Draft[] {
  return Array.from({ length: number }, (_, index) => (index % 3 === 2 ? count(index, BIN) : move(index + 1, BIN, DOCK)))
}

/** One device through all of it, in one or more tabs; what it captured, and the server it talked to. */
class Story {
  readonly server = new ModelServer()
  readonly captured: string[] = []
  private readonly network: FaultyNetwork
  private readonly memory = new FakeMemory()
  private tabs: TestDevice[] = []
  private backup = this.server.backup()
  private restores = 0

  constructor(faults: Fault[]) {
    this.server.put('item', [7, 'TEA', 'Green tea', 'piece', 0, 'none', 0, '', 0, null, []])
    this.server.put('stock', [7, '', BIN, '10'])
    this.backup = this.server.backup()
    this.network = new FaultyNetwork(this.server, faults)
  }

  async open(): Promise<TestDevice> {
    const tab = new TestDevice(this.network, 'phone', this.memory)
    await tab.start()
    this.tabs.push(tab)
    return tab
  }

  get tab(): TestDevice {
    return this.tabs.at(-1)!
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'capture') this.captured.push(...(await this.tab.capture(...drafts(step.drafts))).map(({ id }) => id))
    if (step.do === 'round') await Promise.all(this.tabs.map((tab) => tab.exchange.round()))
    if (step.do === 'tab') await this.open()
    if (step.do === 'restart') await this.restart()
    if (step.do === 'restore') this.restore()
  }

  private async restart(): Promise<void> {
    for (const tab of this.tabs.splice(0)) tab.vault.close()
    await this.open()
  }

  /** Back to an earlier backup; the next one is taken now. */
  private restore(): void {
    const older = this.backup
    this.backup = this.server.backup()
    this.restores += 1
    this.server.restore(older, `restored-${this.restores}`)
    for (const tab of this.tabs) tab.exchange.forgetGreeting()
  }
}

beforeEach(freshDisk)

test('whatever the network and the server do, the queue drains, each operation once and in order', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(steps, faults, async (story, network) => {
      freshDisk()
      const world = new Story(network)
      await world.open()
      for (const step of story) await world.take(step)
      await world.tab.settle(120)
      await world.tab.settle(120)
      const arrived = world.server.operations.map(({ id }) => id)
      expect(arrived).toEqual(world.captured)
      expect(await world.tab.store.rows()).toEqual([])
      const shown = await world.tab.shown(7, BIN)
      expect(shown).toEqual({ quantity: world.server.quantity(7, '', BIN), pending: 0n })
      expect((await world.tab.store.standing()).cursor).toBe(world.server.head)
    }),
    { numRuns: 60 },
  )
})

test('own work shows exactly once at every moment of a bad connection', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 10 }), faults, async (captures, network) => {
      freshDisk()
      const world = new Story(network)
      const tab = await world.open()
      await new FaultlessStart(tab, world.server).run()
      let expected = 10n
      for (const number of captures) {
        if (number > 0) await tab.capture(move(number, BIN, DOCK))
        expected -= BigInt(number)
        await tab.exchange.round()
        expect((await tab.shown(7, BIN)).quantity).toBe(expected * 1_000_000n)
      }
    }),
    { numRuns: 60 },
  )
})

/** The first base comes over a good network: before it there is nothing to show. */
class FaultlessStart {
  constructor(
    private readonly tab: TestDevice,
    private readonly server: ModelServer,
  ) {}

  async run(): Promise<void> {
    const start = new TestDevice(new FaultyNetwork(this.server), this.tab.name, this.tab.memory)
    await start.settle()
  }
}
