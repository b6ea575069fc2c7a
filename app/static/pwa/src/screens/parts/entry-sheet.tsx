/** One operation in full: its verdict in plain words, what was tried, and taking it back. */
import { state, type CountBody, type MoveBody, type OutboxEntry, type PackCaptured } from '../../floor'
import { moment, now } from '../../ui/ages'
import { amountOf, amountText } from '../../ui/amounts'
import { ask } from '../../ui/ask'
import { Icon } from '../../ui/icon'
import { Banner, Quantity } from '../../ui/parts'
import { Sheet } from '../../ui/sheet'
import { t } from '../../ui/words'
import { canUndo, verdictOf } from '../drafts/verdicts'
import { undo } from './capturing'
import { entryDetail, entryTitle } from './entry-row'
import type { Names } from './names'
import { mayCapture } from './permission'

interface EntrySheetProps {
  entry: OutboxEntry
  all: OutboxEntry[]
  names: Names
  onClose: () => void
}

export function EntrySheet({ entry, all, names, onClose }: EntrySheetProps) {
  const body = entry.body as Partial<MoveBody & CountBody>
  const told = verdictOf(entry)
  const amount = amountOf(body.quantity ?? '')
  const undoable = mayCapture() && canUndo(entry, all)
  return (
    <Sheet title={entryTitle(entry, names, all)} onClose={onClose} actions={undoable && <Undo entry={entry} onClose={onClose} />}>
      {amount !== null && <Quantity amount={amount} unit={names.item(body.item)?.unit ?? ''} big />}
      <p class="soft">{entryDetail(entry, names)}</p>
      <Banner tone={told.tone || 'blue'} icon={told.icon}>
        <strong>{t(told.key)}</strong>
        {told.reasons.map((key) => (
          <p key={key}>{t(key)}</p>
        ))}
        {entry.verdict?.message && <p class="code">{entry.verdict.message}</p>}
      </Banner>
      {entry.error && <Banner tone="amber" icon="refresh-cw">{t('floor.tried', { count: entry.attempts, why: entry.error })}</Banner>}
      <dl class="pairs">
        <Pair name="floor.pair_when" value={moment(entry.at, now.value)} />
        <Pair name="floor.pair_reason" value={body.reason ? t(`floor.reason_${body.reason}`) : ''} />
        <Pair name="floor.pair_pack" value={body.pack ? packWords(body.pack, names.item(body.item)?.unit ?? '') : ''} />
        <Pair name="floor.pair_serials" value={(body.serials ?? []).join(', ')} />
        <Pair name="floor.pair_absent" value={(body.absent ?? []).join(', ')} />
        <Pair name="floor.pair_code" value={body.code ?? ''} />
        <Pair name="floor.pair_by" value={entry.actor === state.user.value?.id ? (state.user.value?.name ?? '') : ''} />
        <Pair name="floor.pair_number" value={String(entry.seq)} />
      </dl>
    </Sheet>
  )
}

/** "2 case × 12 piece": as it was captured, whatever the pack holds today. */
function packWords({ quantity, unit, factor }: PackCaptured, base: string): string {
  const [packs, each] = [amountOf(quantity) ?? 0n, amountOf(factor) ?? 0n]
  return `${amountText(packs)} ${unit} × ${amountText(each)} ${base}`
}

function Pair({ name, value }: { name: string; value: string }) {
  if (!value) return null
  return (
    <div>
      <dt>{t(name)}</dt>
      <dd>{value}</dd>
    </div>
  )
}

function Undo({ entry, onClose }: { entry: OutboxEntry; onClose: () => void }) {
  const run = async () => {
    const answer = await ask({
      title: t('floor.undo_title'),
      text: t('floor.undo_text'),
      answers: [{ name: 'undo', label: t('floor.undo_yes'), danger: true }],
    })
    if (answer === 'undo' && (await undo([entry]))) onClose()
  }
  return (
    <button type="button" class="button danger-quiet wide" onClick={() => void run()}>
      <Icon name="undo-2" />
      {t('floor.undo_record')}
    </button>
  )
}
