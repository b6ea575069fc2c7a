/** Keyboard-wedge scanners: what their keys mean, and telling their bursts from a person's typing. No DOM. */
import { FNC1 } from '../sync/gs1'

export interface Key {
  key: string
  ctrlKey: boolean
  altKey: boolean
  metaKey: boolean
  /** Milliseconds, as the event carries them: how busy the page is plays no part. */
  timeStamp: number
}

/** Milliseconds between two keys of a scanner on the average; nobody types a whole code as fast. */
const PACE_MS = 50

/** Milliseconds that may pass between two keys of a burst, and before the key that ends it, on a busy device. */
const GAP_MS = 100
const END_GAP_MS = 250

/** The shortest code that is believed from timing alone. */
const SHORTEST = 4

/** Whether the key stands for the separator: scanners send it as Ctrl+] or as the control character itself. */
export function isSeparator({ key, ctrlKey }: Key): boolean {
  return key === FNC1 || (ctrlKey && (key === ']' || key === '5'))
}

/** Whether the key ends a code. */
export function isEnd({ key }: Key): boolean {
  return key === 'Enter' || key === 'Tab'
}

/** The character that a key writes, or null if it writes none. */
export function characterOf(key: Key): string | null {
  if (isSeparator(key)) return FNC1
  // AltGr, which some layouts need for "]" or "@", is reported as Ctrl and Alt together.
  const isCommand = key.metaKey || key.ctrlKey !== key.altKey
  return [...key.key].length === 1 && !isCommand ? key.key : null
}

/** Gathers keys that arrive where no field has the focus, and tells by their pace whether they are a scan. */
export class Burst {
  /** What has come of the burst at hand. */
  text = ''
  private lastAt = -Infinity

  /** Whether the key belongs to a scan and must not do anything else; `code` when it ends one. */
  press(key: Key): { swallow: boolean; code: string | null } {
    const gap = key.timeStamp - this.lastAt
    const inBurst = gap <= GAP_MS
    const character = characterOf(key)
    if (character !== null) {
      this.text = inBurst ? this.text + character : character
      this.lastAt = key.timeStamp
      return { swallow: inBurst, code: null }
    }
    if (!isEnd(key)) return { swallow: false, code: null }
    const code = gap <= END_GAP_MS && this.text.length >= SHORTEST ? this.text : null
    this.text = ''
    return { swallow: code !== null, code }
  }
}

/** Whether so many characters in so many milliseconds came from a scanner. */
export function isScannerPace(characters: number, milliseconds: number): boolean {
  return characters >= SHORTEST && milliseconds / (characters - 1) <= PACE_MS
}
