/** From where to where: both ends of the movement, each pressable, and the places that suggest themselves. */
import { locationById, stockOfItem } from '../../floor'
import { amountText } from '../../ui/amounts'
import { Icon } from '../../ui/icon'
import { useFact } from '../../ui/use-fact'
import { t } from '../../ui/words'
import { isReal, withFrom, withTo, type MovementDraft } from '../drafts/movement-draft'
import { lastReceivedAt } from '../drafts/last-place'
import { standing } from '../drafts/shelf'
import { useNames, type Names } from './names'
import type { Movement } from './use-movement'

const SUGGESTED = 4
export function Ends({ flow, names }: { flow: Movement; names: Names }) {
  return (
    <section class="card ends stack" aria-label={t('floor.from_and_to')}>
      <div class="ends-row">
        <End end="from" flow={flow} names={names} />
        <Icon name="arrow-right" class="ends-arrow" />
        <End end="to" flow={flow} names={names} />
      </div>
      <LastPlace flow={flow} />
      <Suggestions flow={flow} />
    </section>
  )
}

/** Lines of which this end is the last one they were given, or the end that is next to come. */
function shownEnd(draft: MovementDraft, end: 'from' | 'to'): number | null {
  return draft[end] ?? (draft.lines.every((line) => line[end] !== null) ? (draft.lines[0]?.[end] ?? null) : null)
}

function End({ end, flow, names }: { end: 'from' | 'to'; flow: Movement; names: Names }) {
  const place = shownEnd(flow.draft.value, end)
  if (end === 'to' && flow.draft.value.purpose === 'pick') {
    return (
      <button type="button" class="endpoint" onClick={() => (flow.over.value = { kind: 'reason' })}>
        <span class="overline">{t('floor.to')}</span>
        <strong class="split">
          {names.placeCode(place)}
          <Icon name="chevron-down" class="small" />
        </strong>
      </button>
    )
  }
  if (place !== null && !isReal(place)) {
    return (
      <div class="endpoint fixed">
        <span class="overline">{t(`floor.${end}`)}</span>
        <strong>{names.placeCode(place)}</strong>
      </div>
    )
  }
  return (
    <button type="button" class={`endpoint ${place === null ? 'open' : ''}`} onClick={() => (flow.over.value = { kind: 'place', end })}>
      <span class="overline">{t(`floor.${end}`)}</span>
      <strong class="truncate">{place === null ? t('floor.scan_or_choose') : names.placeCode(place)}</strong>
    </button>
  )
}

/** Receiving mostly goes on where it went on before: that place is one tap away, and a scan says another one. */
function LastPlace({ flow }: { flow: Movement }) {
  const { purpose, to } = flow.draft.value
  const last = purpose === 'receive' && to === null ? lastReceivedAt(localStorage) : null
  const fact = useFact(`received last ${last}`, async () => (last === null ? null : locationById(last)))
  const place = fact.value
  if (last === null || !place || place.archived) return null
  return (
    <div class="cluster">
      <span class="small soft">{t('floor.received_last')}</span>
      <button type="button" class="button soft small" onClick={() => flow.change((draft) => withTo(draft, place.id))}>
        <Icon name="history" class="small" />
        {place.code}
      </button>
    </div>
  )
}

/** Where the goods touched last stand already: to take them from there, or to put more of them there. */
function Suggestions({ flow }: { flow: Movement }) {
  const draft = flow.draft.value
  const line = draft.lines.find((other) => other.key === draft.touched) ?? draft.lines[0]
  const end = line?.from === null ? 'from' : line?.to === null ? 'to' : null
  const item = line?.item ?? null
  const stock = useFact(`stands ${item}`, async () => (item === null ? [] : standing(await stockOfItem(item))))
  const places = [...new Set((stock.value ?? []).filter((cell) => cell.location !== line?.from).map((cell) => cell.location))].slice(0, SUGGESTED)
  const names = useNames([], places)
  if (end === null || places.length === 0) return null
  const held = (place: number) => (stock.value ?? []).filter((cell) => cell.location === place).reduce((sum, cell) => sum + cell.quantity, 0n)
  const take = (place: number) => flow.change((current) => (end === 'from' ? withFrom(current, place) : withTo(current, place)))
  return (
    <div class="cluster">
      <span class="small soft">{t(`floor.suggest_${end}`)}</span>
      {places.map((place) => (
        <button key={place} type="button" class="button soft small" onClick={() => take(place)}>
          {names.placeCode(place)}
          <span class="number">· {amountText(held(place))}</span>
        </button>
      ))}
    </div>
  )
}
