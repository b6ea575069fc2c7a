/** Count a place: what is expected beside what is seen (or blind), found goods, and 0 for what is missing. */
import { useEffect } from 'preact/hooks'
import { countTasks, stockOfItem } from '../floor'
import { ScanField } from '../scan'
import { amountText } from '../ui/amounts'
import { ago, now } from '../ui/ages'
import { ask } from '../ui/ask'
import { Icon } from '../ui/icon'
import { Empty } from '../ui/parts'
import { preferences } from '../ui/preferences'
import { go } from '../ui/router'
import { Screen } from '../ui/screen'
import { useFact } from '../ui/use-fact'
import { t } from '../ui/words'
import { emptyCount } from './drafts/count-draft'
import { standing } from './drafts/shelf'
import { ConfirmCount } from './parts/confirm-count'
import { CountRow } from './parts/count-row'
import { CountSheets } from './parts/count-sheets'
import { FindItem } from './parts/find-item'
import { useNames, type Names } from './parts/names'
import { mayCapture, NotAllowed } from './parts/permission'
import { recountReason } from './parts/recount-reason'
import { useCount, type Counting } from './parts/use-count'

const SUGGESTED = 6

export function Count({ query }: { query: URLSearchParams }) {
  if (!mayCapture()) return <NotAllowed title={t('floor.count')} />
  return <Flow query={query} />
}

function Flow({ query }: { query: URLSearchParams }) {
  const flow = useCount()
  const draft = flow.draft.value
  const names = useNames(draft.lines.map((line) => line.item), [draft.place])
  const expected = draft.lines.flatMap((line) => names.item(line.item)?.barcodes ?? [])
  useEffect(() => {
    const place = Number(query.get('place'))
    if (!place) return
    go('/count', {}, true)
    flow.open(place)
  }, [])
  return (
    <Screen
      title={t('floor.count')}
      class="flow"
      aside={draft.place !== null && <Discard flow={flow} />}
      actions={
        <>
          {draft.place !== null && (
            <FindItem label={t('floor.count_found')} onFind={() => (flow.over.value = { kind: 'item', text: '', reading: null })} />
          )}
          <ConfirmCount flow={flow} />
        </>
      }
    >
      <div class="columns scan-columns">
        <div class="stack">
          <CountPlace flow={flow} names={names} item={Number(query.get('item')) || null} />
          <ScanField label={t(draft.place === null ? 'floor.scan_count_place' : 'floor.scan_count')} onRead={flow.read} expect={expected} />
        </div>
        {draft.place === null ? <ToBeCounted flow={flow} /> : <Lines flow={flow} names={names} />}
      </div>
      <CountSheets flow={flow} names={names} />
    </Screen>
  )
}

function CountPlace({ flow, names, item }: { flow: Counting; names: Names; item: number | null }) {
  const { place, blind } = flow.draft.value
  const stock = useFact(`counted item ${item}`, async () => (item === null ? [] : standing(await stockOfItem(item))))
  const cells = (stock.value ?? []).slice(0, SUGGESTED)
  const suggested = useNames([], cells.map((cell) => cell.location))
  return (
    <section class="card ends stack">
      <button type="button" class={`endpoint ${place === null ? 'open' : ''}`} onClick={() => (flow.over.value = { kind: 'place', end: 'from' })}>
        <span class="overline">{t('floor.counted_place')}</span>
        <strong>{place === null ? t('floor.scan_or_choose') : names.placeCode(place)}</strong>
      </button>
      {place === null && cells.length > 0 && (
        <div class="cluster">
          {cells.map((cell) => (
            <button key={`${cell.location} ${cell.lot}`} type="button" class="button soft small" onClick={() => flow.open(cell.location)}>
              {suggested.placeCode(cell.location)}
              <span class="number">· {amountText(cell.quantity)}</span>
            </button>
          ))}
        </div>
      )}
      {place !== null && blind && (
        <p class="small soft split-start">
          <Icon name="eye-off" class="small" />
          {t('floor.count_blind')}
        </p>
      )}
    </section>
  )
}

/** Before a place is chosen: those that somebody asked for, or how to begin. */
function ToBeCounted({ flow }: { flow: Counting }) {
  const tasks = useFact('to be counted', countTasks)
  const places = [...new Map((tasks.value ?? []).map((task) => [task.location, task])).values()]
  const names = useNames([], places.map(({ location }) => location))
  if (places.length === 0) return <Lines flow={flow} names={names} />
  return (
    <section class="stack close">
      <h2 class="overline">{t('floor.to_be_counted')}</h2>
      <ul class="card flush list">
        {places.map((task) => (
          <li key={task.location}>
            <button type="button" class="list-row" onClick={() => flow.open(task.location)}>
              <span class="sign amber">
                <Icon name="clipboard-check" />
              </span>
              <span class="grow">
                <span class="title">{names.placeCode(task.location)}</span>
                <span class="detail">{[recountReason(task), ago(task.askedAt, now.value)].filter(Boolean).join(' · ')}</span>
              </span>
              <Icon name="chevron-right" class="small" />
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Lines({ flow, names }: { flow: Counting; names: Names }) {
  const { place, blind, lines } = flow.draft.value
  const shown = blind ? lines.filter((line) => line.counted !== null || line.expected === null) : lines
  if (shown.length === 0) {
    const key = place === null ? 'floor.count_start' : blind ? 'floor.count_blind_empty' : 'floor.count_nothing'
    return (
      <div class="card flow-empty">
        <Empty icon={place === null ? 'map-pin' : 'clipboard-check'} title={t(key)} text={t(`${key}_text`)} />
      </div>
    )
  }
  return (
    <ul class="card flush list lines" aria-label={t('floor.lines')}>
      {shown.map((line) => (
        <CountRow key={line.key} line={line} flow={flow} names={names} />
      ))}
    </ul>
  )
}

function Discard({ flow }: { flow: Counting }) {
  const discard = async () => {
    const begun = flow.draft.peek().lines.some((line) => line.counted !== null)
    const answers = [{ name: 'discard', label: t('floor.discard'), danger: true }]
    const text = t('floor.count_discard_text')
    if (!begun || (await ask({ title: t('floor.discard_title'), text, answers }))) flow.begin(emptyCount(preferences.blind.peek()))
  }
  return (
    <button type="button" class="button quiet icon-only" aria-label={t('floor.discard')} onClick={() => void discard()}>
      <Icon name="trash-2" />
    </button>
  )
}
