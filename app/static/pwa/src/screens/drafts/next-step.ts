/** What a movement draft needs next, so that the one button under the thumb can say and do it. Pure. */
import type { Item } from '../../floor'
import { isHard, missingOf, type Missing, type MovementDraft } from './movement-draft'

export type NextStep =
  | { kind: 'goods' }
  | { kind: 'from' | 'to' }
  | { kind: 'quantity' | 'same_place'; line: number }
  | { kind: 'confirm'; asked: Missing[] }

/** Goods first, then the places that all lines wait for, then the line that lacks something, then confirming. */
export function nextStep(draft: MovementDraft, itemOf: (id: number | null) => Item | null): NextStep {
  if (draft.lines.length === 0) return { kind: 'goods' }
  if (draft.lines.some((line) => line.from === null)) return { kind: 'from' }
  const lacking = draft.lines.map((line) => ({ line, missing: missingOf(line, itemOf(line.item), draft.purpose) }))
  for (const name of ['quantity', 'same_place'] as const) {
    const found = lacking.find(({ missing }) => missing.includes(name))
    if (found) return { kind: name, line: found.line.key }
  }
  if (draft.lines.some((line) => line.to === null)) return { kind: 'to' }
  const asked = lacking.flatMap(({ missing }) => missing.filter((name) => !isHard(name)))
  return { kind: 'confirm', asked }
}
