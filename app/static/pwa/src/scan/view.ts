/** What the camera has in view, and what follows from it: nothing yet, one code read, or several to choose from. */
import { Agreement } from './agreement'
import { DuplicateWindow } from './duplicates'
import { keyOf, type Sighting } from './sighting'

/** Milliseconds that a code counts as in view after its last sighting. */
const LINGER_MS = 450

/** Milliseconds that a believed code waits at most for a neighbour that was seen once. */
const PATIENCE_MS = 400

export interface Look {
  sightings: readonly Sighting[]
  /** Whether the whole picture was searched, not only its centre. */
  isWhole: boolean
  /** Milliseconds on any steady clock. */
  at: number
}

export type Decision =
  | { kind: 'nothing' }
  | { kind: 'held'; sighting: Sighting }
  | { kind: 'read'; sighting: Sighting }
  | { kind: 'choose'; sightings: Sighting[] }

interface Entry {
  sighting: Sighting
  firstAt: number
  lastAt: number
  believed: boolean
}

export class View {
  private readonly agreement = new Agreement()
  private readonly duplicates = new DuplicateWindow()
  private entries = new Map<string, Entry>()
  private wholeAt = -Infinity

  /** Takes in one look and says what follows; `isExpected` tells the codes that the task waits for. */
  decide(look: Look, isExpected: (sighting: Sighting) => boolean): Decision {
    this.take(look)
    const inView = [...this.entries.values()]
    const open = inView.filter(({ sighting }) => !this.duplicates.holds(keyOf(sighting)))
    const believed = open.filter((entry) => entry.believed)
    const expected = believed.filter(({ sighting }) => isExpected(sighting))
    if (expected.length === 1) return this.read(expected[0]!, look.at)
    if (inView[0] && !open.length) return { kind: 'held', sighting: inView[0].sighting }
    if (!believed.length || !this.isSettled(open, believed, look.at)) return { kind: 'nothing' }
    const choices = expected.length ? expected : believed
    if (choices.length === 1) return this.read(choices[0]!, look.at)
    return { kind: 'choose', sightings: choices.map(({ sighting }) => sighting) }
  }

  /** One of several was chosen, or none: those in view now are not asked about again while they stay. */
  settle(now: number): void {
    for (const key of this.entries.keys()) this.duplicates.hold(key, now)
  }

  /** A tap: what is in view may be read once more. */
  again(): void {
    this.duplicates.forget()
    this.entries.clear()
  }

  private take({ sightings, isWhole, at }: Look): void {
    if (isWhole) this.wholeAt = at
    for (const [key, entry] of this.entries) if (at - entry.lastAt > LINGER_MS) this.entries.delete(key)
    this.duplicates.look(new Set(sightings.map(keyOf)), isWhole, at)
    const believed = new Set(this.agreement.believed(sightings, at))
    for (const sighting of sightings) {
      const key = keyOf(sighting)
      const known = this.entries.get(key)
      const isBelieved = known?.believed || believed.has(sighting)
      this.entries.set(key, { sighting, firstAt: known?.firstAt ?? at, lastAt: at, believed: isBelieved })
    }
  }

  /** Whether the whole picture was searched since the first code came, and no neighbour is still in doubt. */
  private isSettled(open: Entry[], believed: Entry[], now: number): boolean {
    const since = Math.min(...believed.map(({ firstAt }) => firstAt))
    return (this.wholeAt >= since && open.length === believed.length) || now - since > PATIENCE_MS
  }

  private read({ sighting }: Entry, now: number): Decision {
    this.settle(now)
    return { kind: 'read', sighting }
  }
}
