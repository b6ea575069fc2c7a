/** The duplicate window: a code that was read counts again only after it left the view for a while, or after a tap. */

/** Milliseconds out of view after which the same code is a new one. */
export const ABSENCE_MS = 1200

/** Looks at the whole picture that must have missed it as well: a slow phone takes few looks in a second. */
const MISSED_LOOKS = 2

interface Held {
  seenAt: number
  missed: number
}

export class DuplicateWindow {
  private held = new Map<string, Held>()

  /** Whether the code was read already and has not left the view since. */
  holds(key: string): boolean {
    return this.held.has(key)
  }

  /** The code was read now. */
  hold(key: string, now: number): void {
    this.held.set(key, { seenAt: now, missed: 0 })
  }

  /** Takes in what one look saw: held codes that are gone for long enough are let go. */
  look(keys: ReadonlySet<string>, isWhole: boolean, now: number): void {
    for (const [key, held] of this.held) {
      if (!keys.has(key) && isWhole) held.missed += 1
      const isGone = held.missed >= MISSED_LOOKS && now - held.seenAt >= ABSENCE_MS
      if (isGone) this.held.delete(key)
      else if (keys.has(key)) this.hold(key, now)
    }
  }

  /** Every code counts again at once. */
  forget(): void {
    this.held.clear()
  }
}
