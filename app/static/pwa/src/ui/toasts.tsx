/** Short messages over the lower edge of the screen, one action each at most. */
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Icon } from './icon'
import type { IconName } from './icon-names'

interface Toast {
  text: string
  tone: 'green' | 'amber' | 'red'
  action?: { label: string; run: () => void }
}

interface Shown extends Toast {
  number: number
}

const SHOWN_AT_ONCE = 3
const PLAIN_MS = 4_000
const WITH_ACTION_MS = 9_000
const icons: Record<Toast['tone'], IconName> = { green: 'circle-check', amber: 'triangle-alert', red: 'circle-alert' }

const shown = signal<Shown[]>([])
let last = 0

export function tell(toast: Toast): void {
  const number = ++last
  // Two buttons of the same name would leave open which one undoes what.
  const staying = toast.action ? shown.value.filter((other) => !other.action) : shown.value
  shown.value = [...staying, { ...toast, number }].slice(-SHOWN_AT_ONCE)
  setTimeout(() => dismiss(number), toast.action || toast.tone === 'red' ? WITH_ACTION_MS : PLAIN_MS)
}

function dismiss(number: number): void {
  shown.value = shown.value.filter((toast) => toast.number !== number)
}

export function Toasts() {
  const frame = useRef<HTMLDivElement>(null)
  const newest = shown.value.at(-1)?.number
  useEffect(() => raise(frame.current, newest !== undefined), [newest])
  return (
    <div ref={frame} class="toasts" role="status" aria-live="polite" popover="manual">
      {shown.value.map((toast) => (
        <ToastLine key={toast.number} toast={toast} />
      ))}
    </div>
  )
}

/** Above whatever is open: the last popover shown lies over every dialog. */
function raise(frame: HTMLDivElement | null, wanted: boolean): void {
  if (!frame?.showPopover) return
  if (frame.matches(':popover-open')) frame.hidePopover()
  if (wanted) frame.showPopover()
}

function ToastLine({ toast }: { toast: Shown }) {
  const run = () => {
    dismiss(toast.number)
    toast.action?.run()
  }
  return (
    <div class={`toast ${toast.tone}`}>
      <Icon name={icons[toast.tone]} class="tick" />
      <span class="grow">{toast.text}</span>
      {toast.action && (
        <button type="button" class="button small" onClick={run}>
          {toast.action.label}
        </button>
      )}
    </div>
  )
}
