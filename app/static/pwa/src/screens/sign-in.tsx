/** Signing in: once for a device, and again when a sign-in has run out. */
import { useState } from 'preact/hooks'
import { CodeNeeded, signIn } from '../floor'
import { Icon } from '../ui/icon'
import { Banner, Mark } from '../ui/parts'
import { t } from '../ui/words'

export function SignIn() {
  return (
    <main class="entrance">
      <div class="entrance-head">
        <Mark class="large" />
        <h1>Tallyman</h1>
        <p class="soft">{t('floor.sign_in_text')}</p>
      </div>
      <div class="card entrance-card">
        <SignInForm named />
      </div>
      <p class="faint">{t('floor.sign_in_note')}</p>
    </main>
  )
}

export function SignInAgain() {
  return (
    <div class="stack">
      <Banner tone="amber" icon="key-round">{t('floor.sign_in_again')}</Banner>
      <SignInForm />
    </div>
  )
}

export function SignInForm({ named = false }: { named?: boolean }) {
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const [needsCode, setNeedsCode] = useState(false)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    setBusy(true)
    setProblem('')
    try {
      await signIn(text('email'), String(form.get('password') ?? ''), text('device') || undefined, text('code') || undefined)
    } catch (reason) {
      if (reason instanceof CodeNeeded) setNeedsCode(true)
      else setProblem(reason instanceof Error ? reason.message : String(reason))
    }
    setBusy(false)
  }
  return (
    <form class="stack" onSubmit={(event) => void submit(event)}>
      <label class="field">
        <span class="label">{t('floor.email')}</span>
        <input class="input" name="email" type="email" autocomplete="username" inputmode="email" required />
      </label>
      <label class="field">
        <span class="label">{t('floor.password')}</span>
        <input class="input" name="password" type="password" autocomplete="current-password" required />
      </label>
      {needsCode && <CodeField />}
      {named && (
        <label class="field">
          <span class="label">{t('floor.device_name')}</span>
          <input class="input" name="device" autocomplete="off" maxLength={60} placeholder={t('floor.device_example')} />
          <span class="hint">{t('floor.device_hint')}</span>
        </label>
      )}
      {problem && (
        <div role="alert">
          <Banner tone="red" icon="circle-alert">{problem}</Banner>
        </div>
      )}
      <button type="submit" class="button primary wide" disabled={busy} aria-busy={busy}>
        <Icon name={busy ? 'refresh-cw' : 'log-in'} />
        {t(busy ? 'floor.signing_in' : 'floor.sign_in')}
      </button>
    </form>
  )
}

/** Asked for once the password was right, of those who have a second factor. */
function CodeField() {
  return (
    <label class="field">
      <span class="label">{t('floor.code')}</span>
      <input class="input" name="code" autocomplete="one-time-code" autocapitalize="none" maxLength={40} required autofocus />
      <span class="hint">{t('floor.code_hint')}</span>
    </label>
  )
}
