/** The viewfinder: the camera's picture, what it says, torch, zoom, and the choice among several codes. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Icon } from '../ui/icon'
import { t } from '../ui/words'
import type { Reading } from '../sync/barcode'
import { Camera } from './camera'
import { CameraTrouble } from './camera-trouble'
import { ChoiceList, Outlines } from './choices'
import { sharedDecoder } from './decoder'
import { isAmong, readingOf, titleOf } from './describe'
import { keepAwake } from './feedback'
import { ScanLoop } from './scan-loop'
import type { Sighting } from './sighting'
import type { Decision } from './view'

interface ViewfinderProps {
  label: string
  expect: readonly string[]
  onRead: (reading: Reading) => void
  onClose: () => void
}

/** Milliseconds that the frame stays green after a code was read. */
const FLASH_MS = 700

export function Viewfinder({ label, expect, onRead, onClose }: ViewfinderProps) {
  const video = useRef<HTMLVideoElement>(null)
  const [camera] = useState(() => new Camera())
  const scan = useScan(video, camera, expect, onRead)
  const state = camera.state.value
  const open = () => void camera.start(video.current!)
  useEffect(() => {
    open()
    return () => camera.stop()
  }, [])
  const trouble = state !== 'off' && state !== 'starting' && state !== 'running'
  return (
    <div class="scan-camera">
      <div class={`scan-view ${scan.flash ? 'read' : ''} ${trouble ? 'troubled' : ''}`} data-state={state}>
        <video ref={video} class="scan-picture" muted playsInline aria-label={label} onClick={scan.again} />
        {state === 'running' && !scan.choices && <Aim />}
        {scan.choices && (
          <Outlines sightings={scan.choices} onPick={scan.pick} width={video.current!.videoWidth} height={video.current!.videoHeight} fills />
        )}
        {trouble && <CameraTrouble state={state} onRetry={open} />}
        {state === 'starting' && <p class="scan-hint">{t('scan.starting')}</p>}
        {state === 'running' && !scan.choices && <p class="scan-hint" role="status">{hintOf(scan, label)}</p>}
        <Controls camera={camera} onClose={onClose} />
      </div>
      {scan.choices && (
        <div class="scan-choosing">
          <p class="label" role="status">{t('scan.choose', { count: scan.choices.length })}</p>
          <ChoiceList sightings={scan.choices} onPick={scan.pick} />
          <button type="button" class="button wide" onClick={scan.skip}>{t('scan.none_of_them')}</button>
        </div>
      )}
    </div>
  )
}

function hintOf({ last, held, flash }: { last: Reading | null; held: boolean; flash: boolean }, label: string): string {
  if (held && !flash) return t('scan.held')
  return last ? t('scan.read', { code: titleOf(last) }) : label
}

/** The loop tied to the picture, and what it has to show. */
function useScan(video: { current: HTMLVideoElement | null }, camera: Camera, expect: readonly string[], onRead: (reading: Reading) => void) {
  const [choices, setChoices] = useState<Sighting[] | null>(null)
  const [last, setLast] = useState<Reading | null>(null)
  const [held, setHeld] = useState(false)
  const [flash, setFlash] = useState(false)
  const current = useRef({ expect, onRead })
  current.current = { expect, onRead }
  const loop = useRef<ScanLoop | null>(null)
  const isRunning = camera.state.value === 'running'

  const take = (sighting: Sighting) => {
    const reading = readingOf(sighting)
    setLast(reading)
    setHeld(false)
    setFlash(true)
    current.current.onRead(reading)
  }
  const onDecision = (decision: Decision) => {
    setHeld(decision.kind === 'held')
    if (decision.kind === 'read') take(decision.sighting)
    if (decision.kind !== 'choose') return
    loop.current?.rest(true)
    video.current?.pause()
    setChoices(decision.sightings)
  }
  const goOn = () => {
    loop.current?.view.settle(performance.now())
    setChoices(null)
    void video.current?.play()
    loop.current?.rest(false)
  }

  useEffect(() => {
    if (!isRunning || !video.current) return
    void keepAwake(true)
    const isExpected = (sighting: Sighting) => isAmong(readingOf(sighting), current.current.expect)
    const events = { isExpected, onDecision, onStall: () => camera.lose(), onProblem: () => camera.giveUp() }
    loop.current = new ScanLoop(video.current, sharedDecoder(), events)
    loop.current.start()
    return () => {
      loop.current?.stop()
      setChoices(null)
      void keepAwake(false)
    }
  }, [isRunning])
  useEffect(() => {
    if (!flash) return
    const timer = setTimeout(() => setFlash(false), FLASH_MS)
    return () => clearTimeout(timer)
  }, [flash])

  return {
    choices, last, held, flash,
    pick: (sighting: Sighting) => {
      goOn()
      take(sighting)
    },
    skip: goOn,
    again: () => loop.current?.view.again(),
  }
}

function Aim() {
  return (
    <div class="scan-aim" aria-hidden="true">
      <i /><i /><i /><i />
    </div>
  )
}

function Controls({ camera, onClose }: { camera: Camera; onClose: () => void }) {
  const torch = camera.torch.value
  const zooms = camera.zooms.value
  const zoom = camera.zoom.value
  const next = zooms[(zooms.indexOf(zoom) + 1) % zooms.length] ?? 1
  return (
    <div class="scan-controls">
      <button type="button" class="scan-control" aria-label={t('scan.stop_camera')} onClick={onClose}>
        <Icon name="x" />
      </button>
      {torch !== null && (
        <button type="button" class="scan-control" aria-pressed={torch} aria-label={t('scan.torch')} onClick={() => void camera.light(!torch)}>
          <Icon name={torch ? 'flashlight-off' : 'flashlight'} />
        </button>
      )}
      {zooms.length > 0 && (
        <button type="button" class="scan-control" aria-label={t('scan.zoom', { factor: next })} onClick={() => void camera.zoomTo(next)}>
          {zoom}×
        </button>
      )}
    </div>
  )
}
