/** A native dialog standing on the lower edge of a phone; Escape, the backdrop and the cross close it. */
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Icon } from './icon'
import { t } from './words'

interface SheetProps {
  title: string
  onClose: () => void
  children: ComponentChildren
  actions?: ComponentChildren
  class?: string
}

export function Sheet({ title, onClose, children, actions, class: extra = '' }: SheetProps) {
  const frame = useRef<HTMLDialogElement>(null)
  const name = useId()
  useEffect(() => {
    const dialog = frame.current
    dialog?.showModal()
    const first = dialog?.querySelector<HTMLElement>('[data-first]') ?? dialog?.querySelector('h2')
    first?.focus()
    return () => dialog?.close()
  }, [])
  const outside = (event: MouseEvent) => event.target === frame.current && onClose()
  const refuse = (event: Event) => {
    event.preventDefault()
    onClose()
  }
  return (
    <dialog ref={frame} class={`dialog sheet ${extra}`} aria-labelledby={name} onClick={outside} onCancel={refuse}>
      <div class="sheet-head">
        <h2 id={name} tabIndex={-1}>{title}</h2>
        <button type="button" class="button quiet icon-only" aria-label={t('floor.close')} onClick={onClose}>
          <Icon name="x" />
        </button>
      </div>
      <div class="sheet-body">{children}</div>
      {actions && <div class="sheet-actions">{actions}</div>}
    </dialog>
  )
}
