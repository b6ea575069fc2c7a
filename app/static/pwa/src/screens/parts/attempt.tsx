/** A form that is tried: busy meanwhile, and what was wrong told above its button. */
import { useState } from 'preact/hooks'
import { Icon } from '../../ui/icon'
import type { IconName } from '../../ui/icon-names'
import { Banner } from '../../ui/parts'
import { reasonOf } from '../../ui/reasons'
import { useBusy } from '../../ui/use-busy'

export interface Attempt {
  busy: boolean
  problem: string
  submit: (event: SubmitEvent) => void
}

/** Try what the form asks for; `typed` gives what stands in a field, as it was typed. */
export function useAttempt(work: (typed: (name: string) => string, form: HTMLFormElement) => Promise<void>): Attempt {
  const [busy, run] = useBusy()
  const [problem, setProblem] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    const form = event.currentTarget as HTMLFormElement
    const given = new FormData(form)
    run(async () => {
      setProblem('')
      await work((name) => String(given.get(name) ?? ''), form).catch((failure: unknown) => setProblem(reasonOf(failure)))
    })
  }
  return { busy, problem, submit }
}

interface EndProps {
  attempt: Attempt
  icon: IconName
  words: string
}

/** The end of such a form: what was wrong, and the button. */
export function AttemptEnd({ attempt: { busy, problem }, icon, words }: EndProps) {
  return (
    <>
      {problem && (
        <div role="alert">
          <Banner tone="red" icon="circle-alert">{problem}</Banner>
        </div>
      )}
      <button type="submit" class="button primary wide" disabled={busy} aria-busy={busy}>
        <Icon name={busy ? 'refresh-cw' : icon} />
        {words}
      </button>
    </>
  )
}
