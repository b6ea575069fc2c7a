/** When to exchange: after a capture, on a hint, on waking up, and from time to time anyway. */
import type { RoundEnd } from '../sync/exchange'

const IDLE_MS = 25_000
const HIDDEN_MS = 60_000
const ELSEWHERE_MS = 2_000
const STUCK_MS = 30_000

export interface Work {
  /** One round; null when another tab is at it. `anyway` does not wait for the other tab. */
  round(anyway: boolean): Promise<RoundEnd | null>
  /** Whether anything is unsent on this device. */
  hasUnsent(): boolean
}

/** Keeps one round at a time going, and the next one in sight. */
export class Runner {
  private timer: ReturnType<typeof setTimeout> | null = null
  private due = Infinity
  private running: Promise<void> | null = null
  private again = false
  private urgent = false
  private elsewhereSince: number | null = null
  private stopped = true

  constructor(
    private readonly work: Work,
    private readonly hidden: () => boolean,
    private readonly random: () => number,
  ) {}

  /** Begins or goes on; `stop` holds everything back until then. */
  begin(): void {
    this.stopped = false
    this.wake()
  }

  stop(): void {
    this.stopped = true
    this.forget()
  }

  /**
   * Asks for a round within so many milliseconds; an earlier one that is planned stays. One asked for at once (a
   * network came back, a person presses) follows the one that runs even where that fails: it began before.
   */
  wake(withinMs = 0): void {
    if (this.stopped) return
    if (this.running && withinMs < ELSEWHERE_MS) this.again = true
    if (this.running && withinMs === 0) this.urgent = true
    const at = Date.now() + withinMs
    if (at >= this.due) return
    this.forget()
    this.due = at
    this.timer = setTimeout(() => void this.join(), withinMs)
  }

  /** One round that begins now, or after the one that runs; resolves when it is over. */
  async now(): Promise<void> {
    this.urgent = this.running !== null
    await this.join()
  }

  private async join(): Promise<void> {
    this.forget()
    if (this.stopped) return
    this.running ??= this.runs().finally(() => (this.running = null))
    await this.running
  }

  private async runs(): Promise<void> {
    let end: RoundEnd | null
    do {
      this.again = false
      this.urgent = false
      end = await this.work.round(this.isStuck())
      this.elsewhereSince = end ? null : (this.elsewhereSince ?? Date.now())
    } while (!this.stopped && (this.urgent || (this.again && end?.retryInMs === null)))
    this.running = null
    this.wake(this.pauseAfter(end))
  }

  private pauseAfter(end: RoundEnd | null): number {
    const idle = (this.hidden() ? HIDDEN_MS : IDLE_MS) * (0.8 + 0.4 * this.random())
    if (end) return Math.min(end.retryInMs ?? idle, idle)
    return this.work.hasUnsent() ? ELSEWHERE_MS : idle
  }

  /** A tab that the browser has frozen may hold the lock for ever. */
  private isStuck(): boolean {
    return this.elsewhereSince !== null && Date.now() - this.elsewhereSince > STUCK_MS
  }

  private forget(): void {
    if (this.timer !== null) clearTimeout(this.timer)
    this.timer = null
    this.due = Infinity
  }
}
