/** A draft on the screen that is kept at every change, so that a reload or a dead battery loses no scan. */
import { useSignal, type ReadonlySignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { outbox, state, type Draft } from '../../floor'
import { tell } from '../../ui/toasts'
import { t } from '../../ui/words'
import { confirmingNow, forgetDraft, keepDraft, readDraft, wasRecorded, type Flow, type KeptDraft } from '../drafts/draft-store'
import { confirmAll } from './capturing'

const LOOKED_AT = 200

export interface KeptSignal<Content> {
  draft: ReadonlySignal<Content>
  change: (next: (content: Content) => Content) => void
  /** Begins anew with what is given; nothing of the former draft stays stored. */
  begin: (content: Content) => void
  /** Records the operations of this draft, once, even if the app ends in the middle of it; then begins with `next`. */
  record: (drafts: Draft[], done: string, next: Content) => Promise<boolean>
}

/** The draft of a flow that this person began, or an empty one. */
export function useDraft<Content extends { lines: unknown[] }>(flow: Flow, empty: () => Content): KeptSignal<Content> {
  const user = state.user.peek()?.id ?? null
  const kept = useRef<KeptDraft<Content> | null | undefined>(undefined)
  if (kept.current === undefined) kept.current = readDraft<Content>(localStorage, flow, user)
  const open = kept.current && !kept.current.confirming ? kept.current.content : null
  const draft = useSignal<Content>(open ?? empty())
  const keep = (content: Content, confirming: KeptDraft<Content>['confirming'] = null) => {
    const stored = keepDraft(localStorage, flow, user, { at: Date.now(), content, confirming })
    if (!stored) tell({ text: t('floor.draft_not_kept'), tone: 'red' })
  }
  const change = (next: (content: Content) => Content) => {
    draft.value = next(draft.peek())
    keep(draft.peek())
  }
  const begin = (content: Content) => {
    draft.value = content
    forgetDraft(localStorage, flow, user)
  }
  const record = async (drafts: Draft[], done: string, next: Content) => {
    keep(draft.peek(), confirmingNow(drafts, Date.now()))
    const recorded = await confirmAll(drafts, done)
    if (recorded) begin(next)
    else keep(draft.peek())
    return recorded
  }
  useInterrupted(kept.current, () => begin(empty()), (content) => change(() => content))
  return { draft, change, begin, record }
}

/** A draft whose recording was broken off: once it is known whether it was recorded, over or taken up again. */
function useInterrupted<Content>(kept: KeptDraft<Content> | null, over: () => void, again: (content: Content) => void) {
  useEffect(() => {
    if (!kept?.confirming) return
    void outbox(LOOKED_AT).then((entries) => (wasRecorded(kept, entries) ? over() : again(kept.content)))
  }, [])
}
