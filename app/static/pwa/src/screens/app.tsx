/** The floor app: before the screens, or the screen that the address names, with the bar that is always there. */
import type { ComponentType } from 'preact'
import { state } from '../floor'
import { Asking } from '../ui/ask'
import { Empty } from '../ui/parts'
import { match, place } from '../ui/router'
import { Screen } from '../ui/screen'
import { Toasts } from '../ui/toasts'
import { t } from '../ui/words'
import { Count } from './count'
import { Bootstrapping, Locked, Starting } from './entrance'
import { Home } from './home'
import { ItemPage } from './item'
import { Join } from './join'
import { LocationPage } from './location'
import { LookUp } from './look-up'
import { Move } from './move'
import { Navigation } from './navigation'
import { Outbox } from './outbox'
import { PinOffer } from './people'
import { Pick } from './pick'
import { Receive } from './receive'
import { Settings } from './settings'
import { SignIn } from './sign-in'
import { StatusBar } from './status-bar'

type AnyScreen = ComponentType<{ values: Record<string, string>; query: URLSearchParams }>

const screens: [string, AnyScreen][] = [
  ['/', Home],
  ['/look-up', LookUp],
  ['/items/:id', ItemPage],
  ['/locations/:id', LocationPage],
  ['/receive', Receive],
  ['/move', Move],
  ['/pick', Pick],
  ['/count', Count],
  ['/outbox', Outbox],
  ['/settings', Settings],
]

export function App() {
  return (
    <>
      <Inside />
      <Asking />
      <Toasts />
    </>
  )
}

function Inside() {
  const phase = state.phase.value
  if (phase === 'starting') return <Starting />
  if (state.invitation.value) return <Join />
  if (phase === 'needs_sign_in') return <SignIn />
  if (state.locked.value) return <Locked />
  if (state.pinOffered.value) return <PinOffer />
  if (phase === 'bootstrapping') return <Bootstrapping />
  return (
    <div class="floor">
      <StatusBar />
      <Navigation />
      <Current />
    </div>
  )
}

function Current() {
  const { path, query } = place.value
  for (const [pattern, Found] of screens) {
    const values = match(pattern, path)
    if (values) return <Found key={path} values={values} query={query} />
  }
  return (
    <Screen title={t('floor.lost')} hub>
      <Empty icon="circle-question-mark" title={t('floor.no_screen')}>
        <a class="button primary" href="/floor">
          {t('floor.home')}
        </a>
      </Empty>
    </Screen>
  )
}
