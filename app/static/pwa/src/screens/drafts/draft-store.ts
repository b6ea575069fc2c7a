/** Drafts outlive a reload: one JSON text a flow in localStorage, until confirmed or discarded. */

export type Flow = 'receive' | 'move' | 'pick' | 'count'

/** Raised when the shape of drafts changes: an older draft is then not read. */
const SHAPE = 1

export interface KeptDraft<Content> {
  at: number
  user: number | null
  content: Content
}

function keyOf(flow: Flow): string {
  return `tallyman.draft.${flow}`
}

/** The draft kept for a flow; null where there is none, or none that this version understands. */
export function readDraft<Content>(storage: Storage, flow: Flow): KeptDraft<Content> | null {
  try {
    const kept = JSON.parse(storage.getItem(keyOf(flow)) ?? 'null') as (KeptDraft<Content> & { shape: number }) | null
    return kept?.shape === SHAPE ? { at: kept.at, user: kept.user, content: kept.content } : null
  } catch {
    return null
  }
}

/** Keeps a draft; false where the browser refuses to store it. */
export function keepDraft<Content>(storage: Storage, flow: Flow, draft: KeptDraft<Content>): boolean {
  try {
    storage.setItem(keyOf(flow), JSON.stringify({ shape: SHAPE, ...draft }))
    return true
  } catch {
    return false
  }
}

export function forgetDraft(storage: Storage, flow: Flow): void {
  storage.removeItem(keyOf(flow))
}
