/** Getting an app started whose storage may hang, refuse or be full: tried until it answers, and said meanwhile. */
import { isFull } from '../store/vault'
import type { Delay } from './state'

const SLOW_MS = 5_000
const HUNG_MS = 45_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 15_000

export class Beginning {
  private attempts = 0
  private over = false
  private done: () => void = () => undefined
  private timers: ReturnType<typeof setTimeout>[] = []

  /** `attempt` may run twice at once, where one hangs; `tell` hears why there is a delay, and null at the end of it. */
  constructor(
    private readonly attempt: () => Promise<void>,
    private readonly tell: (delay: Delay | null) => void,
  ) {}

  /** Resolves when an attempt has succeeded, be it the first or a later one. Never rejects. */
  run(): Promise<void> {
    return new Promise((resolve) => {
      this.done = resolve
      this.again()
    })
  }

  /** Another attempt now; one that still hangs may yet be the one that succeeds. */
  again(): void {
    if (this.over) return
    const mine = (this.attempts += 1)
    this.plan([SLOW_MS, () => this.tell('slow')], [HUNG_MS, () => this.again()])
    this.attempt().then(
      () => this.finish(),
      (problem: unknown) => this.failed(mine, problem),
    )
  }

  private finish(): void {
    if (this.over) return
    this.over = true
    this.plan()
    this.tell(null)
    this.done()
  }

  private failed(mine: number, problem: unknown): void {
    if (this.over || mine !== this.attempts) return
    console.error(problem)
    this.tell(isFull(problem) ? 'full' : 'broken')
    const pause = Math.min(FIRST_PAUSE_MS * 2 ** (mine - 1), LONGEST_PAUSE_MS)
    this.plan([pause, () => this.again()])
  }

  private plan(...next: [number, () => void][]): void {
    this.timers.forEach(clearTimeout)
    this.timers = next.map(([ms, work]) => setTimeout(work, ms))
  }
}
