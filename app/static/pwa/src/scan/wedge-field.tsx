/** The field for scanners that type, and for people who do: an Enter or Tab ends a code, keys elsewhere find their way here. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../ui/icon'
import { t } from '../ui/words'
import { FNC1 } from '../sync/gs1'
import { Burst, characterOf, isEnd, isScannerPace, isSeparator, type Key } from './wedge'

export type Typed = (text: string, source: 'wedge' | 'typed') => void

const WAIT_MS = 120

export function WedgeField({ label, onCode }: { label: string; onCode: Typed }) {
  const input = useRef<HTMLInputElement>(null)
  const begun = useRef(0)
  const ended = useRef(0)
  const [typing, setTyping] = useState(false)
  const deliver = useRef(onCode)
  deliver.current = onCode

  const commit = () => {
    const text = input.current!.value
    if (!text.trim()) return
    input.current!.value = ''
    deliver.current(text, isScannerPace(text.length, ended.current - begun.current) ? 'wedge' : 'typed')
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const { value } = input.current!
    ended.current = event.timeStamp
    if (!value) begun.current = event.timeStamp
    if (isSeparator(event)) {
      event.preventDefault()
      write(input.current!, FNC1)
    } else if (isEnd(event) && (value || event.key === 'Enter')) {
      event.preventDefault()
      commit()
    }
  }
  const toggleTyping = () => {
    const field = input.current!
    field.inputMode = typing ? 'none' : 'text'
    field.blur()
    field.focus()
    setTyping(!typing)
  }

  useEffect(() => {
    if (!document.querySelector('dialog[open]')) input.current?.focus({ preventScroll: true })
    return listenElsewhere(input.current!, (code) => deliver.current(code, 'wedge'))
  }, [])

  return (
    <form
      class="scan-wedge"
      onSubmit={(event) => {
        event.preventDefault()
        commit()
      }}
    >
      <div class="input-icon grow">
        <Icon name="scan-barcode" />
        <input
          ref={input} class="input with-icon" type="text" data-scan inputMode="none" enterKeyHint="go" aria-label={label}
          placeholder={t(typing ? 'scan.type_here' : 'scan.ready')} autocomplete="off" autocapitalize="off" autocorrect="off"
          spellcheck={false} onKeyDown={onKeyDown}
        />
      </div>
      {typing && (
        <button type="submit" class="button primary icon-only" aria-label={t('scan.enter')}>
          <Icon name="check" />
        </button>
      )}
      <button type="button" class="button icon-only" aria-pressed={typing} aria-label={t('scan.keyboard')} onClick={toggleTyping}>
        <Icon name="keyboard" />
      </button>
    </form>
  )
}

function write(field: HTMLInputElement, text: string): void {
  const { selectionStart, selectionEnd, value } = field
  field.setRangeText(text, selectionStart ?? value.length, selectionEnd ?? value.length, 'end')
}

/**
 * Keys pressed while nothing that takes text has the focus: they go to the field. Under an open dialog only a
 * scanner's burst counts, must not press the dialog's buttons, and waits until the dialog is closed.
 */
function listenElsewhere(field: HTMLInputElement, deliver: (code: string) => void): () => void {
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
function lead(event: KeyboardEvent & Key, field: HTMLInputElement): void {
  const character = characterOf(event)
  if (character === null || character === ' ') return
  field.focus({ preventScroll: true })
  if (character !== FNC1) return
  event.preventDefault()
  write(field, FNC1)
}

function takesText(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
}
