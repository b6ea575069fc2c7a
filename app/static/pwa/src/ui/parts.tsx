/** Small shared parts: quantity with unit, empty and error states, banner, skeleton rows, the mark. */
import type { ComponentChildren } from 'preact'
import { amountText } from './amounts'
import { Icon } from './icon'
import type { IconName } from './icon-names'
import { t } from './words'

export function Quantity({ amount, unit, big = false, class: extra = '' }: { amount: bigint; unit: string; big?: boolean; class?: string }) {
  return (
    <span class={`quantity ${big ? 'big' : ''} ${extra}`}>
      {amountText(amount)}
      <span class="unit">{unit}</span>
    </span>
  )
}

interface EmptyProps {
  icon: IconName
  title: string
  text?: string
  children?: ComponentChildren
}

export function Empty({ icon, title, text, children }: EmptyProps) {
  return (
    <div class="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {text && <p>{text}</p>}
      {children}
    </div>
  )
}

export function Failed({ text, again }: { text: string; again: () => void }) {
  return (
    <Empty icon="circle-alert" title={t('floor.failed_title')} text={text}>
      <button type="button" class="button" onClick={again}>
        <Icon name="refresh-cw" />
        {t('floor.try_again')}
      </button>
    </Empty>
  )
}

export function Banner({ tone, icon, children }: { tone: 'green' | 'amber' | 'red' | 'blue'; icon: IconName; children: ComponentChildren }) {
  return (
    <div class={`banner ${tone}`}>
      <Icon name={icon} />
      <div class="grow">{children}</div>
    </div>
  )
}

/** Rows to come, while the device reads its own storage. */
export function Waiting({ rows = 4 }: { rows?: number }) {
  return (
    <ul class="list waiting" aria-busy="true" aria-label={t('floor.loading')}>
      {Array.from({ length: rows }, (_, index) => (
        <li key={index} class="list-row">
          <span class="skeleton grow" />
          <span class="skeleton waiting-figure" />
        </li>
      ))}
    </ul>
  )
}

/** The mark: four bars of the text's colour, the fifth in tally green. */
export function Mark({ class: extra = '' }: { class?: string }) {
  return (
    <svg class={`mark ${extra}`} viewBox="0 0 24 24" aria-hidden="true">
      <path class="bars" d="M5 4.5v15M9.65 4.5v15M14.35 4.5v15M19 4.5v15" />
      <path class="slash" d="M2.2 16.6 21.8 7.4" />
    </svg>
  )
}
