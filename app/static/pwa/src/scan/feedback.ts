/** Beep, tick of the hand, and a screen that stays lit; each only where the device can. */

export type Feedback = 'captured' | 'warning'

interface Tone {
  hertz: number
  start: number
  seconds: number
}

/** Captured: one short high tone that rises. */
const RISING = [{ hertz: 1760, start: 0, seconds: 0.07 }, { hertz: 2349, start: 0.06, seconds: 0.09 }]

/** Warning: two low tones of another colour, told apart in noise. */
const FALLING = [{ hertz: 311, start: 0, seconds: 0.16 }, { hertz: 233, start: 0.22, seconds: 0.24 }]

const TONES: Record<Feedback, { shape: OscillatorType; tones: Tone[] }> = {
  captured: { shape: 'sine', tones: RISING },
  warning: { shape: 'square', tones: FALLING },
}

const TICKS: Record<Feedback, number[]> = { captured: [60], warning: [120, 80, 200] }
const LOUDNESS = 0.25

let sound: AudioContext | null = null

/** Sounds at once; silent until the first tap or key where the browser asks for one. */
export function beep(kind: Feedback): void {
  if (typeof AudioContext === 'undefined') return
  sound ??= new AudioContext()
  const context = sound
  const ready = context.state === 'suspended' ? context.resume() : Promise.resolve()
  void ready.then(() => TONES[kind].tones.forEach((tone) => play(context, tone, TONES[kind].shape)), () => undefined)
}

function play(context: AudioContext, { hertz, start, seconds }: Tone, shape: OscillatorType): void {
  const [from, until] = [context.currentTime + start, context.currentTime + start + seconds]
  const loudness = context.createGain()
  loudness.gain.setValueAtTime(0, from)
  loudness.gain.linearRampToValueAtTime(LOUDNESS, from + 0.008)
  loudness.gain.setValueAtTime(LOUDNESS, until - 0.02)
  loudness.gain.linearRampToValueAtTime(0, until)
  const tone = new OscillatorNode(context, { type: shape, frequency: hertz })
  tone.connect(loudness).connect(context.destination)
  tone.start(from)
  tone.stop(until)
}

/** Shakes the phone: short for captured, three times for a warning. */
export function vibrate(kind: Feedback = 'captured'): void {
  if (typeof navigator.vibrate === 'function') navigator.vibrate(TICKS[kind])
}

let wanted = false
let lock: WakeLockSentinel | null = null
let watching = false

/** Keeps the screen lit until told otherwise; taken up again whenever the page comes back to sight. */
export async function keepAwake(on: boolean): Promise<void> {
  wanted = on
  if (!on) {
    const held = lock
    lock = null
    return void (await held?.release().catch(() => undefined))
  }
  if (!watching) document.addEventListener('visibilitychange', () => void takeLock())
  watching = true
  await takeLock()
}

async function takeLock(): Promise<void> {
  if (!wanted || document.hidden || !navigator.wakeLock || (lock && !lock.released)) return
  lock = await navigator.wakeLock.request('screen').catch(() => null)
  if (!wanted) await keepAwake(false)
}
