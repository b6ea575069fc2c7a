/** What stands before the screens: starting, fetching the catalogue for the first time, locked. */
import { useState } from 'preact/hooks'
import { state, tryStart } from '../floor'
import { Icon } from '../ui/icon'
import { Banner, Mark } from '../ui/parts'
import { t } from '../ui/words'
import { PeopleList } from './people'
import { SignInForm } from './sign-in'

export function Starting() {
  return (
    <main class="entrance centred" aria-busy="true">
      <Mark class="large drawing" />
      <h1>Tallyman</h1>
      <p class="soft">{t('floor.starting')}</p>
      <Delayed />
    </main>
  )
}

/** Why it takes so long, and what a person can do; the app goes on trying by itself. */
function Delayed() {
  const delay = state.delay.value
  if (!delay) return null
  return (
    <div class="stack" role="alert">
      <Banner tone={delay === 'slow' ? 'amber' : 'red'} icon="hard-drive">
        <strong class="block">{t(`floor.start_${delay}_title`)}</strong>
        {t(`floor.start_${delay}`)}
      </Banner>
      <button type="button" class="button wide" onClick={tryStart}>
        <Icon name="refresh-cw" />
        {t('floor.try_again')}
      </button>
    </div>
  )
}

export function Bootstrapping() {
  const { done, total } = state.bootstrap.value ?? { done: 0, total: 0 }
  const offline = state.connection.value !== 'online'
  return (
    <main class="entrance centred">
      <Mark class="large" />
      <h1>{t('floor.bootstrap_title')}</h1>
      <p class="soft">{t('floor.bootstrap_text')}</p>
      <progress class="progress" aria-label={t('floor.bootstrap_title')} {...(total ? { value: done, max: total } : {})} />
      <p class="number soft" aria-live="polite">
        {total ? t('floor.bootstrap_parts', { done, total }) : t('floor.bootstrap_waiting')}
      </p>
      {offline && <Banner tone="amber" icon="wifi-off">{t('floor.bootstrap_offline')}</Banner>}
    </main>
  )
}

/** Signed out: facts are hidden, the outbox goes on draining. */
export function Locked() {
  const unsent = state.unsent.value
  const shared = state.people.value.length > 0
  return (
    <main class="entrance">
      <div class="entrance-head">
        <span class="sign round entrance-sign">
          <Icon name="lock" class="large" />
        </span>
        <h1>{t(shared ? 'floor.who' : 'floor.locked_title')}</h1>
        <p class="soft">{t(shared ? 'floor.who_text' : 'floor.locked_text')}</p>
      </div>
      {unsent ? <Banner tone="amber" icon="cloud-upload">{t('floor.locked_unsent', { count: unsent })}</Banner> : null}
      {state.people.value.length ? <PeopleOrPassword /> : <Password />}
    </main>
  )
}

/** Picking oneself works without network; the password is for those who have no PIN, or forgot it. */
function PeopleOrPassword() {
  const [byPassword, setByPassword] = useState(false)
  return (
    <>
      {byPassword ? <Password /> : <PeopleList />}
      <button type="button" class="button quiet wide" onClick={() => setByPassword(!byPassword)}>
        <Icon name={byPassword ? 'users' : 'log-in'} />
        {t(byPassword ? 'floor.by_pin' : 'floor.by_password')}
      </button>
    </>
  )
}

function Password() {
  return (
    <div class="card entrance-card">
      <SignInForm />
    </div>
  )
}
