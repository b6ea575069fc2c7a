/** Agreement over frames: a code that may be misread is believed once two frames say the same. */
import { isTrusted, keyOf, type Sighting } from './sighting'

/** Milliseconds within which the second look must come. */
const MEMORY_MS = 1500

export class Agreement {
  private seenAt = new Map<string, number>()
  private believedAt = new Map<string, number>()

  /** Those of one frame's sightings that are believed by now. */
  believed(sightings: readonly Sighting[], now: number): Sighting[] {
    this.forgetBefore(now - MEMORY_MS)
    return sightings.filter((sighting) => this.isBelieved(sighting, now))
  }

  private isBelieved(sighting: Sighting, now: number): boolean {
    const key = keyOf(sighting)
    const believed = isTrusted(sighting) || this.believedAt.has(key) || this.seenAt.has(key)
    this.seenAt.set(key, now)
    if (believed) this.believedAt.set(key, now)
    return believed
  }

  private forgetBefore(time: number): void {
    for (const times of [this.seenAt, this.believedAt]) {
      for (const [key, at] of times) if (at < time) times.delete(key)
    }
  }
}
