/** Keeps the signals true: what the database says, how the connection stands, how far behind the server this device is. */
import type { Observatory } from '../store/sight'
import type { SessionRecord } from '../store/schema'
import { truth, type Connection } from './state'

export class Showing {
  /** Where the stock shown stands in the server's feed; null before the first. */
  seen: number | null = null
  head = 0
  private shown = ''
  private catalogue = false

  constructor(
    private readonly observatory: Observatory,
    private readonly held: () => number,
  ) {}

  /** Reads the database again; screens hear of it when anything that they show has changed. */
  async refresh(session: SessionRecord | null): Promise<void> {
    const { line, feed, own } = await this.observatory.look(async (sight) => sight)
    const waiting = own.rows.filter(({ state }) => state === 'waiting').map(({ operation }) => operation.at)
    truth.unsent.value = waiting.length + this.held()
    truth.oldestUnsentAt.value = waiting.reduce<number | null>((oldest, at) => Math.min(oldest ?? at, at), null)
    truth.stockAt.value = feed.pulledAt
    this.seen = feed.cursor
    if (feed.pulledAt !== null && feed.cursor !== null) truth.bootstrap.value = null
    this.toldHead(feed.cursor ?? 0)
    const ready = feed.pulledAt !== null || this.catalogue
    truth.phase.value = session?.credential == null ? 'needs_sign_in' : ready ? 'ready' : 'bootstrapping'
    this.tick(`${line.generation}:${line.nextSeq}:${this.catalogue}`)
  }

  /** The server's feed has moved. */
  toldHead(head: number): void {
    this.head = Math.max(this.head, head)
    truth.behind.value = this.seen === null ? 0 : Math.max(0, this.head - this.seen)
  }

  /** Another server, whose feed counts by itself. */
  forgetHead(): void {
    this.head = 0
  }

  /** True the first time that the catalogue of a base still being built is complete. */
  catalogueReady(): boolean {
    const first = !this.catalogue
    this.catalogue = true
    return first
  }

  session(session: SessionRecord): void {
    truth.user.value = session.user
    truth.locked.value = session.locked
    if (session.manual) truth.connection.value = 'manual'
    else if (truth.connection.peek() === 'manual') truth.connection.value = 'offline'
  }

  /** How the last exchange went; working offline on purpose stays so. */
  connection(now: Connection): void {
    if (truth.connection.peek() !== 'manual') truth.connection.value = now
  }

  private tick(shown: string): void {
    if (shown !== this.shown) truth.version.value += 1
    this.shown = shown
  }
}
