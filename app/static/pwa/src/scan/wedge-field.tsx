/** The field for scanners that type, and for people who do; an Enter or Tab ends a code. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../ui/icon'
import { t } from '../ui/words'
import { FNC1 } from '../sync/gs1'
import { listenElsewhere, write } from './keys-elsewhere'
import { isEnd, isScannerPace, isSeparator } from './wedge'

export type Typed = (text: string, source: 'wedge' | 'typed') => void

export function WedgeField({ label, onCode }: { label: string; onCode: Typed }) {
  const { input, onKeyDown, commit } = useWedge(onCode)
  const [typing, setTyping] = useState(false)
  const toggleTyping = () => {
    const field = input.current!
    field.inputMode = typing ? 'none' : 'text'
    field.blur()
    field.focus()
    setTyping(!typing)
  }
  const submit = (event: Event) => {
    event.preventDefault()
    commit()
  }
  return (
    <form class="scan-wedge" onSubmit={submit}>
      <div class="input-icon grow">
        <Icon name="scan-barcode" />
        <input
          ref={input} class="input with-icon" type="text" data-scan inputMode="none" enterKeyHint="go"
          aria-label={label} placeholder={t(typing ? 'scan.type_here' : 'scan.ready')}
          autocomplete="off" autocapitalize="off" autocorrect="off" spellcheck={false} onKeyDown={onKeyDown}
        />
      </div>
      {typing && (
        <button type="submit" class="button primary icon-only" aria-label={t('scan.enter')}>
          <Icon name="check" />
        </button>
      )}
      <button
        type="button" class="button icon-only" aria-pressed={typing} aria-label={t('scan.keyboard')} onClick={toggleTyping}
      >
        <Icon name="keyboard" />
      </button>
    </form>
  )
}

/** The field's keys: what is in it stays the browser's own, so that no character waits for a drawing of the screen. */
function useWedge(onCode: Typed) {
  const input = useRef<HTMLInputElement>(null)
  const begun = useRef(0)
  const ended = useRef(0)
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
  useEffect(() => {
    if (!document.querySelector('dialog[open]')) input.current?.focus({ preventScroll: true })
    return listenElsewhere(input.current!, (code) => deliver.current(code, 'wedge'))
  }, [])
  return { input, onKeyDown, commit }
}
