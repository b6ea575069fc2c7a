/** The phone's camera: starting, stopping, torch, zoom, and a plain state for whatever may go wrong. */
import { signal } from '@preact/signals'

export type CameraState = 'off' | 'starting' | 'running' | 'denied' | 'missing' | 'insecure' | 'busy' | 'lost' | 'unable'

/** 1280×720: at 640×480 a long GS1-128 has too few points a bar. */
const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
}

const ZOOMS = [1, 2, 3, 4]

interface Capabilities extends MediaTrackCapabilities {
  torch?: boolean
  zoom?: { min: number; max: number }
  focusMode?: string[]
}

/** Which state a refused start means. */
export function stateOf(errorName: string): CameraState {
  if (errorName === 'NotAllowedError' || errorName === 'SecurityError') return 'denied'
  return errorName === 'NotFoundError' || errorName === 'OverconstrainedError' ? 'missing' : 'busy'
}

export class Camera {
  readonly state = signal<CameraState>('off')
  /** Whether the torch is lit; null where the camera has none. */
  readonly torch = signal<boolean | null>(null)
  readonly zoom = signal(1)
  /** The steps the camera can zoom to; empty where it cannot. */
  readonly zooms = signal<number[]>([])
  private stream: MediaStream | null = null
  private attempt = 0

  /** Shows the camera in the video; the state tells whether that worked. */
  async start(video: HTMLVideoElement): Promise<void> {
    this.stop()
    const attempt = ++this.attempt
    const devices = globalThis.isSecureContext ? navigator.mediaDevices : undefined
    if (!devices) return void (this.state.value = 'insecure')
    this.state.value = 'starting'
    try {
      const stream = await devices.getUserMedia(WANTED)
      if (attempt !== this.attempt) return release(stream)
      await this.show(stream, video)
    } catch (error) {
      if (attempt !== this.attempt) return
      this.stop()
      this.state.value = stateOf(error instanceof Error ? error.name : '')
    }
  }

  stop(): void {
    this.attempt += 1
    if (this.stream) release(this.stream)
    this.stream = null
    this.torch.value = null
    this.zooms.value = []
    this.zoom.value = 1
    this.state.value = 'off'
  }

  /** The picture stands still or the camera was taken away. */
  lose(): void {
    this.stop()
    this.state.value = 'lost'
  }

  /** The decoder cannot work in this browser. */
  giveUp(): void {
    this.stop()
    this.state.value = 'unable'
  }

  async light(on: boolean): Promise<void> {
    if (await this.apply({ torch: on })) this.torch.value = on
  }

  async zoomTo(factor: number): Promise<void> {
    if (await this.apply({ zoom: factor })) this.zoom.value = factor
  }

  private async show(stream: MediaStream, video: HTMLVideoElement): Promise<void> {
    const attempt = this.attempt
    this.stream = stream
    const track = stream.getVideoTracks()[0]
    track?.addEventListener('ended', () => attempt === this.attempt && this.lose())
    video.srcObject = stream
    await video.play()
    if (attempt !== this.attempt) return
    this.state.value = 'running'
    if (track) await this.learn(track)
  }

  private async learn(track: MediaStreamTrack): Promise<void> {
    const able: Capabilities = track.getCapabilities?.() ?? {}
    this.torch.value = able.torch ? false : null
    const zooms = ZOOMS.filter((factor) => able.zoom && factor >= able.zoom.min && factor <= able.zoom.max)
    this.zooms.value = zooms.length > 1 ? zooms : []
    if (able.focusMode?.includes('continuous')) await this.apply({ focusMode: 'continuous' })
  }

  /** Whether the camera took the setting: what it says it can do is not always true. */
  private async apply(setting: Record<string, unknown>): Promise<boolean> {
    const track = this.stream?.getVideoTracks()[0]
    if (!track) return false
    return track.applyConstraints({ advanced: [setting as MediaTrackConstraintSet] }).then(() => true, () => false)
  }
}

function release(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
