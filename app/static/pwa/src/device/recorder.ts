/** Recording what a person did, durably; and reading back what this device did. */
import type { OutboxEntry } from '../sync/facts'
import { entryOf, type JournalRow, type OutboxRow } from '../sync/outbox'
import { problemOf, type Draft, type Moment } from '../sync/operation'
import { targetsOf } from '../sync/own-work'
import type { DeviceStore } from '../store/exchange-store'
import type { Mirror } from '../store/mirror'
import { capture, type Capture } from '../store/outbox'
import { withRoom } from '../store/room'
import { isFull, StorageBroken, type Vault } from '../store/vault'
import { t } from '../ui/words'
import type { PageClock } from './clock'
import type { Hold } from './hold'
import { truth } from './state'

export class Recorder {
  /** What is on its way at this moment. */
  sending: ReadonlySet<string> = new Set()

  constructor(
    private readonly vault: Vault,
    private readonly store: DeviceStore,
    private readonly mirror: Mirror,
    private readonly hold: Hold,
    private readonly clock: PageClock,
  ) {}

  /** Records drafts, all or none. Resolves when they are on the disk. Throws Error with words for a person. */
  async record(drafts: Draft[], context: Pick<Moment, 'offset' | 'actor' | 'sess' | 'seen'>): Promise<OutboxEntry[]> {
    const problem = drafts.length ? drafts.map(problemOf).find((key) => key !== null) : 'sync.draft_nothing'
    if (problem) throw new Error(t(problem))
    const { wall, mono, boot } = this.clock.read()
    const moment = { at: wall, mono, boot, ...context }
    const rows = await this.stored({ drafts, moment, random: drafts.map(() => this.clock.idBytes()) })
    return rows.map((row) => entryOf(row, new Set(), this.sending))
  }

  /** What this device did: unsent and recent, newest first. `own` is what stands in the outbox. */
  async list(own: readonly OutboxRow[], limit: number): Promise<OutboxEntry[]> {
    const settled = await this.store.journal(limit).catch((): JournalRow[] => [])
    const rows = [...this.hold.rows, ...own, ...settled]
    const reversed = targetsOf(rows.map(({ operation }) => operation))
    const newest = rows.sort((first, second) => second.operation.at - first.operation.at || second.seq - first.seq)
    return newest.slice(0, limit).map((row) => entryOf(row, reversed, this.sending))
  }

  /** Everything unsent, as the server takes it from the hands of a person. */
  async rescueFile(): Promise<Blob> {
    const stored = await this.store.rows().catch((): OutboxRow[] => [])
    const waiting = [...stored.filter(({ state }) => state === 'waiting'), ...this.hold.rows]
    const { device, epoch: current } = this.mirror.line() ?? { device: null, epoch: 1 }
    const epoch = waiting[0]?.epoch ?? current
    const of = (wanted: number) => waiting.filter((row) => row.epoch === wanted).map(({ operation }) => operation)
    const later = [...new Set(waiting.map((row) => row.epoch))].filter((each) => each !== epoch)
    const more = later.map((each) => ({ epoch: each, operations: of(each) }))
    const file = { device, epoch, operations: of(epoch), ...(more.length ? { more } : {}) }
    return new Blob([JSON.stringify(file, null, 1)], { type: 'application/json' })
  }

  private async stored(wish: Capture): Promise<OutboxRow[]> {
    try {
      const rows = await withRoom(this.vault, (tables) => capture(tables, wish))
      const last = rows.at(-1)
      const device = this.mirror.line()?.device
      if (last && device) this.mirror.note({ device, epoch: last.epoch, nextSeq: last.seq + 1 })
      count(rows)
      return rows
    } catch (problem) {
      if (!isFull(problem) && !(problem instanceof StorageBroken)) throw problem
      return this.heldInstead(wish, isFull(problem) ? 'sync.storage_full' : 'sync.storage_broken')
    }
  }

  /** The database takes nothing: hold it in memory, and try to get it to the server, which keeps it as well. */
  private async heldInstead(wish: Capture, trouble: string): Promise<OutboxRow[]> {
    const { rows } = this.hold.take(wish)
    truth.storageTrouble.value = t(trouble)
    truth.unsent.value = (truth.unsent.peek() ?? 0) + rows.length
    if (!(await this.hold.send().catch(() => false))) throw new Error(t('sync.held'))
    truth.unsent.value = (truth.unsent.peek() ?? 0) - rows.length
    return rows
  }
}

/** Counts what was just recorded as unsent, before the database is read again. */
function count(rows: readonly OutboxRow[]): void {
  truth.unsent.value = (truth.unsent.peek() ?? 0) + rows.length
  truth.oldestUnsentAt.value ??= rows[0]?.operation.at ?? null
}
