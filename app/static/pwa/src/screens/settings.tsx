/** Settings of this device and what it is: theme, sound, hand, counting, storage, version. */
import { useState } from 'preact/hooks'
import { deviceFacts, lock, state, verifyStorage } from '../floor'
import { ask } from '../ui/ask'
import { Choice } from '../ui/choice'
import { Icon } from '../ui/icon'
import type { IconName } from '../ui/icon-names'
import { rememberCookie } from '../ui/cookies'
import { COOKIE } from '../ui/language'
import { Banner } from '../ui/parts'
import { hands, idleLimit, idleMinutes, idleOffered, preferences, themes } from '../ui/preferences'
import { go } from '../ui/router'
import { Screen } from '../ui/screen'
import { megabytes } from '../ui/sizes'
import { useFact } from '../ui/use-fact'
import { language, languages } from '../ui/spoken'
import { Toggle } from '../ui/toggle'
import { languageName, t } from '../ui/words'
import { feedback } from './parts/feedback'
import { StorageKept } from './parts/storage-kept'
import { PinMeaning } from './people'

const themeIcons: Record<string, IconName> = { system: 'sun-moon', light: 'monitor', dark: 'moon', sun: 'sun' }
/** Enough of a device's number to tell it from the others. */
const SHOWN_OF_NUMBER = 13

export function Settings() {
  return (
    <Screen title={t('floor.settings')} hub>
      <div class="columns">
        <div class="stack wide">
          <Look />
          <Behaviour />
        </div>
        <div class="stack wide">
          <Device />
          <Person />
        </div>
      </div>
    </Screen>
  )
}

function Look() {
  return (
    <section class="card stack">
      <h2>{t('floor.look_title')}</h2>
      <Theme />
      <Hand />
      <Language />
    </section>
  )
}

function Theme() {
  const { theme } = preferences
  return (
    <Choice
      name="theme" label={t('floor.theme')} hint={t('floor.theme_hint')} tall
      values={themes} chosen={theme.value} onChoose={(chosen) => (theme.value = chosen)}
    >
      {(name) => <><Icon name={themeIcons[name] ?? 'sun'} />{t(`floor.theme_${name}`)}</>}
    </Choice>
  )
}

function Hand() {
  const { hand } = preferences
  return (
    <Choice name="hand" label={t('floor.hand')} values={hands} chosen={hand.value} onChoose={(chosen) => (hand.value = chosen)}>
      {(name) => t(`floor.hand_${name}`)}
    </Choice>
  )
}

/** Another language is another set of words: the page comes anew with it, and nothing captured is touched. */
function speak(chosen: string): void {
  rememberCookie(COOKIE, chosen)
  location.reload()
}

function Language() {
  if (languages.length < 2) return null
  return (
    <Choice name="language" label={t('floor.language')} values={languages} chosen={language} onChoose={speak}>
      {(name) => <span lang={name}>{languageName(name)}</span>}
    </Choice>
  )
}

function Behaviour() {
  return (
    <section class="card stack close">
      <h2>{t('floor.behaviour_title')}</h2>
      <Switch name="sound" />
      <Switch name="vibration" />
      <Switch name="blind" />
      <button type="button" class="button wide" onClick={() => feedback('captured')}>
        <Icon name="volume-2" />
        {t('floor.try_sound')}
      </button>
    </section>
  )
}

function Switch({ name }: { name: 'sound' | 'vibration' | 'blind' }) {
  const chosen = preferences[name]
  return (
    <Toggle
      words={t(`floor.${name}`)} detail={t(`floor.${name}_text`)}
      checked={chosen.value} onChange={(checked) => (chosen.value = checked)}
    />
  )
}

function Device() {
  const facts = useFact('device', deviceFacts)
  const { name = '…', device = '…', version = '…', items = 0, bytes = null } = facts.value ?? {}
  const size = bytes === null ? '' : megabytes(bytes)
  return (
    <section class="card stack">
      <h2>{t('floor.device_title')}</h2>
      <dl class="pairs">
        <div><dt>{t('floor.device_name')}</dt><dd>{name}</dd></div>
        <div><dt>{t('floor.device_number')}</dt><dd class="code">{device.slice(0, SHOWN_OF_NUMBER)}</dd></div>
        <div><dt>{t('floor.version')}</dt><dd>{version}</dd></div>
        <div><dt>{t('floor.catalogue')}</dt><dd>{t('floor.items_count', { count: items })}{size && ` · ${size}`}</dd></div>
        <div><dt>{t('floor.fact_storage')}</dt><StorageKept /></div>
      </dl>
      <Verify />
    </section>
  )
}

/** Reads back what this device stores and says whether it is sound. */
function Verify() {
  const [found, setFound] = useState<{ sound: boolean; message: string } | 'busy' | null>(null)
  const run = () => {
    setFound('busy')
    verifyStorage().then(setFound, (reason: unknown) => setFound({ sound: false, message: String(reason) }))
  }
  return (
    <>
      {found && found !== 'busy' && (
        <Banner tone={found.sound ? 'green' : 'red'} icon={found.sound ? 'shield-check' : 'shield-alert'}>{found.message}</Banner>
      )}
      <button type="button" class="button wide" aria-busy={found === 'busy'} onClick={run}>
        <Icon name={found === 'busy' ? 'refresh-cw' : 'shield-check'} />
        {t('floor.verify')}
      </button>
    </>
  )
}

function Person() {
  const person = state.user.value
  const leave = async () => {
    const text = t(state.unsent.value ? 'floor.lock_text_unsent' : 'floor.lock_text', { count: state.unsent.value ?? 0 })
    const answer = await ask({ title: t('floor.lock_title'), text, answers: [{ name: 'lock', label: t('floor.lock') }] })
    if (answer === 'lock') await handOver()
  }
  return (
    <section class="card stack">
      <h2>{person?.name ?? t('floor.nobody')}</h2>
      <p class="soft">{person ? t(`floor.role_${person.role}`) : ''}</p>
      <a class="button wide" href="/"><Icon name="monitor" />{t('floor.to_office')}</a>
      <a class="button wide" href="/account/pin"><Icon name="key-round" />{t('floor.pin_change')}</a>
      <button type="button" class="button wide" onClick={() => void handOver()}><Icon name="users" />{t('floor.switch_person')}</button>
      <IdleLock />
      <button type="button" class="button wide" onClick={() => void leave()}><Icon name="lock" />{t('floor.lock')}</button>
      <PinMeaning />
    </section>
  )
}

/** Whoever comes next begins at the beginning, not where the settings of the one before stood open. */
async function handOver(): Promise<void> {
  await lock()
  go('/', {}, true)
}

/** After how long a device that lies about hides its facts. */
function IdleLock() {
  const limit = idleLimit.value
  const hint = t('floor.idle_hint') + (limit > 0 ? ` ${t('floor.idle_limit', { minutes: limit })}` : '')
  return (
    <Choice
      name="idle" label={t('floor.idle')} hint={hint}
      values={idleOffered(limit)} chosen={idleMinutes.value} onChoose={(minutes) => (preferences.idle.value = minutes)}
    >
      {(minutes) => (minutes ? t('floor.idle_minutes', { minutes }) : t('floor.never'))}
    </Choice>
  )
}
