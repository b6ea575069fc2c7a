/** Always in view: what is unsent and since when, how old the stock shown is, the connection, whether storage is safe. */
import { signal } from '@preact/signals'
import { state } from '../floor'
import { ago, now } from '../ui/ages'
import { Icon } from '../ui/icon'
import type { IconName } from '../ui/icon-names'
import { Mark } from '../ui/parts'
import { t } from '../ui/words'
import { late } from './late'
import { SyncSheet } from './sync-sheet'

const open = signal(false)

export function openSync(): void {
  open.value = true
}

/** Work that is held up, and a device that was shut out: a person has to do something, and soon. */
function isAlarming(): boolean {
  return late() !== null || state.connection.value === 'revoked'
}

export function StatusBar() {
  return (
    <header class={`status-bar ${isAlarming() ? 'alarm' : ''}`}>
      <a class="status-home" href="/floor" aria-label={t('floor.to_home')}>
        <Mark />
        <span class="status-brand">Tallyman</span>
      </a>
      <button type="button" class="status-button" aria-haspopup="dialog" onClick={openSync}>
        <span class="visually-hidden">{t('floor.sync_state')}: </span>
        <Unsent />
        <span class="status-part status-end">
          <Connection />
          <StockAge />
        </span>
        {state.updateWaiting.value && <Icon name="download" class="small bar-accent" label={t('floor.update_waiting')} />}
      </button>
      {open.value && <SyncSheet onClose={() => (open.value = false)} />}
    </header>
  )
}

function Unsent() {
  const unsent = state.unsent.value
  const since = state.oldestUnsentAt.value
  if (unsent === null) return <span class="status-part">…</span>
  if (unsent === 0) {
    return (
      <span class="status-part">
        <span class="status-word">
          <Icon name="check-check" class="small bar-accent" />
          {t('floor.all_sent')}
        </span>
      </span>
    )
  }
  const isLate = late() !== null
  return (
    <span class="status-part">
      <span class={`status-word ${isLate ? 'bar-red' : 'bar-amber'}`}>
        <Icon name={isLate ? 'triangle-alert' : 'cloud-upload'} class="small" {...(isLate && { label: t('floor.late') })} />
        <strong>{t(isLate ? 'floor.held_up' : 'floor.unsent', { count: unsent })}</strong>
      </span>
      {since !== null && <span class="status-small">{t('floor.oldest', { ago: ago(since, now.value) })}</span>}
    </span>
  )
}

const icons: Record<string, IconName> = {
  online: 'wifi',
  offline: 'wifi-off',
  manual: 'cloud-off',
  sign_in: 'key-round',
  revoked: 'shield-alert',
  trouble: 'triangle-alert',
}

/** How serious each connection state is: offline is ordinary here, what asks for a person is not. */
const tones: Record<string, string> = { sign_in: 'bar-amber', revoked: 'bar-red', trouble: 'bar-red' }

function Connection() {
  const connection = state.connection.value
  return (
    <span class={`status-word ${tones[connection] ?? ''}`}>
      <Icon name={icons[connection] ?? 'wifi-off'} class={`small ${connection === 'online' ? 'bar-accent' : ''}`} />
      {t(`floor.connection_${connection}`)}
    </span>
  )
}

function StockAge() {
  const at = state.stockAt.value
  return (
    <span class="status-small">
      <Storage />
      {at === null ? t('floor.stock_never') : t('floor.stock_age', { ago: ago(at, now.value) })}
    </span>
  )
}

/** One sign, for a phone has no room for two: what runs out is more pressing than what might be cleared. */
function Storage() {
  const isProtected = state.persistent.value
  if (state.fewBytesLeft.value !== null) return <Icon name="hard-drive" class="tiny bar-amber" label={t('floor.need_room')} />
  if (isProtected === false) return <Icon name="shield-alert" class="tiny bar-amber" label={t('floor.storage_unprotected')} />
  return isProtected ? <Icon name="shield-check" class="tiny" label={t('floor.storage_protected')} /> : null
}
