/** The exchange with the server: hello, push until nothing waits, pull until nothing is missing. One at a time. */
import { askServer, delayAfter, Outrun, Refused, Unreachable, type Transport } from './asking'
import { fetchSnapshot } from './bootstrap'
import type { ExchangeStore, Standing } from './keeping'
import { nextBatch, summaryOf, type OutboxRow } from './outbox'
import {
  PULL_ROWS,
  PUSH_OPERATIONS,
  SCHEMA,
  type ClockReading,
  type Delta,
  type HelloReply,
  type PullReply,
  type PushReply,
  type Refusal,
  type Snapshot,
} from './protocol'

const CONFLICTS_A_ROUND = 6

export interface Clock {
  read(): ClockReading
  random(): number
}

type Standstill = 'offline' | 'sign_in' | 'revoked' | 'trouble'

export interface Report {
  connection(now: 'online' | Standstill, message: string | null): void
  head(head: number): void
  /** The feed counts afresh. */
  anotherServer(): void
  sending(ids: ReadonlySet<string>): void
  progress(done: number, total: number): void
  outdated(): void
  directives(names: readonly string[]): void
  /** Who may use this device may have changed. */
  people(): void
  /** What the office calls this device. */
  named(name: string): void
}

/** How a round ended: when to try again of one's own accord, null when there is nothing to wait for. */
export interface RoundEnd {
  retryInMs: number | null
}

export class Exchange {
  private greeted = false
  private failures = 0
  private limit = PUSH_OPERATIONS
  private conflicts = 0
  private revoked = false
  private outdated = false

  constructor(
    private readonly store: ExchangeStore,
    private readonly transport: Transport,
    private readonly clock: Clock,
    private readonly report: Report,
    /** The version of the app, for the server's list of devices. */
    private readonly version = '',
  ) {}

  /** The connection was lost or the credential changed: say hello again first. */
  forgetGreeting(): void {
    this.greeted = false
    this.revoked = false
    this.outdated = false
  }

  /** One round of hello, push and pull. Never throws for what a network or a server can do. */
  async round(): Promise<RoundEnd> {
    this.conflicts = 0
    try {
      if (!this.greeted) await this.greet()
      await this.drain()
      await this.refresh()
      this.failures = 0
      this.report.connection(this.revoked ? 'revoked' : 'online', null)
      return { retryInMs: null }
    } catch (problem) {
      return this.standstill(problem)
    }
  }

  /**
   * Takes changes that came with a hint, instead of a pull: only where they continue what is shown, and nothing of
   * one's own is on its way, for a hint does not say how far that has come. False when a pull is due.
   */
  async takeDelta(sid: string, delta: Delta): Promise<boolean> {
    const standing = await this.store.standing()
    const continues = standing.sid === sid && standing.cursor === delta.from && standing.pullFrom === delta.from
    if (!this.greeted || !continues || (await this.store.rows()).length > 0) return false
    const { epoch, confirmedSeq } = standing
    const end = { sid, epoch, from: delta.from, cursor: delta.to, changes: delta.changes }
    const result = await this.store.flip({ ...end, deviceSeq: confirmedSeq, checksum: null, pulledAt: this.clock.read().wall })
    return result === 'done'
  }

  private standstill(problem: unknown): RoundEnd {
    if (problem instanceof Outrun) return { retryInMs: 250 }
    this.failures += 1
    const refusal = problem instanceof Refused ? problem.refusal : null
    if (!refusal && !(problem instanceof Unreachable)) throw problem
    if (!refusal) this.greeted = false
    this.report.connection(standstillOf(refusal), problem instanceof Error ? problem.message : null)
    if (refusal?.kind === 'sign_in') return { retryInMs: null }
    return { retryInMs: delayAfter(this.failures, this.clock.random(), refusal?.kind === 'wait' ? refusal.seconds : null) }
  }

  private async greet(): Promise<void> {
    const standing = await this.store.standing()
    try {
      const reply = await this.hello(standing, standing.epoch)
      await this.agree(standing, reply)
      this.greeted = true
      this.outdated = reply.minimum_pull_version > SCHEMA
      if (this.outdated) this.report.outdated()
      this.report.head(reply.feed.head)
      this.report.directives(reply.directives ?? [])
      this.report.people()
      if (reply.name) this.report.named(reply.name)
      this.report.connection('online', null)
    } catch (problem) {
      this.denied(problem)
    }
  }

  /** A device that was shut out may still push; everything else that it is refused stops the round. */
  private denied(problem: unknown): void {
    if (!(problem instanceof Refused) || problem.refusal.kind !== 'revoked') throw problem
    this.revoked = true
    this.report.directives(problem.refusal.directives)
  }

  private async hello(standing: Standing, epoch: number): Promise<HelloReply> {
    const rows = await this.store.rows()
    const asked = this.clock.read()
    const { device, sid } = standing
    const body = { device, epoch, sid, app: this.version, schema: SCHEMA, clock: asked, outbox: summaryOf(rows, epoch, standing) }
    const reply = await askServer<HelloReply>(this.transport, 'hello', body)
    const elapsed = this.clock.read().mono - asked.mono
    await this.store.measured(Math.round(reply.server_time - (asked.wall + elapsed / 2)))
    return reply
  }

  /** Settle who knows what: the server may be another one, have lost some, or know more than this device. */
  private async agree(standing: Standing, reply: HelloReply): Promise<void> {
    if (reply.sid !== standing.sid) {
      this.report.anotherServer()
      const applied = new Map([[standing.epoch, reply.device_seq]])
      for (const epoch of standing.epochs.filter((each) => each !== standing.epoch)) {
        applied.set(epoch, (await this.hello(standing, epoch)).device_seq)
      }
      await this.store.adopt(reply.sid, applied)
    } else if (reply.device_seq < standing.confirmedSeq) {
      await this.store.refill(standing.epoch, reply.device_seq + 1)
    }
    if (standing.lost) await this.store.voidLost(reply.device_seq)
    if (reply.device_seq >= (await this.store.standing()).nextSeq) await this.store.fork()
    if (standing.cursor !== null && reply.sid === standing.sid && standing.cursor > reply.feed.head) await this.store.dropBase()
  }

  private async drain(): Promise<void> {
    for (;;) {
      const rows = await this.store.rows()
      const batch = nextBatch(rows, this.limit)
      if (batch.length === 0) return
      try {
        await this.push(batch, rows)
      } catch (problem) {
        if (!(problem instanceof Refused) || !(await this.overcome(problem.refusal, batch))) throw problem
      } finally {
        this.report.sending(new Set())
      }
    }
  }

  private async push(batch: readonly OutboxRow[], rows: readonly OutboxRow[]): Promise<void> {
    const standing = await this.store.standing()
    const { device, sid } = standing
    const epoch = batch[0]?.epoch ?? 0
    this.report.sending(new Set(batch.map((row) => row.id)))
    const operations = batch.map((row) => row.operation)
    const body = { device, epoch, sid, clock: this.clock.read(), outbox: summaryOf(rows, epoch, standing), operations }
    const reply = await askServer<PushReply>(this.transport, 'push', body)
    await this.store.acknowledge(epoch, reply.device_seq, reply.verdicts)
    if (reply.device_seq < (batch[0]?.seq ?? 0)) throw new Unreachable('the server took nothing and did not say why')
    this.limit = Math.min(PUSH_OPERATIONS, this.limit * 2)
    this.report.head(reply.head)
    this.sameServer(sid, reply.sid)
  }

  /** What a refused push asks for; false when only waiting helps. */
  private async overcome(refusal: Refusal, batch: readonly OutboxRow[]): Promise<boolean> {
    await this.store.refused(batch, refusal.message)
    this.conflicts += 1
    if (this.conflicts > CONFLICTS_A_ROUND) return false
    if (refusal.kind === 'greet') this.greetAnew()
    if (refusal.kind === 'gap') await this.store.refill(batch[0]?.epoch ?? 0, refusal.expect)
    else if (refusal.kind === 'fork') await this.store.fork()
    else if (refusal.kind === 'too_large' && batch.length > 1) this.limit = Math.max(1, Math.floor(batch.length / 2))
    else return false
    return true
  }

  private greetAnew(): never {
    this.greeted = false
    throw new Outrun('the server was restored')
  }

  private async refresh(): Promise<void> {
    while (!this.revoked && !this.outdated) {
      const standing = await this.store.standing()
      if (standing.pullFrom === null) await this.startAfresh(standing)
      else if (!(await this.pull(standing, standing.pullFrom))) return
      await this.drain()
    }
  }

  /** One page; true when there are more. */
  private async pull(standing: Standing, from: number): Promise<boolean> {
    const { device, epoch, sid } = standing
    const outbox = summaryOf(await this.store.rows(), epoch, standing)
    const asked = { device, epoch, sid, cursor: from, schema: SCHEMA, limit: PULL_ROWS, clock: this.clock.read(), outbox, ...scopesOf(standing) }
    try {
      const page = await askServer<PullReply>(this.transport, 'pull', asked)
      this.sameServer(sid, page.sid)
      this.report.head(page.head)
      if (page.people) this.report.people()
      return await this.take(standing, from, page)
    } catch (problem) {
      return this.pullRefused(problem)
    }
  }

  private async take(standing: Standing, from: number, page: PullReply): Promise<boolean> {
    if (page.more) {
      if (!(await this.store.stage(from, page))) throw new Outrun()
      return true
    }
    const { epoch, sid } = standing
    const end = { sid: sid ?? '', epoch, from, cursor: page.cursor, changes: page.changes }
    const checks = { deviceSeq: page.device_seq ?? 0, checksum: page.checksum ?? null }
    const result = await this.store.flip({ ...end, ...checks, pulledAt: this.clock.read().wall })
    if (result === 'outrun') throw new Outrun()
    if (result === 'mismatch') await this.store.dropBase()
    return result === 'mismatch' && this.conflicts++ < CONFLICTS_A_ROUND
  }

  private async pullRefused(problem: unknown): Promise<boolean> {
    const kind = problem instanceof Refused ? problem.refusal.kind : null
    if (kind === 'revoked') this.denied(problem)
    else if (kind === 'upgrade') this.outdate()
    else if (kind === 'snapshot' && this.conflicts++ < CONFLICTS_A_ROUND) await this.store.dropBase()
    else throw problem
    return true
  }

  private outdate(): void {
    this.outdated = true
    this.report.outdated()
  }

  private async startAfresh(standing: Standing): Promise<void> {
    const snapshot = await askServer<Snapshot>(this.transport, 'snapshot', null)
    this.sameServer(standing.sid, snapshot.sid)
    const lacking = await this.store.beginBase(snapshot)
    const report = (done: number) => this.report.progress(done, snapshot.parts.length)
    const kept = snapshot.parts.length - lacking.length
    const { transport, store } = this
    await fetchSnapshot(transport, lacking, (hash, bytes) => store.keepPart(hash, bytes), (done) => report(kept + done))
    await store.buildBase()
  }

  private sameServer(known: string | null, answered: string): void {
    if (known === answered) return
    this.greeted = false
    throw new Outrun('another server answered')
  }
}

function scopesOf({ scopes }: Standing): { scopes?: string } {
  return scopes ? { scopes } : {}
}

function standstillOf(refusal: Refusal | null): Standstill {
  if (!refusal) return 'offline'
  if (refusal.kind === 'sign_in' || refusal.kind === 'revoked') return refusal.kind
  return refusal.kind === 'wait' ? 'offline' : 'trouble'
}
