/** One thing at a time: a second tap while the first is at work does nothing. */
import { useRef, useState } from 'preact/hooks'

export function useBusy(): [boolean, (work: () => Promise<void>) => void] {
  const [busy, setBusy] = useState(false)
  const working = useRef(false)
  const run = (work: () => Promise<void>) => {
    if (working.current) return
    working.current = true
    setBusy(true)
    void work().finally(() => {
      working.current = false
      setBusy(false)
    })
  }
  return [busy, run]
}
