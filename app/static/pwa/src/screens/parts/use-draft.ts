/** A draft on the screen that is kept at every change, so that a reload or a dead battery loses no scan. */
import { useSignal, type ReadonlySignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { state } from '../../floor'
import { tell } from '../../ui/toasts'
import { t } from '../../ui/words'
import { forgetDraft, keepDraft, readDraft, type Flow } from '../drafts/draft-store'

export interface KeptSignal<Content> {
  draft: ReadonlySignal<Content>
  change: (next: (content: Content) => Content) => void
  /** Begins anew with what is given; nothing of the former draft stays stored. */
  begin: (content: Content) => void
}

/** The draft of a flow that this person began, or an empty one. */
export function useDraft<Content extends { lines: unknown[] }>(flow: Flow, empty: () => Content): KeptSignal<Content> {
  const user = state.user.peek()?.id ?? null
  const first = useRef<Content | null>(null)
  if (first.current === null) {
    const kept = readDraft<Content>(localStorage, flow)
    first.current = kept && kept.user === user ? kept.content : empty()
  }
  const draft = useSignal(first.current)
  const change = (next: (content: Content) => Content) => {
    draft.value = next(draft.peek())
    const kept = keepDraft(localStorage, flow, { at: Date.now(), user, content: draft.peek() })
    if (!kept) tell({ text: t('floor.draft_not_kept'), tone: 'red' })
  }
  const begin = (content: Content) => {
    draft.value = content
    forgetDraft(localStorage, flow)
  }
  return { draft, change, begin }
}

/** Runs what is given one after the other, so that fast scans neither overtake each other nor get lost. */
export function useQueue(): (task: () => Promise<void>) => void {
  const last = useRef<Promise<void>>(Promise.resolve())
  return (task) => {
    last.current = last.current.then(task).catch((reason: unknown) => {
      tell({ text: reason instanceof Error ? reason.message : String(reason), tone: 'red' })
    })
  }
}
