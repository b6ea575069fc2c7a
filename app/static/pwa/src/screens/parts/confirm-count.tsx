/** Confirming a count: what was not counted is asked about, then all counts of the place are recorded together. */
import { mergedCells } from '../../floor'
import { ask } from '../../ui/ask'
import { Icon } from '../../ui/icon'
import { preferences } from '../../ui/preferences'
import { useBusy } from '../../ui/use-busy'
import { t } from '../../ui/words'
import { countOperations, countRestAsZero, emptyCount, uncounted, type CountDraft } from '../drafts/count-draft'
import type { Counting } from './use-count'

export function ConfirmCount({ flow }: { flow: Counting }) {
  const [busy, once] = useBusy()
  const draft = flow.draft.value
  if (draft.place === null) {
    return (
      <button type="button" class="button wide" onClick={() => (flow.over.value = { kind: 'place', end: 'from' })}>
        <Icon name="map-pin" />
        {t('floor.count_choose_place')}
      </button>
    )
  }
  const counted = draft.lines.length - uncounted(draft).length
  const confirm = async () => {
    const complete = await completed(draft)
    if (!complete) return
    const drafts = countOperations(complete, await mergedCells(complete.place ?? 0))
    const next = emptyCount(preferences.blind.peek())
    if (drafts.length === 0) flow.begin(next)
    else await flow.record(drafts, t('floor.count_done', { count: drafts.length }), next)
  }
  return (
    <button type="button" class="button wide primary" disabled={busy || draft.lines.length === 0} onClick={() => once(confirm)}>
      <Icon name="check" />
      {draft.blind ? t('floor.count_confirm_blind', { count: counted }) : t('floor.count_confirm', { counted, total: draft.lines.length })}
    </button>
  )
}

/** The draft to record, or null to go on counting. */
async function completed(draft: CountDraft): Promise<CountDraft | null> {
  const open = uncounted(draft).length
  if (open === 0) return draft
  const answers = [{ name: 'zero', label: t('floor.count_as_zero', { count: open }) }]
  if (open < draft.lines.length) answers.push({ name: 'leave', label: t('floor.count_leave_out') })
  const answer = await ask({ title: t('floor.uncounted_title', { count: open }), text: t('floor.uncounted_text'), answers })
  if (answer === 'zero') return countRestAsZero(draft)
  return answer === 'leave' ? draft : null
}
