/** The one way in for codes: camera, scanner that types, a person who types, or a photograph. */
import { useState } from 'preact/hooks'
import { Icon } from '../ui/icon'
import { t } from '../ui/words'
import { readCode, type Reading } from '../sync/barcode'
import { sharedDecoder } from './decoder'
import { PhotoDoor } from './photo-door'
import { Viewfinder } from './viewfinder'
import { WedgeField } from './wedge-field'
import './choices.css'
import './scan.css'

export type ScanSource = 'camera' | 'wedge' | 'typed' | 'photo'

export interface ScanFieldProps {
  /** What is wanted here, in a few words. */
  label: string
  /** Called once for each code; sounds and vibration are the caller's, after capture is durable. */
  onRead: (reading: Reading, source: ScanSource) => void
  /** Codes the task waits for: among several in view such a one is taken unasked. */
  expect?: readonly string[]
}

const KEY = 'tallyman.camera'

export function ScanField({ label, onRead, expect = [] }: ScanFieldProps) {
  const [open, setOpen] = useState(() => localStorage.getItem(KEY) === 'open')
  const show = (wanted: boolean) => {
    localStorage.setItem(KEY, wanted ? 'open' : 'closed')
    if (wanted) void sharedDecoder().warm()
    setOpen(wanted)
  }
  const typed = (text: string, source: ScanSource) => onRead(readCode(text, null, new Date().getFullYear()), source)
  const seen = (reading: Reading) => onRead(reading, 'camera')
  return (
    <section class="scan card flush" aria-label={label}>
      {open ? (
        <Viewfinder label={label} expect={expect} onRead={seen} onClose={() => show(false)} />
      ) : (
        <button type="button" class="scan-start" onClick={() => show(true)}>
          <span class="scan-start-icon"><Icon name="camera" /></span>
          <span class="scan-start-text">
            <strong>{t('scan.start_camera')}</strong>
            <span>{label}</span>
          </span>
        </button>
      )}
      <div class="scan-row">
        <WedgeField label={label} onCode={typed} />
        <PhotoDoor onRead={(reading) => onRead(reading, 'photo')} />
      </div>
    </section>
  )
}
