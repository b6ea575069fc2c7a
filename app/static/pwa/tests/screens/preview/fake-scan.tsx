/** A typing field in place of the scanner. */
import { readCode, type Reading } from '../../../src/sync/barcode'

export function ScanField({ label, onRead }: { label: string; onRead: (reading: Reading) => void }) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const field = (event.currentTarget as HTMLFormElement).elements.namedItem('code') as HTMLInputElement
    onRead(readCode(field.value))
    field.value = ''
  }
  return (
    <form class="card" onSubmit={submit}>
      <label class="field">
        <span class="label">{label}</span>
        <input class="input" name="code" data-scan />
      </label>
    </form>
  )
}

export const beep = () => {}
export const vibrate = () => {}
export const keepAwake = () => {}
