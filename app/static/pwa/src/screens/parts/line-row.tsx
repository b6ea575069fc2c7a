/** One line of a draft: what it is and what it lacks on the left, its quantity to press on the right. */
import { amountOf, amountText } from '../../ui/amounts'
import { Icon } from '../../ui/icon'
import { t } from '../../ui/words'
import { isHard, isReal, missingOf, type Line } from '../drafts/movement-draft'
import { Amount } from './amount'
import type { Names } from './names'
import { Expiry, LotWords } from './stock-row'
import type { Movement } from './use-movement'

const LAST_SERIALS = 2

interface LineRowProps {
  line: Line
  flow: Movement
  names: Names
  onHand: bigint | null
}

export function LineRow({ line, flow, names, onHand }: LineRowProps) {
  const item = names.item(line.item)
  const { purpose, touched } = flow.draft.value
  const missing = missingOf(line, item, purpose).filter((name) => name !== 'from' && name !== 'to' && name !== 'quantity')
  const amount = amountOf(line.quantity)
  const more = onHand !== null && amount !== null && amount > onHand
  return (
    <li class={`line ${touched === line.key ? 'touched' : ''}`}>
      <button type="button" class="list-row line-goods" onClick={() => (flow.over.value = { kind: 'line', line: line.key })}>
        <span class="grow">
          <span class="title">{lineTitle(line, names)}</span>
          <LotWords lot={line.item === null ? '' : line.lot} date={line.expiresOn} more={line.serials.slice(-LAST_SERIALS).join(', ')} />
          <span class="cluster chips">
            <Expiry date={line.expiresOn} />
            {missing.map((name) => (
              <span key={name} class={`chip ${isHard(name) ? 'red' : 'amber'}`}>{t(`floor.missing_${name}`)}</span>
            ))}
            {more && <span class="chip amber"><Icon name="triangle-alert" />{t('floor.on_hand_chip', { quantity: amountText(onHand) })}</span>}
          </span>
          <LineEnds line={line} flow={flow} names={names} />
        </span>
      </button>
      <button
        type="button"
        class={`line-quantity ${line.quantity === '' ? 'open' : ''}`}
        onClick={() => (flow.over.value = { kind: line.serials.length ? 'line' : 'keypad', line: line.key })}
      >
        <span class="visually-hidden">{t('floor.change_quantity', { name: lineTitle(line, names) })} </span>
        <span key={line.quantity} class="quantity bump"><Amount amount={amount} unit={item?.unit ?? t('floor.piece')} pack={line.pack ?? null} /></span>
      </button>
    </li>
  )
}

export function lineTitle(line: Pick<Line, 'item' | 'code'>, names: Names): string {
  if (line.item === null) return t('floor.unidentified_code', { code: line.code })
  return names.item(line.item)?.name ?? '…'
}

/** Named only where the line differs from where the person stands now. */
function LineEnds({ line, flow, names }: Omit<LineRowProps, 'onHand'>) {
  const draft = flow.draft.value
  const from = isReal(line.from) && line.from !== draft.from
  const to = isReal(line.to) && line.to !== draft.to
  if (!from && !to) return null
  return <span class="detail">{`${names.placeCode(line.from) || '…'} → ${names.placeCode(line.to) || '…'}`}</span>
}
