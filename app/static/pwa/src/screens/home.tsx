/** Home: what needs a person, the six things one does, what was begun and what was done last. */
import { countTasks, discrepancies, expiringLots, outbox, state } from '../floor'
import { isoDate, now } from '../ui/ages'
import { Icon } from '../ui/icon'
import type { IconName } from '../ui/icon-names'
import { Failed, Waiting } from '../ui/parts'
import { Screen } from '../ui/screen'
import { useFact } from '../ui/use-fact'
import { t } from '../ui/words'
import { needsOf } from './drafts/needs'
import { EntryRow, entryNames } from './parts/entry-row'
import { useNames } from './parts/names'
import { late } from './late'
import { NeedsList } from './parts/needs-list'
import { Begun } from './parts/begun'
import { mayCapture } from './parts/permission'

const RECENT = 6
const EXPIRY_DAYS = 30
const EXPIRING = 2
const LOOKED_AT = 200

const actions: { path: string; icon: IconName; name: string; captures: boolean }[] = [
  { path: '/receive', icon: 'package-plus', name: 'receive', captures: true },
  { path: '/move', icon: 'arrow-right-left', name: 'move', captures: true },
  { path: '/pick', icon: 'package-minus', name: 'pick', captures: true },
  { path: '/count', icon: 'clipboard-check', name: 'count', captures: true },
  { path: '/look-up', icon: 'search', name: 'look_up', captures: false },
  { path: '/outbox', icon: 'clipboard-list', name: 'outbox', captures: false },
]

export function Home() {
  const person = state.user.value
  return (
    <Screen title={person ? t('floor.greeting', { name: person.name.split(' ')[0] ?? '' }) : t('floor.home')} hub class="home">
      <div class="columns">
        <div class="stack wide">
          <NeedsMe />
          <Begun />
          <Actions />
        </div>
        <Recent />
      </div>
    </Screen>
  )
}

function NeedsMe() {
  const day = isoDate(now.value, EXPIRY_DAYS)
  const facts = useFact(`needs ${day}`, async () => ({
    entries: await outbox(LOOKED_AT),
    discrepancies: await discrepancies(LOOKED_AT),
    tasks: await countTasks(),
    expiring: await expiringLots(day, EXPIRING),
  }))
  if (facts.error) return <Failed text={facts.error} again={facts.again} />
  if (!facts.value) return <Waiting rows={2} />
  const { unsent, oldestUnsentAt, storageTrouble, fewBytesLeft, connection, updateWaiting } = state
  const needs = needsOf({
    ...facts.value,
    unsent: unsent.value,
    oldestUnsentAt: oldestUnsentAt.value,
    lateMs: late(),
    storageTrouble: storageTrouble.value,
    fewBytesLeft: fewBytesLeft.value,
    isSignedOut: connection.value === 'sign_in',
    updateWaiting: updateWaiting.value,
    now: now.value,
  })
  return <NeedsList needs={needs} />
}

function Actions() {
  const allowed = mayCapture()
  return (
    <section class="stack close">
      <h2 class="overline">{t('floor.what_to_do')}</h2>
      {!allowed && <p class="faint">{t('floor.viewer_home')}</p>}
      <div class="action-grid">
        {actions.map(({ path, icon, name, captures }) => (
          <a key={path} class={`action-tile ${captures ? '' : 'plain'} ${captures && !allowed ? 'barred' : ''}`} href={`/floor${path}`}>
            <Icon name={icon} class="large" />
            <span class="title">{t(`floor.${name}`)}</span>
            <span class="detail">{t(`floor.${name}_detail`)}</span>
          </a>
        ))}
      </div>
    </section>
  )
}

function Recent() {
  const entries = useFact('recent', () => outbox(RECENT))
  const names = useNames(...entryNames(entries.value ?? []))
  return (
    <section class="stack close">
      <div class="split">
        <h2 class="overline">{t('floor.recent')}</h2>
        <a class="button quiet small see-all" href="/floor/outbox">
          {t('floor.see_all')}
        </a>
      </div>
      {!entries.value ? (
        <Waiting />
      ) : entries.value.length === 0 ? (
        <p class="card faint">{t('floor.recent_none')}</p>
      ) : (
        <ul class="card flush list">
          {entries.value.map((entry) => (
            <EntryRow key={entry.id} entry={entry} all={entries.value ?? []} names={names} />
          ))}
        </ul>
      )}
    </section>
  )
}
