/** Drafts outlive a reload: one JSON text a flow and person in localStorage, until confirmed or discarded. */
import type { Draft, OutboxEntry } from '../../floor'

export type Flow = 'receive' | 'move' | 'pick' | 'count'

/** Raised when the shape of drafts changes: an older draft is then not read. */
const SHAPE = 2

export interface KeptDraft<Content> {
  at: number
  content: Content
  /** Set while it is being recorded: when, and the first of its operations. */
  confirming: { at: number; first: string } | null
}

function keyOf(flow: Flow, user: number | null): string {
  return `tallyman.draft.${flow}.${user ?? 'nobody'}`
}

/** The draft that a person keeps in a flow; null where there is none, or none that this version understands. */
export function readDraft<Content>(storage: Storage, flow: Flow, user: number | null): KeptDraft<Content> | null {
  try {
    const kept = JSON.parse(storage.getItem(keyOf(flow, user)) ?? 'null') as (KeptDraft<Content> & { shape: number }) | null
    return kept?.shape === SHAPE ? { at: kept.at, content: kept.content, confirming: kept.confirming } : null
  } catch {
    return null
  }
}

/** Keeps a draft; false where the browser refuses to store it. */
export function keepDraft<Content>(storage: Storage, flow: Flow, user: number | null, draft: KeptDraft<Content>): boolean {
  try {
    storage.setItem(keyOf(flow, user), JSON.stringify({ shape: SHAPE, ...draft }))
    return true
  } catch {
    return false
  }
}

export function forgetDraft(storage: Storage, flow: Flow, user: number | null): void {
  storage.removeItem(keyOf(flow, user))
}

/** The mark of a draft about to be recorded. */
export function confirmingNow(drafts: Draft[], now: number): KeptDraft<unknown>['confirming'] {
  return drafts[0] ? { at: now, first: told(drafts[0].kind, drafts[0].body) } : null
}

/**
 * Whether a draft that was being recorded when the app ended had been recorded: all of its operations or none are
 * durable, so its first one tells. Without this, a phone that dies in that moment would book the goods twice.
 */
export function wasRecorded(kept: KeptDraft<unknown>, entries: OutboxEntry[]): boolean {
  const { confirming } = kept
  if (confirming === null) return false
  return entries.some((entry) => entry.at >= confirming.at && told(entry.kind, entry.body) === confirming.first)
}

/** An operation as text, whatever the order in which its fields were written. */
function told(kind: string, body: object): string {
  return JSON.stringify([kind, Object.entries(body).sort(([one], [other]) => (one < other ? -1 : 1))])
}
