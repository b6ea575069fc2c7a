/** When nothing can be stored: records are held in memory, sent directly, and kept in the lifeboat meanwhile. */
import { askServer, type Transport } from '../sync/asking'
import type { Clock } from '../sync/exchange'
import { makeOperation, type Operation } from '../sync/operation'
import { newRow, type OutboxRow } from '../sync/outbox'
import { PUSH_OPERATIONS, type PushReply } from '../sync/protocol'
import type { Mirror } from '../store/mirror'
import type { Capture } from '../store/outbox'

export class Hold {
  private held: OutboxRow[] = []
  private epoch: number | null = null
  private nextSeq = 1

  constructor(
    private readonly mirror: Mirror,
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {}

  get rows(): readonly OutboxRow[] {
    return this.held
  }

  /**
   * Takes what the database refused. It gets an epoch of its own, for the numbers of the one before are out of
   * reach. False when not even the lifeboat keeps it.
   */
  take({ drafts, moment, random }: Capture): { rows: OutboxRow[]; kept: boolean } {
    const epoch = this.ownEpoch()
    const rows = drafts.map((draft, index) => {
      const bytes = random[index] ?? new Uint8Array(10)
      return newRow(makeOperation(draft.kind, draft.body, this.nextSeq + index, moment, bytes), epoch)
    })
    this.nextSeq += rows.length
    this.held = [...this.held, ...rows]
    return { rows, kept: this.keep() }
  }

  /** Sends what is held; true when the server has all of it. Throws Refused or Unreachable. */
  async send(): Promise<boolean> {
    const device = this.mirror.line()?.device
    while (device && this.epoch !== null && this.held.length > 0) {
      const left = this.held.length
      await this.sendSome(device, this.epoch)
      if (this.held.length === left) return false
    }
    return this.held.length === 0
  }

  private async sendSome(device: string, epoch: number): Promise<void> {
    const operations: Operation[] = this.held.slice(0, PUSH_OPERATIONS).map(({ operation }) => operation)
    const outbox = { pending: this.held.length, oldest_at: operations[0]?.at ?? null, max_seq: this.nextSeq - 1 }
    const body = { device, epoch, sid: null, clock: this.clock.read(), outbox, operations }
    const reply = await askServer<PushReply>(this.transport, 'push', body)
    const answered = new Set(reply.verdicts.map(({ id }) => id))
    this.held = this.held.filter(({ id }) => !answered.has(id))
    this.keep()
  }

  private ownEpoch(): number {
    const line = this.mirror.line()
    this.epoch ??= (line?.epoch ?? 0) + 1
    return this.epoch
  }

  private keep(): boolean {
    const line = this.mirror.line()
    if (line && this.epoch !== null) this.mirror.note({ device: line.device, epoch: this.epoch, nextSeq: this.nextSeq })
    return this.mirror.board(this.held)
  }
}
