/** The whole of the exchange in one sheet: what is unsent, working offline on purpose, updates, protection of storage. */
import { useState } from 'preact/hooks'
import { applyUpdate, state, syncNow, workOffline } from '../floor'
import { age, ago, moment, now } from '../ui/ages'
import { Icon } from '../ui/icon'
import { installAdvice } from '../ui/install'
import { Banner } from '../ui/parts'
import { go } from '../ui/router'
import { Sheet } from '../ui/sheet'
import { Toggle } from '../ui/toggle'
import { megabytes } from '../ui/sizes'
import { t } from '../ui/words'
import { late } from './late'
import { StorageKept } from './parts/storage-kept'
import { SignInAgain } from './sign-in'

export function SyncSheet({ onClose }: { onClose: () => void }) {
  const connection = state.connection.value
  const show = (path: string) => {
    onClose()
    go(path)
  }
  return (
    <Sheet title={t('floor.sync_title')} onClose={onClose} actions={<SyncNow />}>
      {state.storageTrouble.value && <Banner tone="red" icon="hard-drive">{state.storageTrouble.value}</Banner>}
      <ScarceRoom />
      {(connection === 'revoked' || connection === 'trouble') && (
        <Banner tone="red" icon="triangle-alert">{t(`floor.connection_${connection}_text`)}</Banner>
      )}
      {connection === 'sign_in' && <SignInAgain />}
      <HeldUp />
      <Update />
      <Facts />
      <Toggle
        words={t('floor.work_offline')}
        detail={t('floor.work_offline_text')}
        checked={connection === 'manual'}
        onChange={(checked) => void workOffline(checked)}
      />
      <Advice />
      <button type="button" class="button wide" onClick={() => show('/outbox')}>
        <Icon name="clipboard-list" />
        {t('floor.open_outbox')}
      </button>
    </Sheet>
  )
}

/** Room runs out, but what is captured is still kept: what a person can do about it, without alarm. */
function ScarceRoom() {
  const left = state.fewBytesLeft.value
  if (left === null || state.storageTrouble.value) return null
  return (
    <Banner tone="amber" icon="hard-drive">
      <p><strong>{t('floor.need_room')}</strong></p>
      <p>{t('floor.need_room_detail', { size: megabytes(left) })}</p>
    </Banner>
  )
}

/** What waits although it could go: since when, and what to do about it. */
function HeldUp() {
  const ms = late()
  if (ms === null) return null
  return (
    <Banner tone="red" icon="triangle-alert">
      <p><strong>{t('floor.need_late', { count: state.unsent.value ?? 0 })}</strong></p>
      <p>{t('floor.need_late_detail', { age: age(0, ms) })}</p>
    </Banner>
  )
}

function Facts() {
  const { unsent, oldestUnsentAt, stockAt, behind } = state
  const since = oldestUnsentAt.value
  const at = stockAt.value
  return (
    <dl class="pairs">
      <div>
        <dt>{t('floor.fact_unsent')}</dt>
        <dd class={unsent.value ? 'amber-text' : ''}>
          {unsent.value ?? '…'}
          {since !== null && ` · ${t('floor.oldest', { ago: ago(since, now.value) })}`}
        </dd>
      </div>
      <div>
        <dt>{t('floor.fact_stock')}</dt>
        <dd>{at === null ? t('floor.never') : moment(at, now.value)}</dd>
      </div>
      <div>
        <dt>{t('floor.fact_behind')}</dt>
        <dd class={behind.value ? 'amber-text' : ''}>{behind.value ? t('floor.behind', { count: behind.value }) : t('floor.behind_none')}</dd>
      </div>
      <div>
        <dt>{t('floor.fact_storage')}</dt>
        <StorageKept />
      </div>
    </dl>
  )
}

function SyncNow() {
  const [busy, setBusy] = useState(false)
  const manual = state.connection.value === 'manual'
  const signIn = state.connection.value === 'sign_in'
  const run = () => {
    setBusy(true)
    void (manual ? workOffline(false) : syncNow()).finally(() => setBusy(false))
  }
  return (
    <button type="button" class={`button wide ${signIn ? '' : 'primary'}`} aria-busy={busy} onClick={run}>
      <Icon name={manual ? 'wifi' : 'refresh-cw'} />
      {t(manual ? 'floor.sync_manual' : busy ? 'floor.syncing' : 'floor.sync_now')}
    </button>
  )
}

/** An update asks, and says why it must wait: never while anything is unsent. */
function Update() {
  const [step, setStep] = useState<'asked' | 'busy' | 'refused'>('asked')
  if (!state.updateWaiting.value) return null
  const unsent = state.unsent.value ?? 1
  const run = () => {
    setStep('busy')
    void applyUpdate().then(
      (done) => setStep(done ? 'busy' : 'refused'),
      () => setStep('refused'),
    )
  }
  const text = unsent ? 'floor.update_blocked' : step === 'refused' ? 'floor.update_refused' : 'floor.update_text'
  return (
    <Banner tone="blue" icon="download">
      <p>{t(text, { count: unsent })}</p>
      <button type="button" class="button small" disabled={unsent > 0} aria-busy={step === 'busy'} onClick={run}>
        {t('floor.update_now')}
      </button>
    </Banner>
  )
}

function Advice() {
  const advice = installAdvice()
  if (!advice) return null
  return (
    <Banner tone={advice === 'ios' ? 'amber' : 'blue'} icon={advice === 'ios' ? 'share' : 'square-plus'}>
      {t(`floor.install_${advice}`)}
    </Banner>
  )
}
