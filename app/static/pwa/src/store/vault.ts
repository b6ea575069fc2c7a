/** The open database, and what to do when the platform takes it away: drop the handle, open again, else say so. */
import { Running } from './running'
import { DATABASE, Tables, type Durability } from './schema'

const OPENINGS = 3
const PAUSE_MS = 60
const OPEN_LIMIT_MS = 10_000
const LOST_HANDLE = new Set([
  'UnknownError',
  'InvalidStateError',
  'InvalidState',
  'DatabaseClosedError',
  'DatabaseClosed',
  'TransactionInactiveError',
  'TransactionInactive',
  'TimeoutError',
])

/** Nothing can be stored on this device now; `cause` is what the browser said. */
export class StorageBroken extends Error {
  override name = 'StorageBroken'
}

export class Vault {
  private readonly handles = new Map<Durability, Tables>()
  /** Openings without an answer so far: one that answers late is as good as one that answers at once. */
  private readonly openings = new Map<Durability, Set<Promise<Tables>>>()
  private readonly running = new Running()

  /** `troubled` hears each time storage breaks, and null when it works again. */
  constructor(
    private readonly troubled: (problem: string | null) => void = () => undefined,
    private readonly name: string = DATABASE,
  ) {}

  /** Runs work on the database, again on a fresh handle where the old one was lost. Throws StorageBroken. */
  async use<Result>(work: (tables: Tables) => Promise<Result>, durability: Durability = 'strict'): Promise<Result> {
    let problem: unknown
    for (let opening = 0; opening < OPENINGS; opening += 1) {
      try {
        const result = await work(await this.opened(durability))
        this.troubled(null)
        return result
      } catch (error) {
        if (!isLostHandle(error)) throw error
        problem = error
        await this.drop(opening)
      }
    }
    this.troubled(nameOf(problem))
    throw new StorageBroken('this device cannot store', { cause: problem })
  }

  close(): void {
    const open = [...this.handles.values()]
    this.handles.clear()
    for (const tables of open) tables.close()
  }

  /**
   * The page is frozen as it is, and may be shown again: what runs is taken back. Safari would keep every later page
   * from the database for as long as a transaction of the frozen one stands open.
   */
  putAside(): void {
    this.running.abort()
    this.close()
  }

  private async opened(durability: Durability): Promise<Tables> {
    const known = this.handles.get(durability)
    if (known?.isOpen()) return known
    const asked = this.openings.get(durability) ?? new Set()
    this.openings.set(durability, asked)
    if (asked.size < OPENINGS) this.open(durability, asked)
    return withinTime(Promise.race(asked))
  }

  /** Asks for the database once more, beside what was asked before: under load an answer may take its time. */
  private open(durability: Durability, asked: Set<Promise<Tables>>): void {
    const tables = new Tables(this.name, durability)
    this.running.watch(tables)
    tables.on('versionchange', () => tables.close())
    tables.on('close', () => this.forget(durability, tables))
    const opening = Promise.resolve(tables.open()).then(() => this.adopt(durability, tables))
    asked.add(opening)
    const answered = () => void asked.delete(opening)
    opening.then(answered, answered)
  }

  /** Of two openings that answer one is enough. */
  private adopt(durability: Durability, tables: Tables): Tables {
    const known = this.handles.get(durability)
    if (known?.isOpen()) {
      tables.close()
      return known
    }
    this.handles.set(durability, tables)
    return tables
  }

  private forget(durability: Durability, tables: Tables): void {
    if (this.handles.get(durability) === tables) this.handles.delete(durability)
  }

  private async drop(opening: number): Promise<void> {
    this.close()
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * (opening + 1)))
  }
}

/** Whether the browser lost its connection to the database, which iOS does after a while in the background. */
function isLostHandle(error: unknown): boolean {
  const names = [nameOf(error), nameOf((error as { inner?: unknown } | null)?.inner)]
  return names.some((name) => LOST_HANDLE.has(name))
}

/** Whether the device has no room left. */
export function isFull(error: unknown): boolean {
  const names = [nameOf(error), nameOf((error as { inner?: unknown } | null)?.inner)]
  return names.some((name) => name.startsWith('QuotaExceeded'))
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : ''
}

/** Safari has been seen to leave an opening without any answer for ever. */
function withinTime<Result>(opening: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    const alarm = setTimeout(() => reject(new DOMException('the database did not open', 'TimeoutError')), OPEN_LIMIT_MS)
    opening.then(resolve, reject)
    void opening.then(() => clearTimeout(alarm), () => clearTimeout(alarm))
  })
}
