/** Every unsent and recent operation of this device, what became of it, and how to take it back. */
import { useState } from 'preact/hooks'
import { discrepancies, outbox, rescueFile, state, type OutboxEntry } from '../floor'
import { Icon } from '../ui/icon'
import { Empty, Failed, Waiting } from '../ui/parts'
import { go } from '../ui/router'
import { Screen } from '../ui/screen'
import { tell } from '../ui/toasts'
import { useFact } from '../ui/use-fact'
import { t } from '../ui/words'
import { DiscrepancyList } from './parts/discrepancy-list'
import { EntryRow, entryNames } from './parts/entry-row'
import { EntrySheet } from './parts/entry-sheet'
import { useNames } from './parts/names'
import { reasonOf } from '../ui/reasons'

const LISTED = 200
const filters = ['all', 'unsent', 'quarantined', 'discrepancies'] as const
type Filter = (typeof filters)[number]

function shows(filter: Filter, entry: OutboxEntry): boolean {
  if (filter === 'unsent') return entry.state === 'waiting' || entry.state === 'sending'
  return filter === 'all' || entry.state === filter
}

export function Outbox({ query }: { query: URLSearchParams }) {
  const filter = filters.find((name) => name === query.get('show')) ?? 'all'
  return (
    <Screen title={t('floor.outbox')} hub aside={<Rescue />}>
      <fieldset class="segments">
        <legend class="visually-hidden">{t('floor.show')}</legend>
        {filters.map((name) => (
          <label key={name}>
            <input type="radio" name="show" checked={filter === name} onChange={() => go('/outbox', { show: name }, true)} />
            {t(`floor.show_${name}`)}
          </label>
        ))}
      </fieldset>
      {filter === 'discrepancies' ? <Open /> : <Entries filter={filter} />}
    </Screen>
  )
}

function Entries({ filter }: { filter: Filter }) {
  const entries = useFact('outbox', () => outbox(LISTED))
  const [opened, setOpened] = useState<string | null>(null)
  const names = useNames(...entryNames(entries.value ?? []))
  if (entries.error) return <Failed text={entries.error} again={entries.again} />
  if (!entries.value) return <Waiting rows={6} />
  const shown = entries.value.filter((entry) => shows(filter, entry))
  const chosen = entries.value.find((entry) => entry.id === opened)
  if (!shown.length) return <Empty icon="inbox" title={t(`floor.empty_${filter}`)} text={t('floor.empty_outbox_text')} />
  return (
    <>
      <ul class="card flush list">
        {shown.map((entry) => (
          <EntryRow key={entry.id} entry={entry} all={entries.value ?? []} names={names} onOpen={() => setOpened(entry.id)} />
        ))}
      </ul>
      {chosen && <EntrySheet entry={chosen} all={entries.value} names={names} onClose={() => setOpened(null)} />}
    </>
  )
}

function Open() {
  const open = useFact('discrepancies', () => discrepancies(LISTED))
  if (open.error) return <Failed text={open.error} again={open.again} />
  if (!open.value) return <Waiting rows={3} />
  if (!open.value.length) return <Empty icon="circle-check" title={t('floor.empty_discrepancies')} text={t('floor.empty_discrepancies_text')} />
  return <DiscrepancyList open={open.value} />
}

/** The unsent operations as a file: what saves the work of a phone that cannot send any more. */
function Rescue() {
  const save = async () => {
    try {
      download(await rescueFile(), `tallyman-${new Date().toISOString().slice(0, 16).replace(/\D/g, '')}.json`)
      tell({ text: t('floor.rescue_saved'), tone: 'green' })
    } catch (reason) {
      tell({ text: reasonOf(reason), tone: 'red' })
    }
  }
  if (!state.unsent.value) return null
  return (
    <button type="button" class="button small" onClick={() => void save()}>
      <Icon name="download" class="small" />
      {t('floor.rescue')}
    </button>
  )
}

function download(content: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(content)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
