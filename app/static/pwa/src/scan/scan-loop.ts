/** The loop from camera to decision: one frame at a time, resting while hidden, covered or choosing. */
import type { Decoder } from './decoder'
import type { Sighting } from './sighting'
import { Turns } from './turns'
import { type Decision, View } from './view'

interface LoopEvents {
  isExpected: (sighting: Sighting) => boolean
  onDecision: (decision: Decision) => void
  /** No new picture came for long: the camera hangs. */
  onStall: () => void
  onProblem: (problem: string) => void
}

const REST_MS = 150
const STALL_MS = 5000

export class ScanLoop {
  readonly view = new View()
  private running = false
  private resting = false
  private turns = new Turns(0)
  private pictureAt = 0
  private pictureTime = -1

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly decoder: Decoder,
    private readonly events: LoopEvents,
  ) {}

  start(): void {
    this.running = true
    this.pictureAt = performance.now()
    this.turns = new Turns(this.pictureAt)
    void this.run()
  }

  stop(): void {
    this.running = false
  }

  /** Holds the loop while a person chooses; it goes on where it stopped. */
  rest(resting: boolean): void {
    this.resting = resting
    this.turns.rest(performance.now())
  }

  private async run(): Promise<void> {
    while (this.running) {
      if (this.mayLook()) await this.look()
      else await pause(REST_MS)
    }
  }

  private mayLook(): boolean {
    const covered = document.hidden || this.resting || document.querySelector('dialog[open]') !== null
    if (covered) this.pictureAt = performance.now()
    return !covered && this.video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && this.video.videoWidth > 0
  }

  private async look(): Promise<void> {
    await nextPicture(this.video)
    const now = performance.now()
    if (!this.isFresh(now)) return
    const image = await createImageBitmap(this.video).catch(() => null)
    if (!image || !this.running) return
    const answer = await this.decoder.frame(image, this.turns.next(now))
    if (!this.running || this.resting) return
    if (answer.problem) {
      this.events.onProblem(answer.problem)
      return pause(1000)
    }
    this.turns.took(now, answer.sightings.length > 0, answer.slant)
    this.events.onDecision(this.view.decide({ ...answer, at: now }, this.events.isExpected))
  }

  private isFresh(now: number): boolean {
    if (this.video.currentTime !== this.pictureTime) {
      this.pictureTime = this.video.currentTime
      this.pictureAt = now
      return true
    }
    if (now - this.pictureAt > STALL_MS) this.events.onStall()
    return false
  }
}

/** The next picture of the video, or a short while where the browser does not tell or none comes. */
function nextPicture(video: HTMLVideoElement): Promise<unknown> {
  if (!('requestVideoFrameCallback' in video)) return pause(33)
  return Promise.race([new Promise((resolve) => video.requestVideoFrameCallback(resolve)), pause(REST_MS)])
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}
