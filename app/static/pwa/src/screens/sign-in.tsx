/** Signing in: once for a device, and again when a sign-in has run out. */
import { useState } from 'preact/hooks'
import { CodeNeeded, signIn } from '../floor'
import { Banner } from '../ui/parts'
import { t } from '../ui/words'
import { AttemptEnd, useAttempt } from './parts/attempt'
import { DeviceNameField, EntranceFrame } from './parts/entrance-frame'

export function SignIn() {
  return (
    <EntranceFrame title="Tallyman" text={t('floor.sign_in_text')} note={t('floor.sign_in_note')}>
      <SignInForm named />
    </EntranceFrame>
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
  const [needsCode, setNeedsCode] = useState(false)
  const attempt = useAttempt(async (typed) => {
    const text = (name: string) => typed(name).trim()
    await signIn(text('email'), typed('password'), text('device') || undefined, text('code') || undefined).catch((reason: unknown) => {
      if (!(reason instanceof CodeNeeded)) throw reason
      setNeedsCode(true)
    })
  })
  return (
    <form class="stack" onSubmit={attempt.submit}>
      <label class="field">
        <span class="label">{t('floor.email')}</span>
        <input class="input" name="email" type="email" autocomplete="username" inputmode="email" required />
      </label>
      <label class="field">
        <span class="label">{t('floor.password')}</span>
        <input class="input" name="password" type="password" autocomplete="current-password" required />
      </label>
      {needsCode && <CodeField />}
      {named && <DeviceNameField hint={t('floor.device_hint')} />}
      <AttemptEnd attempt={attempt} icon="log-in" words={t(attempt.busy ? 'floor.signing_in' : 'floor.sign_in')} />
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
