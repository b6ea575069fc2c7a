/** One line of a count: what it is, what was expected (unless blind), what was seen, and the difference. */
import { amountOf, amountText, differenceText } from '../../ui/amounts'
import { Icon } from '../../ui/icon'
import { t } from '../../ui/words'
import { countAsExpected, differenceOf, mayTakeExpected, type CountLine } from '../drafts/count-draft'
import { lineTitle } from './line-row'
import { Amount } from './amount'
import type { Names } from './names'
import { Expiry, LotWords } from './stock-row'
import type { Counting } from './use-count'

export function CountRow({ line, flow, names }: { line: CountLine; flow: Counting; names: Names }) {
  const item = names.item(line.item)
  const { blind, touched } = flow.draft.value
  const counted = line.counted === null ? null : amountOf(line.counted)
  const bySerial = line.expectedSerials.length > 0 || item?.tracking === 'serial'
  return (
    <li class={`line ${touched === line.key ? 'touched' : ''} ${counted === null ? 'uncounted' : ''}`}>
      <button type="button" class="list-row line-goods" onClick={() => (flow.over.value = { kind: 'line', line: line.key })}>
        <span class="grow">
          <span class="title">{lineTitle(line, names)}</span>
          <LotWords lot={line.item === null ? '' : line.lot} date={line.expiresOn} more={blind ? '' : expected(line)} />
          <span class="cluster chips">
            <Expiry date={line.expiresOn} />
            {line.expected === null && <span class="chip blue">{t('floor.found_here')}</span>}
            {bySerial && <span class="chip">{t('floor.serials_seen', { seen: line.serials.length, expected: line.expectedSerials.length })}</span>}
            {!blind && <Difference line={line} />}
          </span>
        </span>
      </button>
      {mayTakeExpected(flow.draft.value, line) && !bySerial && (
        <button
          type="button"
          class="line-as-expected"
          title={t('floor.count_as_expected')}
          onClick={() => flow.change((draft) => countAsExpected(draft, line.key))}
        >
          <Icon name="check" />
          <span class="visually-hidden">{t('floor.count_as_expected_of', { name: lineTitle(line, names) })}</span>
        </button>
      )}
      <button
        type="button"
        class={`line-quantity ${counted === null ? 'open' : ''}`}
        onClick={() => (flow.over.value = { kind: bySerial ? 'line' : 'keypad', line: line.key })}
      >
        <span class="visually-hidden">{t('floor.change_quantity', { name: lineTitle(line, names) })} </span>
        <span key={line.counted} class="quantity bump"><Amount amount={counted} unit={item?.unit ?? t('floor.piece')} pack={line.pack ?? null} /></span>
      </button>
    </li>
  )
}

function expected(line: CountLine): string {
  return line.expected === null ? '' : t('floor.expected', { quantity: amountText(amountOf(line.expected) ?? 0n) })
}

function Difference({ line }: { line: CountLine }) {
  const difference = differenceOf(line)
  if (difference === null) return null
  if (difference === 0n) {
    return (
      <span class="chip green">
        <Icon name="check" />
        {t('floor.as_expected')}
      </span>
    )
  }
  return <span class="chip red">{differenceText(difference)}</span>
}
