/** What needs a person, one pressable row each; a calm sentence when nothing does. */
import { useState } from 'preact/hooks'
import { age, ago, now } from '../../ui/ages'
import { Icon } from '../../ui/icon'
import type { IconName } from '../../ui/icon-names'
import { amountText } from '../../ui/amounts'
import { megabytes } from '../../ui/sizes'
import { t } from '../../ui/words'
import type { Need } from '../drafts/needs'
import { openSync } from '../status-bar'
import { useNames, type Names } from './names'
import { recountReason } from './recount-reason'

const FEW = 2
const WIDE = 820
const TALL = 700

interface Shown {
  tone: 'red' | 'amber' | 'blue'
  icon: IconName
  title: string
  detail: string
  href: string | null
}

/** What one does all day stays in view below: on a small phone two rows come before it, on a larger one three. */
function roomFor(needs: Need[]): number {
  const rows = innerWidth >= WIDE ? needs.length : innerHeight < TALL ? FEW : FEW + 1
  return needs.length > rows + 1 ? rows : needs.length
}

export function NeedsList({ needs }: { needs: Need[] }) {
  const [all, setAll] = useState(false)
  const names = useNames(
    needs.map((need) => (need.kind === 'expiring' ? need.item : null)),
    needs.map((need) => (need.kind === 'recount' ? need.place : null)),
  )
  if (needs.length === 0) {
    return (
      <div class="banner green">
        <Icon name="circle-check" />
        <p>{t('floor.needs_nothing')}</p>
      </div>
    )
  }
  const shown = all ? needs : needs.slice(0, roomFor(needs))
  return (
    <section class="stack close needs">
      <h2 class="overline">{t('floor.needs_you')}</h2>
      <ul class="card flush list">
        {shown.map((need, index) => (
          <NeedRow key={index} shown={wordsOf(need, names)} />
        ))}
        {shown.length < needs.length && <More count={needs.length - shown.length} onMore={() => setAll(true)} />}
      </ul>
    </section>
  )
}

function More({ count, onMore }: { count: number; onMore: () => void }) {
  return (
    <li>
      <button type="button" class="list-row more" onClick={onMore}>
        {t('floor.needs_more', { count })}
        <Icon name="chevron-down" class="small" />
      </button>
    </li>
  )
}

function NeedRow({ shown }: { shown: Shown }) {
  const inside = (
    <>
      <span class={`sign ${shown.tone}`}>
        <Icon name={shown.icon} />
      </span>
      <span class="grow">
        <span class="title">{shown.title}</span>
        <span class="detail">{shown.detail}</span>
      </span>
      <Icon name="chevron-right" class="small" />
    </>
  )
  if (shown.href) return <li><a class="list-row" href={shown.href}>{inside}</a></li>
  return <li><button type="button" class="list-row" onClick={openSync}>{inside}</button></li>
}

function wordsOf(need: Need, names: Names): Shown {
  if (need.kind === 'storage') return { tone: 'red', icon: 'hard-drive', title: t('floor.need_storage'), detail: need.text, href: null }
  if (need.kind === 'room') {
    return { tone: 'amber', icon: 'hard-drive', title: t('floor.need_room'), detail: t('floor.need_room_detail', { size: megabytes(need.bytes) }), href: null }
  }
  if (need.kind === 'sign_in') {
    const detail = t(need.count ? 'floor.need_sign_in_detail' : 'floor.need_sign_in_calm', { count: need.count })
    return { tone: 'amber', icon: 'key-round', title: t('floor.need_sign_in'), detail, href: null }
  }
  if (need.kind === 'update') {
    return { tone: 'blue', icon: 'download', title: t('floor.update_waiting'), detail: t('floor.need_update_detail'), href: null }
  }
  if (need.kind === 'late') {
    const detail = t('floor.need_late_detail', { age: age(0, need.ms) })
    return { tone: 'red', icon: 'triangle-alert', title: t('floor.need_late', { count: need.count }), detail, href: null }
  }
  if (need.kind === 'unsent') {
    const detail = need.since === null ? '' : t('floor.need_unsent_detail', { ago: ago(need.since, now.value) })
    return { tone: 'amber', icon: 'cloud-upload', title: t('floor.need_unsent', { count: need.count }), detail, href: null }
  }
  if (need.kind === 'expiring') return expiring(need, names)
  if (need.kind === 'recount') return recount(need, names)
  if (need.kind === 'recounts') {
    const title = t('floor.need_recounts', { count: need.count })
    return { tone: 'amber', icon: 'clipboard-check', title, detail: t('floor.need_recounts_detail'), href: '/floor/count' }
  }
  const icon: IconName = need.kind === 'quarantined' ? 'shield-alert' : 'triangle-alert'
  const title = t(`floor.need_${need.kind}`, { count: need.count })
  return { tone: 'red', icon, title, detail: t(`floor.need_${need.kind}_detail`), href: `/floor/outbox?show=${need.kind}` }
}

function recount(need: Need & { kind: 'recount' }, names: Names): Shown {
  const when = ago(need.task.askedAt, now.value)
  const reason = recountReason(need.task)
  return {
    tone: 'amber',
    icon: 'clipboard-check',
    title: t('floor.need_recount', { place: names.placeCode(need.place) }),
    detail: reason ? t('floor.need_recount_detail', { reason, ago: when }) : when,
    href: `/floor/count?place=${need.place}`,
  }
}

function expiring(need: Need & { kind: 'expiring' }, names: Names): Shown {
  const item = names.item(need.item)
  const key = need.days < 0 ? 'floor.expired_since' : need.days === 0 ? 'floor.expires_today' : 'floor.expires_in'
  const when = t(key, { count: Math.abs(need.days) })
  const detail = t('floor.need_expiring_detail', { when, lot: need.lot, quantity: amountText(need.quantity), unit: item?.unit ?? '' })
  return {
    tone: need.days < 0 ? 'red' : 'amber',
    icon: 'calendar-clock',
    title: item?.name ?? '…',
    detail,
    href: `/floor/items/${need.item}`,
  }
}
