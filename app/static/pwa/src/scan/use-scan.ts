/** The scan loop tied to a running camera, and what it has to show: the last code, a held one, a choice. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type { Reading } from '../sync/barcode'
import type { Camera } from './camera'
import { sharedDecoder } from './decoder'
import { isAmong, readingOf } from './describe'
import { keepAwake } from './feedback'
import { ScanLoop } from './scan-loop'
import type { Sighting } from './sighting'
import type { Decision } from './view'

export interface Scan {
  /** The codes to choose from while the picture stands still. */
  choices: Sighting[] | null
  last: Reading | null
  /** Whether the code in view was read already. */
  held: boolean
  /** Whether a code was read this very moment. */
  flash: boolean
  pick: (sighting: Sighting) => void
  skip: () => void
  again: () => void
}

interface Wishes {
  expect: readonly string[]
  onRead: (reading: Reading) => void
}

/** Milliseconds that the frame stays green after a code was read. */
const FLASH_MS = 700

export function useScan(video: { current: HTMLVideoElement | null }, camera: Camera, wishes: Wishes): Scan {
  const [choices, setChoices] = useState<Sighting[] | null>(null)
  const current = useRef(wishes)
  current.current = wishes
  const { last, held, flash, hold, take } = useReadings(current)
  const onDecision = (decision: Decision) => {
    hold(decision.kind === 'held')
    if (decision.kind === 'read') take(decision.sighting)
    if (decision.kind !== 'choose') return
    loop.current?.rest(true)
    video.current?.pause()
    setChoices(decision.sightings)
  }
  const isExpected = (sighting: Sighting) => isAmong(readingOf(sighting), current.current.expect)
  const loop = useLoop(video, camera, { onDecision, isExpected, onEnd: () => setChoices(null) })
  const goOn = () => {
    loop.current?.view.settle(performance.now())
    setChoices(null)
    void video.current?.play()
    loop.current?.rest(false)
  }
  const pick = (sighting: Sighting) => {
    goOn()
    take(sighting)
  }
  return { choices, last, held, flash, pick, skip: goOn, again: () => loop.current?.view.again() }
}

/** What was read last, and whether a code is held before the camera that was read already. */
function useReadings(wishes: { current: Wishes }) {
  const [last, setLast] = useState<Reading | null>(null)
  const [held, hold] = useState(false)
  const [flash, setFlash] = useFlash()
  const take = (sighting: Sighting) => {
    const reading = readingOf(sighting)
    setLast(reading)
    hold(false)
    setFlash(true)
    wishes.current.onRead(reading)
  }
  return { last, held, flash, hold, take }
}

interface LoopWishes {
  onDecision: (decision: Decision) => void
  isExpected: (sighting: Sighting) => boolean
  onEnd: () => void
}

/** Runs while the camera runs, and keeps the screen lit for as long. */
function useLoop(video: { current: HTMLVideoElement | null }, camera: Camera, wishes: LoopWishes) {
  const loop = useRef<ScanLoop | null>(null)
  const current = useRef(wishes)
  current.current = wishes
  const isRunning = camera.state.value === 'running'
  useEffect(() => {
    if (!isRunning || !video.current) return
    void keepAwake(true)
    const started = new ScanLoop(video.current, sharedDecoder(), {
      isExpected: (sighting) => current.current.isExpected(sighting),
      onDecision: (decision) => current.current.onDecision(decision),
      onStall: () => camera.lose(),
      onProblem: () => camera.giveUp(),
    })
    loop.current = started
    started.start()
    return () => {
      started.stop()
      current.current.onEnd()
      void keepAwake(false)
    }
  }, [isRunning])
  return loop
}

function useFlash(): [boolean, (lit: boolean) => void] {
  const [flash, setFlash] = useState(false)
  useEffect(() => {
    if (!flash) return
    const timer = setTimeout(() => setFlash(false), FLASH_MS)
    return () => clearTimeout(timer)
  }, [flash])
  return [flash, setFlash]
}
