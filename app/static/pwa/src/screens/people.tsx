/** Whose hands hold this device: picking oneself and typing a PIN, and choosing one. */
import { useState } from 'preact/hooks'
import { choosePin, declinePin, state, unlock, type Person } from '../floor'
import { Icon } from '../ui/icon'
import { Banner } from '../ui/parts'
import { Sheet } from '../ui/sheet'
import { t } from '../ui/words'
import { AttemptEnd, useAttempt } from './parts/attempt'

const DIGITS = '[0-9]{4,8}'

/** Everybody who can switch on this device; nothing where there is nobody. */
export function PeopleList() {
  const [picked, setPicked] = useState<Person | null>(null)
  return (
    <>
      <ul class="card flush list" aria-label={t('floor.who')}>
        {state.people.value.map((person) => (
          <li key={person.id}>
            <button type="button" class="list-row" onClick={() => setPicked(person)}>
              <Initials name={person.name} />
              <span class="grow">
                <span class="title">{person.name}</span>
                <span class="detail">{t(`floor.role_${person.role}`)}</span>
              </span>
              <Icon name="chevron-right" />
            </button>
          </li>
        ))}
      </ul>
      {picked && <PinSheet person={picked} onClose={() => setPicked(null)} />}
    </>
  )
}

function Initials({ name }: { name: string }) {
  const letters = name.split(/\s+/).map((word) => word[0] ?? '')
  return (
    <span class="initials" aria-hidden="true">
      {(letters[0] ?? '') + (letters.length > 1 ? letters.at(-1) : '')}
    </span>
  )
}

function PinSheet({ person, onClose }: { person: Person; onClose: () => void }) {
  return (
    <Sheet title={person.name} onClose={onClose}>
      <PinForm verb="unlock" act={(pin) => unlock(person.id, pin)} />
      <p class="faint small">{t('floor.pin_note')}</p>
    </Sheet>
  )
}

/** Where there is no PIN yet: offered once, right after signing in, and always in the settings. */
export function PinOffer() {
  return (
    <main class="entrance">
      <div class="entrance-head">
        <span class="sign round entrance-sign">
          <Icon name="key-round" class="large" />
        </span>
        <h1>{t('floor.pin_offer')}</h1>
        <p class="soft">{t('floor.pin_offer_text')}</p>
      </div>
      <div class="card entrance-card stack">
        <PinForm verb="pin_set" act={choosePin} twice />
        <button type="button" class="button quiet wide" onClick={declinePin}>
          {t('floor.pin_later')}
        </button>
      </div>
      <PinMeaning />
    </main>
  )
}

/** What a PIN protects and what not, plainly. */
export function PinMeaning() {
  return (
    <Banner tone="blue" icon="shield-check">
      <p>{t('floor.pin_protects')}</p>
      <p>{t('floor.pin_protects_not')}</p>
    </Banner>
  )
}

interface PinFormProps {
  verb: 'unlock' | 'pin_set'
  act: (pin: string) => Promise<void>
  twice?: boolean
}

function PinForm({ verb, act, twice = false }: PinFormProps) {
  const attempt = useAttempt(async (typed, form) => {
    if (twice && typed('pin') !== typed('again')) throw new Error(t('floor.pin_differs'))
    await act(typed('pin')).catch((reason: unknown) => {
      form.reset()
      form.querySelector('input')?.focus()
      throw reason
    })
  })
  return (
    <form class="stack" onSubmit={attempt.submit}>
      <PinField name="pin" label={t('floor.pin')} fresh={twice} first />
      {twice && <PinField name="again" label={t('floor.pin_again')} fresh />}
      <AttemptEnd attempt={attempt} icon={verb === 'unlock' ? 'lock-open' : 'key-round'} words={t(`floor.${verb}`)} />
    </form>
  )
}

function PinField({ name, label, fresh, first = false }: { name: string; label: string; fresh: boolean; first?: boolean }) {
  const start = first ? { 'data-first': true } : {}
  return (
    <label class="field">
      <span class="label">{label}</span>
      <input
        class="input pin"
        name={name}
        type="password"
        inputmode="numeric"
        pattern={DIGITS}
        minLength={4}
        maxLength={8}
        autocomplete={fresh ? 'new-password' : 'off'}
        required
        {...start}
      />
      {fresh && first && <span class="hint">{t('floor.pin_hint')}</span>}
    </label>
  )
}
