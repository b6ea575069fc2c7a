/** Whose turn it is, frame by frame: what was found lately, and how long ago. Milliseconds on any steady clock. */
import { type FrameTurn, SILENCE_MS } from './passes'

export class Turns {
  private frame = 0
  private slant = 0
  private foundAt: number

  constructor(now: number) {
    this.foundAt = now
  }

  next(now: number): FrameTurn {
    return { frame: this.frame++, silence: now - this.foundAt, slant: this.slant }
  }

  /** Takes in what the frame of a moment showed, and at which slant: the frame after a find keeps it, however late it comes. */
  took(at: number, found: boolean, slant: number): void {
    if (found) [this.foundAt, this.slant] = [at, slant]
    else if (at - this.foundAt > SILENCE_MS) this.slant = 0
  }

  /** Silence begins anew: nothing was looked at meanwhile. */
  rest(now: number): void {
    this.foundAt = now
  }
}
