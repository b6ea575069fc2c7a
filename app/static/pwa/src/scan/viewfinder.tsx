/** The viewfinder: the camera's picture, what it says, and the choice among several codes. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../ui/words'
import type { Reading } from '../sync/barcode'
import { Camera } from './camera'
import { CameraControls } from './camera-controls'
import { CameraTrouble } from './camera-trouble'
import { ChoiceList, Outlines } from './choices'
import { titleOf } from './describe'
import { type Scan, useScan } from './use-scan'

interface ViewfinderProps {
  label: string
  expect: readonly string[]
  onRead: (reading: Reading) => void
  onClose: () => void
}

export function Viewfinder({ label, expect, onRead, onClose }: ViewfinderProps) {
  const video = useRef<HTMLVideoElement>(null)
  const [camera] = useState(() => new Camera())
  const scan = useScan(video, camera, { expect, onRead })
  const state = camera.state.value
  const open = () => void camera.start(video.current!)
  useEffect(() => {
    open()
    return () => camera.stop()
  }, [])
  useReturn(() => {
    if (camera.state.peek() === 'lost') open()
    else if (!scan.choices) void video.current?.play().catch(() => undefined)
  })
  const troubled = !['off', 'starting', 'running'].includes(state)
  return (
    <div class="scan-camera">
      <div class={`scan-view ${scan.flash ? 'read' : ''} ${troubled ? 'troubled' : ''}`} data-state={state}>
        <video ref={video} class="scan-picture" muted playsInline aria-label={label} onClick={scan.again} />
        {state === 'running' && <Over scan={scan} label={label} video={video.current} />}
        {troubled && <CameraTrouble state={state} onRetry={open} />}
        {state === 'starting' && <p class="scan-hint">{t('scan.starting')}</p>}
        <CameraControls camera={camera} onClose={onClose} />
      </div>
      {scan.choices && <Choosing choices={scan.choices} scan={scan} />}
    </div>
  )
}

/** Some phones stop or take the camera of a page that is put aside: begins anew when it is seen again. */
function useReturn(back: () => void): void {
  const latest = useRef(back)
  latest.current = back
  useEffect(() => {
    const listen = () => document.hidden || latest.current()
    document.addEventListener('visibilitychange', listen)
    return () => document.removeEventListener('visibilitychange', listen)
  }, [])
}

/** What lies over the running picture: where to aim and a hint, or the outlines to choose from. */
function Over({ scan, label, video }: { scan: Scan; label: string; video: HTMLVideoElement | null }) {
  if (scan.choices && video) {
    const size = { width: video.videoWidth, height: video.videoHeight }
    return <Outlines {...size} sightings={scan.choices} onPick={scan.pick} fills />
  }
  return (
    <>
      <div class="scan-aim" aria-hidden="true">
        <i /><i /><i /><i />
      </div>
      <p class="scan-hint" role="status">{hintOf(scan, label)}</p>
    </>
  )
}

function hintOf({ last, held, flash }: Scan, label: string): string {
  if (held && !flash) return t('scan.held')
  return last ? t('scan.read', { code: titleOf(last) }) : label
}

function Choosing({ choices, scan }: { choices: NonNullable<Scan['choices']>; scan: Scan }) {
  return (
    <div class="scan-choosing">
      <p class="label" role="status">{t('scan.choose', { count: choices.length })}</p>
      <ChoiceList sightings={choices} onPick={scan.pick} />
      <button type="button" class="button wide" onClick={scan.skip}>{t('scan.none_of_them')}</button>
    </div>
  )
}
