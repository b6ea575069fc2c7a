/** What all doors to the device share: head, card, note; and the field for its name. */
import type { ComponentChildren } from 'preact'
import { Mark } from '../../ui/parts'
import { t } from '../../ui/words'

interface FrameProps {
  title: string
  text: string
  note: string
  children: ComponentChildren
}

export function EntranceFrame({ title, text, note, children }: FrameProps) {
  return (
    <main class="entrance">
      <div class="entrance-head">
        <Mark class="large" />
        <h1>{title}</h1>
        <p class="soft">{text}</p>
      </div>
      <div class="card entrance-card">{children}</div>
      <p class="faint">{note}</p>
    </main>
  )
}

export function DeviceNameField({ hint }: { hint: string }) {
  return (
    <label class="field">
      <span class="label">{t('floor.device_name')}</span>
      <input class="input" name="device" autocomplete="off" maxLength={60} placeholder={t('floor.device_example')} />
      <span class="hint">{hint}</span>
    </label>
  )
}
