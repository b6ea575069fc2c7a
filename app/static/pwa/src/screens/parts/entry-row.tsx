/** One operation of this device in plain words: what was done, when, and what became of it. */
import type { CountBody, MoveBody, OutboxEntry } from '../../floor'
import { amountOf } from '../../ui/amounts'
import { moment, now } from '../../ui/ages'
import { Icon } from '../../ui/icon'
import type { IconName } from '../../ui/icon-names'
import { t } from '../../ui/words'
import { targetOf, verdictOf } from '../drafts/verdicts'
import { Amount } from './amount'
import type { Names } from './names'

type Body = Partial<MoveBody & CountBody>

const icons: Record<string, IconName> = {
  receipt: 'package-plus',
  pick: 'package-minus',
  shipment: 'truck',
  scrap: 'trash-2',
  return: 'undo-2',
  count: 'clipboard-check',
  reverse: 'undo-2',
}

/** The items and places that entries name, for useNames. */
export function entryNames(entries: OutboxEntry[]): [(number | null)[], (number | null)[]] {
  const bodies = entries.map((entry) => entry.body as Body)
  const places = bodies.flatMap(({ from, to, location }) => [from ?? null, to ?? null, location ?? null])
  return [bodies.map(({ item }) => item ?? null), places]
}

/** What an operation is about; one that takes another back is named after it, where that is still listed. */
export function entryTitle(entry: OutboxEntry, names: Names, all: OutboxEntry[]): string {
  const body = entry.body as Body
  if (entry.kind === 'reverse') {
    const target = all.find((other) => other.id === targetOf(entry))
    return target ? t('floor.entry_reverse_of', { name: entryTitle(target, names, []) }) : t('floor.entry_reverse')
  }
  if (entry.kind !== 'move' && entry.kind !== 'count') return t('floor.entry_other')
  const item = names.item(body.item)
  if (!names.ready) return '…'
  return item?.name ?? (body.item == null && body.code ? t('floor.unidentified_code', { code: body.code }) : t('floor.unknown_item'))
}

export function entryDetail(entry: OutboxEntry, names: Names): string {
  const body = entry.body as Body
  const lot = body.lot ? t('floor.lot_short', { lot: body.lot }) : ''
  if (entry.kind === 'count') return [t('floor.counted_at', { place: names.placeCode(body.location) }), lot].filter(Boolean).join(' · ')
  if (entry.kind === 'move') return [`${names.placeCode(body.from)} → ${names.placeCode(body.to)}`, lot].filter(Boolean).join(' · ')
  return ''
}

interface EntryRowProps {
  entry: OutboxEntry
  all: OutboxEntry[]
  names: Names
  onOpen?: () => void
}

export function EntryRow({ entry, all, names, onOpen }: EntryRowProps) {
  const inside = <EntryLine entry={entry} all={all} names={names} />
  return (
    <li>
      {onOpen ? (
        <button type="button" class="list-row" onClick={onOpen}>
          {inside}
        </button>
      ) : (
        <div class="list-row">{inside}</div>
      )}
    </li>
  )
}

function EntryLine({ entry, all, names }: EntryRowProps) {
  const body = entry.body as Body
  const told = verdictOf(entry)
  const amount = amountOf(body.quantity ?? '')
  const icon = icons[body.reason ?? ''] ?? icons[entry.kind] ?? 'arrow-right-left'
  return (
    <>
      <span class={`sign ${told.tone}`}>
        <Icon name={icon} />
      </span>
      <span class="grow">
        <span class="title">{entryTitle(entry, names, all)}</span>
        <span class="detail">{entryDetail(entry, names)}</span>
        <span class={`verdict ${told.tone ? `${told.tone}-text` : 'soft'}`}>
          <Icon name={told.icon} class="tiny" />
          {t(told.key)} · {moment(entry.at, now.value)}
        </span>
      </span>
      {amount !== null && (
        <span class={`quantity ${entry.state === 'reversed' ? 'struck' : ''}`}>
          <Amount amount={amount} unit={names.item(body.item)?.unit ?? ''} pack={body.pack ?? null} />
        </span>
      )}
    </>
  )
}
