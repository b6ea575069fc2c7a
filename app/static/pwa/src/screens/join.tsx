/** An invited phone becomes a device: what it is to be called, and what will be on it. */
import { useState } from 'preact/hooks'
import { declineInvitation, join } from '../floor'
import { Icon } from '../ui/icon'
import { Banner, Mark } from '../ui/parts'
import { t } from '../ui/words'

export function Join() {
  return (
    <main class="entrance">
      <div class="entrance-head">
        <Mark class="large" />
        <h1>{t('floor.join_title')}</h1>
        <p class="soft">{t('floor.join_text')}</p>
      </div>
      <div class="card entrance-card">
        <JoinForm />
      </div>
      <p class="faint">{t('floor.join_note')}</p>
    </main>
  )
}

function JoinForm() {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const named = new FormData(event.currentTarget as HTMLFormElement).get('device')
    setBusy(true)
    setProblem('')
    await join(String(named ?? '')).catch((reason: unknown) => setProblem(reason instanceof Error ? reason.message : String(reason)))
    setBusy(false)
  }
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <label class="field">
        <span class="label">{t('floor.device_name')}</span>
        <input class="input" name="device" autocomplete="off" maxLength={60} placeholder={t('floor.device_example')} />
        <span class="hint">{t('floor.join_hint')}</span>
      </label>
      {problem && (
        <div role="alert">
          <Banner tone="red" icon="circle-alert">{problem}</Banner>
        </div>
      )}
      <button type="submit" class="button primary wide" disabled={busy} aria-busy={busy}>
        <Icon name={busy ? 'refresh-cw' : 'smartphone'} />
        {t(busy ? 'floor.joining' : 'floor.join')}
      </button>
      <button type="button" class="button quiet wide" onClick={declineInvitation}>
        {t(problem ? 'floor.join_other_way' : 'floor.cancel')}
      </button>
    </form>
  )
}
