/** Other tabs of this app: one of them talks to the server at a time, all of them show what one of them did. */

export type Message =
  | { kind: 'captured' }
  | { kind: 'changed' }
  | { kind: 'session' }
  | { kind: 'give_way' }
  | { kind: 'connection'; connection: string; head: number }

const CHANNEL = 'tallyman'
const LOCK = 'tallyman-exchange'

export class Tabs {
  private readonly channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel(CHANNEL)

  tell(message: Message): void {
    this.channel?.postMessage(message)
  }

  listen(hear: (message: Message) => void): void {
    this.channel?.addEventListener('message', (event: MessageEvent<Message>) => hear(event.data))
  }

  /**
   * Runs work while no other tab does; null when one does. Only to save traffic: the server takes the same
   * operations twice and counts them once. Without Web Locks every tab just works.
   */
  async alone<Result>(work: () => Promise<Result>): Promise<Result | null> {
    if (!navigator.locks) return work()
    return navigator.locks.request(LOCK, { ifAvailable: true }, (lock) => (lock ? work() : null))
  }

  /** Runs work as soon as no tab is at it any more; null when that is not so within the time. */
  async next<Result>(work: () => Promise<Result>, withinMs: number): Promise<Result | null> {
    if (!navigator.locks) return work()
    const signal = AbortSignal.timeout(withinMs)
    return navigator.locks.request(LOCK, { signal }, work).catch((problem: unknown) => {
      if (signal.aborted) return null
      throw problem
    })
  }
}
