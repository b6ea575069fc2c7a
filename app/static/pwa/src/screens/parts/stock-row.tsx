/** One cell of stock: place or item, lot with its date, quantity, and the part not sent yet. */
import type { StockLine } from '../../floor'
import { differenceText } from '../../ui/amounts'
import { dateWords, daysUntil, now } from '../../ui/ages'
import { Icon } from '../../ui/icon'
import { Quantity } from '../../ui/parts'
import { t } from '../../ui/words'

const SOON_DAYS = 30

export function StockRow({ line, unit, title, href }: { line: StockLine; unit: string; title: string; href: string }) {
  return (
    <li>
      <a class="list-row" href={href}>
        <span class="grow">
          <span class="title">{title}</span>
          <LotWords lot={line.lot} date={line.expiresOn} />
          <span class="cluster chips">
            <Expiry date={line.expiresOn} />
            {line.pending !== 0n && (
              <span class="chip amber">
                <Icon name="cloud-upload" />
                {t('floor.pending_part', { quantity: differenceText(line.pending) })}
              </span>
            )}
          </span>
        </span>
        <Quantity amount={line.quantity} unit={unit} class={line.quantity < 0n ? 'red-text' : ''} />
        <Icon name="chevron-right" class="small" />
      </a>
    </li>
  )
}

/** The lot and, while it is far away, its expiry date: nothing to be alarmed about. Further words may follow. */
export function LotWords({ lot, date, more = '' }: { lot: string; date: string | null; more?: string }) {
  const far = date !== null && daysUntil(date, now.value) > SOON_DAYS
  const words = [lot && t('floor.lot_short', { lot }), far && t('floor.expires_on', { date: dateWords(date) }), more]
  const text = words.filter(Boolean).join(' · ')
  return text ? <span class="detail">{text}</span> : null
}

/** A warning once a lot expires within a month: amber, and red when it has passed. */
export function Expiry({ date }: { date: string | null }) {
  const days = date === null ? Infinity : daysUntil(date, now.value)
  if (date === null || days > SOON_DAYS) return null
  const key = days < 0 ? 'floor.expired_on' : 'floor.expires_on'
  return (
    <span class={`chip ${days < 0 ? 'red' : 'amber'}`}>
      <Icon name="calendar-clock" />
      {t(key, { date: dateWords(date) })}
    </span>
  )
}
