/** A second, small memory beside the database: how far numbers were given out, and what could not be stored. */
import type { OutboxRow } from '../sync/outbox'

const LINE = 'tallyman.line'
const LIFEBOAT = 'tallyman.lifeboat'

export interface MirroredLine {
  device: string
  epoch: number
  nextSeq: number
}

/** The part of `localStorage` that is used; null where the browser forbids it. */
export type Memory = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | null

export class Mirror {
  constructor(private readonly memory: Memory) {}

  line(): MirroredLine | null {
    const found = this.read<MirroredLine>(LINE)
    const sound = typeof found?.device === 'string' && Number.isInteger(found.epoch) && Number.isInteger(found.nextSeq)
    return sound ? found : null
  }

  /** Notes the line unless another tab has already noted a later one. */
  note({ device, epoch, nextSeq }: MirroredLine): void {
    const known = this.line()
    const later = known?.device === device && (known.epoch > epoch || (known.epoch === epoch && known.nextSeq >= nextSeq))
    if (!later) this.write(LINE, { device, epoch, nextSeq })
  }

  /** Operations that the database refused: kept here until it takes them. */
  lifeboat(): OutboxRow[] {
    return this.read<OutboxRow[]>(LIFEBOAT) ?? []
  }

  /** True when they are kept. */
  board(rows: readonly OutboxRow[]): boolean {
    return this.write(LIFEBOAT, rows)
  }

  land(): void {
    try {
      this.memory?.removeItem(LIFEBOAT)
    } catch {
      // A memory that cannot be written holds nothing that could be taken for unsent.
    }
  }

  private read<Kind>(name: string): Kind | null {
    try {
      return JSON.parse(this.memory?.getItem(name) ?? 'null') as Kind | null
    } catch {
      return null
    }
  }

  private write(name: string, value: unknown): boolean {
    try {
      this.memory?.setItem(name, JSON.stringify(value))
      return this.memory !== null
    } catch {
      return false
    }
  }
}
