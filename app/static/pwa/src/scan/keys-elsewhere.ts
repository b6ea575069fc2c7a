/** Keys pressed while nothing that takes text has the focus: a scanner does not know where the focus is. */
import { FNC1 } from '../sync/gs1'
import { Burst, characterOf } from './wedge'

/** Milliseconds between two looks whether the dialog is gone. */
const WAIT_MS = 120

/** Puts text where the caret stands. */
export function write(field: HTMLInputElement, text: string): void {
  const { selectionStart, selectionEnd, value } = field
  field.setRangeText(text, selectionStart ?? value.length, selectionEnd ?? value.length, 'end')
}

/**
 * Keys pressed while nothing that takes text has the focus: they go to the field. Under an open dialog only a
 * scanner's burst counts, must not press the dialog's buttons, and waits until the dialog is closed.
 */
export function listenElsewhere(field: HTMLInputElement, deliver: (code: string) => void): () => void {
  const burst = new Burst()
  const waiting: string[] = []
  const isCovered = () => document.querySelector('dialog[open]') !== null
  const timer = setInterval(() => {
    while (waiting.length && !isCovered()) deliver(waiting.shift()!)
  }, WAIT_MS)
  const onKeyDown = (event: KeyboardEvent) => {
    if (takesText(event.target)) return
    if (isCovered()) hold(event, burst, waiting)
    else lead(event, field)
  }
  document.addEventListener('keydown', onKeyDown, { capture: true })
  return () => {
    document.removeEventListener('keydown', onKeyDown, { capture: true })
    clearInterval(timer)
    for (const code of waiting) deliver(code)
  }
}

function hold(event: KeyboardEvent, burst: Burst, waiting: string[]): void {
  const { swallow, code } = burst.press(event)
  if (code !== null) waiting.push(code)
  if (!swallow) return
  event.preventDefault()
  event.stopPropagation()
}

/** Moves the focus before the key takes effect, so that even its first character lands in the field. */
function lead(event: KeyboardEvent, field: HTMLInputElement): void {
  const character = characterOf(event)
  if (character === null || character === ' ') return
  field.focus({ preventScroll: true })
  if (character !== FNC1) return
  event.preventDefault()
  write(field, FNC1)
}

/** Whether keys pressed there write text: fields do, buttons, checks and choices do not. */
function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !/^(?:button|checkbox|file|image|radio|range|reset|submit)$/.test(target.type)
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:TEXTAREA|SELECT)$/.test(target.tagName))
}
