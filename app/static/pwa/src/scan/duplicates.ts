/** The duplicate window: a code that was read counts again only after it left the view for a while, or after a tap. */

/** Milliseconds out of view after which the same code is a new one. */
export const ABSENCE_MS = 1200

export class DuplicateWindow {
  private seenAt = new Map<string, number>()

  /** Whether the code was read already and has not left the view since. */
  holds(key: string, now: number): boolean {
    const at = this.seenAt.get(key)
    return at !== undefined && now - at < ABSENCE_MS
  }

  /** The code was read now. */
  hold(key: string, now: number): void {
    this.seenAt.set(key, now)
  }

  /** The code is in view: a held one stays held, one that had left is forgotten. */
  see(key: string, now: number): void {
    if (this.holds(key, now)) this.seenAt.set(key, now)
    else this.seenAt.delete(key)
  }

  /** Every code counts again at once. */
  forget(): void {
    this.seenAt.clear()
  }
}
