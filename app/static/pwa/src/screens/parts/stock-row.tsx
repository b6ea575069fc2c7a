/** One cell of stock: place or item, lot with its date, quantity, and the part not sent yet. */
import type { StockLine } from '../../floor'
import { amountText } from '../../ui/amounts'
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
          {line.lot && <span class="detail">{t('floor.lot_short', { lot: line.lot })}</span>}
          <span class="cluster chips">
            <Expiry date={line.expiresOn} />
            {line.pending !== 0n && (
              <span class="chip amber">
                <Icon name="cloud-upload" />
                {t('floor.pending_part', { quantity: amountText(line.pending) })}
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

/** When a lot expires: quiet while far away, amber within a month, red once passed. */
export function Expiry({ date }: { date: string | null }) {
  if (!date) return null
  const days = daysUntil(date, now.value)
  const tone = days < 0 ? 'red' : days <= SOON_DAYS ? 'amber' : ''
  const key = days < 0 ? 'floor.expired_on' : 'floor.expires_on'
  return (
    <span class={`chip ${tone}`}>
      <Icon name="calendar-clock" />
      {t(key, { date: dateWords(date) })}
    </span>
  )
}
