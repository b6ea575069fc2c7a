/** Open discrepancies as this device knows them: what a person should look at, and where. */
import type { DiscrepancyLine } from '../../floor'
import { moment, now } from '../../ui/ages'
import { differenceText } from '../../ui/amounts'
import { parseQuantity } from '../../sync/quantity'
import { Icon } from '../../ui/icon'
import { t } from '../../ui/words'
import { discrepancyKey } from '../drafts/verdicts'
import { useNames, type Names } from './names'

/** What a recount of the place settles. */
const COUNTABLE = ['negative', 'variance', 'count_ambiguous', 'serial_teleport', 'serial_conflict', 'lost_ops']

export function DiscrepancyList({ open }: { open: DiscrepancyLine[] }) {
  const names = useNames(
    open.map(({ item }) => item),
    open.map(({ location }) => location),
  )
  return (
    <ul class="card flush list">
      {open.map((line) => (
        <li key={line.id}>
          <Row line={line} names={names} />
        </li>
      ))}
    </ul>
  )
}

function Row({ line, names }: { line: DiscrepancyLine; names: Names }) {
  const where = [names.placeCode(line.location), line.lot && t('floor.lot_short', { lot: line.lot }), moment(line.at, now.value)]
  const recount = line.location !== null && COUNTABLE.includes(line.kind)
  const page = line.location === null ? `/floor/items/${line.item}` : `/floor/locations/${line.location}`
  const named = line.item === null ? names.placeCode(line.location) : names.item(line.item)?.name
  return (
    <a class="list-row" href={recount ? `/floor/count?place=${line.location}` : page}>
      <span class={`sign ${line.state === 'firm' ? 'red' : 'amber'}`}>
        <Icon name="triangle-alert" />
      </span>
      <span class="grow">
        <span class="title">{named ?? (names.ready ? t('floor.unknown_item') : '…')}</span>
        <span class="detail">{t(discrepancyKey(line.kind))}</span>
        <span class="detail">{where.filter(Boolean).join(' · ')}</span>
        {line.state !== 'firm' && <span class="detail">{t('floor.provisional')}</span>}
        <span class="cluster chips">
          <span class="chip">{t(recount ? 'floor.recount' : 'floor.look')}</span>
        </span>
      </span>
      {line.item !== null && <span class="quantity">{differenceText(parseQuantity(line.quantity))}</span>}
      <Icon name="chevron-right" class="small" />
    </a>
  )
}
