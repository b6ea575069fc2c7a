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
 * scanner's burst counts, must not press the dialog's buttons, and waits until the dialog is closed. A burst that
 * a dialog cut in two, because it opened in the middle, is one code all the same.
 */
export function listenElsewhere(field: HTMLInputElement, deliver: (code: string) => void): () => void {
  const burst = new Burst()
  const waiting: string[] = []
  const isCovered = () => document.querySelector('dialog[open]') !== null
  const timer = setInterval(() => {
    while (waiting.length && !isCovered()) deliver(waiting.shift()!)
  }, WAIT_MS)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== field && takesText(event.target)) return
    const begun = burst.text
    const { swallow, code } = burst.press(event)
    if (!isCovered()) return lead(event, field)
    if (swallow) takeBack(field, begun)
    if (code !== null) waiting.push(code)
    if (swallow) stop(event)
  }
  document.addEventListener('keydown', onKeyDown, { capture: true })
  return () => {
    document.removeEventListener('keydown', onKeyDown, { capture: true })
    clearInterval(timer)
    for (const code of waiting) deliver(code)
  }
}

/** Takes the beginning of a burst out of the field, where it landed just before the dialog opened. */
function takeBack(field: HTMLInputElement, begun: string): void {
  if (begun && field.value.endsWith(begun)) field.value = field.value.slice(0, -begun.length)
}

function stop(event: KeyboardEvent): void {
  event.preventDefault()
  event.stopPropagation()
}

/** Moves the focus before the key takes effect, so that even its first character lands in the field. */
function lead(event: KeyboardEvent, field: HTMLInputElement): void {
  if (event.target === field) return
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
