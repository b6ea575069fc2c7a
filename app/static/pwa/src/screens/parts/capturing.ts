/** Confirming: store durably, only then beep, and offer to take it back. */
import { capture, type Draft, type OutboxEntry } from '../../floor'
import { tell } from '../../ui/toasts'
import { t } from '../../ui/words'
import { feedback } from './feedback'
import { reasonOf } from '../../ui/reasons'

/** Captures all or none; true once it is durable. What cannot be stored is said, and nothing counts as recorded. */
export async function confirmAll(drafts: Draft[], done: string): Promise<boolean> {
  try {
    const entries = await capture(drafts)
    feedback('captured')
    tell({ text: done, tone: 'green', action: { label: t('floor.undo'), run: () => void undo(entries) } })
    return true
  } catch (reason) {
    feedback('warning')
    const why = reasonOf(reason)
    tell({ text: t('floor.not_recorded', { why }), tone: 'red' })
    return false
  }
}

/** Takes records back by counter-entries; the records themselves stay. */
export async function undo(entries: Pick<OutboxEntry, 'id'>[]): Promise<boolean> {
  try {
    await capture(entries.map(({ id }) => ({ kind: 'reverse', body: { target: id } })))
    feedback('captured')
    tell({ text: t('floor.undone', { count: entries.length }), tone: 'green' })
    return true
  } catch (reason) {
    feedback('warning')
    tell({ text: t('floor.not_recorded', { why: reasonOf(reason) }), tone: 'red' })
    return false
  }
}
