/** The scan field alone on a page, for the browser tests: what it reads stands in a list and in the page's data. */
import { signal } from '@preact/signals'
import { render } from 'preact'
import '../../../src/ui/base.css'
import '../../../src/screens/screens.css'
import { beep, ScanField, type ScanSource } from '../../../src/scan'
import type { Reading } from '../../../src/sync/barcode'
import { Sheet } from '../../../src/ui/sheet'
import './page.css'

interface Read {
  reading: Reading
  source: ScanSource
  at: number
}

declare global {
  interface Window {
    reads: Read[]
  }
}

const reads = signal<Read[]>([])
const sheet = signal(false)
const expect = new URLSearchParams(location.search).getAll('expect')
window.reads = []

function take(reading: Reading, source: ScanSource): void {
  window.reads.push({ reading, source, at: performance.now() })
  reads.value = [...window.reads]
  beep('captured')
}

function Page() {
  return (
    <main class="page">
      <ScanField label="Scan goods or a place" onRead={take} expect={expect} />
      <button type="button" class="button" id="plain">A plain button</button>
      <label class="switch-row">
        A switch
        <input type="checkbox" class="switch" id="check" />
      </label>
      <button type="button" class="button" id="open-sheet" onClick={() => (sheet.value = true)}>Open a sheet</button>
      <ol class="reads">
        {reads.value.map(({ reading, source }, place) => (
          <li key={place}>{source}: {reading.gtin ?? reading.raw}</li>
        ))}
      </ol>
      {sheet.value && (
        <Sheet title="A sheet" onClose={() => (sheet.value = false)}>
          <button type="button" class="button" data-first id="in-sheet" onClick={() => (sheet.value = false)}>Close it</button>
        </Sheet>
      )}
    </main>
  )
}

render(<Page />, document.getElementById('app')!)
