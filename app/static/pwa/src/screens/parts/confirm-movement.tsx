/** The button under the thumb: says what is still needed, and in the end confirms all lines at once. */
import { ask } from '../../ui/ask'
import { Icon } from '../../ui/icon'
import type { IconName } from '../../ui/icon-names'
import { useBusy } from '../../ui/use-busy'
import { t } from '../../ui/words'
import { emptyMovement, movementOperations, withReason, type Missing, type MovementDraft } from '../drafts/movement-draft'
import { keepReceivedAt } from '../drafts/last-place'
import { nextStep, type NextStep } from '../drafts/next-step'
import { lineTitle } from './line-row'
import type { Names } from './names'
import type { Movement } from './use-movement'

const icons: Record<NextStep['kind'], IconName> = {
  goods: 'scan-barcode',
  from: 'map-pin',
  to: 'map-pin',
  quantity: 'hash',
  same_place: 'triangle-alert',
  confirm: 'check',
}

export function ConfirmMovement({ flow, names }: { flow: Movement; names: Names }) {
  const [busy, once] = useBusy()
  const draft = flow.draft.value
  const step = nextStep(draft, names.item)
  const run = async () => {
    if (step.kind === 'from' || step.kind === 'to') flow.over.value = { kind: 'place', end: step.kind }
    else if (step.kind === 'quantity') flow.over.value = { kind: 'keypad', line: step.line }
    else if (step.kind === 'same_place') flow.over.value = { kind: 'place', end: draft.purpose === 'pick' ? 'from' : 'to' }
    else if (step.kind === 'confirm' && (await agreed(step.asked))) {
      const drafts = movementOperations(draft, (place) => names.place(place)?.kind ?? null)
      const recorded = await flow.record(drafts, t(`floor.${draft.purpose}_done`, { count: drafts.length }), goingOn(draft))
      if (recorded && draft.purpose === 'receive') keepReceivedAt(localStorage, draft.to ?? draft.lines[0]?.to ?? null)
    }
  }
  const ready = step.kind === 'confirm'
  return (
    <button type="button" class={`button wide ${ready ? 'primary' : step.kind === 'goods' ? '' : 'next'}`} disabled={busy || step.kind === 'goods'} onClick={() => once(run)}>
      <Icon name={icons[step.kind]} />
      {stepText(step, draft, names)}
    </button>
  )
}

function stepText(step: NextStep, draft: MovementDraft, names: Names): string {
  if (step.kind === 'confirm') return t(`floor.${draft.purpose}_confirm`, { count: draft.lines.length })
  if (step.kind !== 'quantity') return t(`floor.step_${step.kind}`)
  const line = draft.lines.find((other) => other.key === step.line)
  return t('floor.step_quantity', { name: line ? lineTitle(line, names) : '' })
}

/** Lots, serials and dates are asked for, never demanded: what is on the shelf is on the shelf. */
async function agreed(asked: Missing[]): Promise<boolean> {
  if (asked.length === 0) return true
  const kinds = [...new Set(asked)].map((name) => t(`floor.lacks_${name}`)).join(', ')
  const answer = await ask({
    title: t('floor.incomplete_title'),
    text: t('floor.incomplete_text', { kinds }),
    answers: [{ name: 'record', label: t('floor.record_anyway') }],
  })
  return answer === 'record'
}

/** After confirming: the same place and reason, an empty list. */
function goingOn(draft: MovementDraft): MovementDraft {
  const fresh = withReason(emptyMovement(draft.purpose), draft.reason)
  return { ...fresh, from: draft.purpose === 'receive' ? fresh.from : draft.from, to: draft.purpose === 'receive' ? draft.to : fresh.to }
}
