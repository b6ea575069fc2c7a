/** Reads a fact for a screen, and again whenever facts may have changed. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { state } from '../floor'
import { reasonOf } from './reasons'

export interface Fact<Value> {
  /** Null until first read; afterwards the last answer, also while it is read again. */
  value: Value | null
  loading: boolean
  error: string | null
  again: () => void
}

/** `key` names what is asked for: another key forgets the last answer, a tick of the facts keeps it meanwhile. */
export function useFact<Value>(key: string, load: () => Promise<Value>): Fact<Value> {
  const [answer, setAnswer] = useState<{ key: string; value: Value | null; error: string | null }>({ key, value: null, error: null })
  const [round, setRound] = useState(0)
  const latest = useRef(0)
  const tick = state.version.value
  useEffect(() => {
    const turn = ++latest.current
    const settle = (value: Value | null, error: string | null) => turn === latest.current && setAnswer({ key, value, error })
    load().then(
      (value) => settle(value, null),
      (reason: unknown) => settle(null, reasonOf(reason)),
    )
    return () => void (latest.current += 1)
  }, [key, tick, round])
  const current = answer.key === key ? answer : { value: null, error: null }
  const loading = current.value === null && current.error === null
  return { value: current.value, loading, error: current.error, again: () => setRound(round + 1) }
}
