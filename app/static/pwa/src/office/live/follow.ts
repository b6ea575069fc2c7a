/** Following the feed: a snapshot once, then a pull for every hint; it knows how far behind it is. */
import { askServer, delayAfter, Refused, type Transport } from '../../sync/asking'
import { fetchSnapshot } from '../../sync/bootstrap'
import { SCHEMA, type Changes, type PullReply, type Snapshot } from '../../sync/protocol'
import { unpacked, type Part } from '../../sync/snapshot-part'

export type Link = 'starting' | 'live' | 'lost' | 'signed_out'

interface Follower {
  apply(changes: Changes): void
  /** Everything known so far is void: another server, or too far behind. */
  clear(): void
  progress(done: number, total: number): void
  link(link: Link, behind: number): void
}

export interface Surroundings {
  transport: Transport
  random(): number
  wait(milliseconds: number): Promise<void>
}

interface OfficeSnapshot extends Snapshot {
  own?: Changes
}

const PULL_LIMIT = 5000

/** One page's place in the feed. `run` goes on until it is stopped; hints and wake-ups only make it look sooner. */
export class Feed {
  head = 0
  cursor: number | null = null
  private sid: string | null = null
  private failures = 0
  private busy = false
  private again = false

  constructor(
    private readonly follower: Follower,
    private readonly around: Surroundings,
  ) {}

  get behind(): number {
    return this.cursor === null ? 0 : Math.max(0, this.head - this.cursor)
  }

  /** Somebody says that the feed stands at `head` on server `sid`. */
  hint(sid: string, head: number): void {
    if (sid === this.sid && head <= (this.cursor ?? -1)) return
    this.head = Math.max(this.head, head)
    void this.look()
  }

  /** Looks now, and once more if asked to while looking. */
  async look(): Promise<void> {
    this.again = true
    if (this.busy) return
    this.busy = true
    try {
      while (this.again) {
        this.again = false
        await this.attempt()
      }
    } finally {
      this.busy = false
    }
  }

  private async attempt(): Promise<void> {
    try {
      if (this.cursor === null) await this.begin()
      while (await this.pull());
      this.failures = 0
      this.follower.link('live', this.behind)
    } catch (problem) {
      await this.stumble(problem)
    }
  }

  private async stumble(problem: unknown): Promise<void> {
    const kind = problem instanceof Refused ? problem.refusal.kind : null
    if (kind === 'snapshot') this.forget()
    else if (kind === 'sign_in') return this.follower.link('signed_out', this.behind)
    else this.follower.link('lost', this.behind)
    this.failures += 1
    this.again = true
    await this.around.wait(delayAfter(Math.min(this.failures, 5), this.around.random(), null))
  }

  private forget(): void {
    this.cursor = null
    this.sid = null
    this.follower.clear()
  }

  private async begin(): Promise<void> {
    const snapshot = await askServer<OfficeSnapshot>(this.around.transport, 'snapshot', null)
    const parts = new Map<string, Part>()
    const keep = async (hash: string, bytes: Uint8Array) => void parts.set(hash, JSON.parse(await unpacked(bytes)) as Part)
    const report = (done: number) => this.follower.progress(done, snapshot.parts.length)
    await fetchSnapshot(this.around.transport, snapshot.parts.map((part) => part.hash), keep, report)
    const changes: Changes = { ...snapshot.own }
    for (const { entity, rows } of parts.values()) changes[entity] = (changes[entity] ?? []).concat(rows)
    this.follower.apply(changes)
    this.sid = snapshot.sid
    this.cursor = snapshot.cursor
  }

  /** One page; true when there are more. */
  private async pull(): Promise<boolean> {
    const request = { sid: this.sid, cursor: this.cursor, schema: SCHEMA, limit: PULL_LIMIT }
    const page = await askServer<PullReply>(this.around.transport, 'pull', request)
    if (page.sid !== this.sid) {
      this.forget()
      this.again = true
      return false
    }
    this.head = page.head
    this.follower.apply(page.changes)
    this.cursor = page.cursor
    if (page.more) this.follower.link('live', this.behind)
    return page.more
  }
}
