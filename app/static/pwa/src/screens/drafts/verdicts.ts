/** What became of an operation, in a tone, an icon and the key of its words. Pure. */
import type { OutboxEntry } from '../../floor'
import type { IconName } from '../../ui/icon-names'

export interface Told {
  tone: 'amber' | 'green' | 'red' | ''
  icon: IconName
  key: string
  /** Keys of further sentences: what stands open, or why it was set aside. */
  reasons: string[]
}

const QUARANTINE_REASONS = [
  'bad_body', 'bad_quantity', 'unknown_item', 'unknown_location', 'same_location', 'id_reuse', 'device_revoked',
  'unsupported_version',
]
const DISCREPANCIES = [
  'negative', 'variance', 'count_ambiguous', 'serial_teleport', 'serial_conflict', 'unknown_lot', 'unknown_code',
  'archived_moved', 'factor_changed', 'unauthorised', 'lost_operations', 'lost_ops',
]

export function verdictOf(entry: OutboxEntry): Told {
  if (entry.state === 'quarantined') return { tone: 'red', icon: 'shield-alert', key: 'floor.verdict_quarantined', reasons: [quarantineKey(entry.verdict?.reason)] }
  if (entry.state === 'reversed') return { tone: '', icon: 'undo-2', key: 'floor.verdict_reversed', reasons: [] }
  if (entry.state === 'sending') return { tone: 'amber', icon: 'cloud-upload', key: 'floor.verdict_sending', reasons: [] }
  if (entry.state === 'waiting') return { tone: 'amber', icon: 'clock', key: 'floor.verdict_waiting', reasons: [] }
  const reasons = [...new Set((entry.verdict?.discrepancies ?? []).map(({ kind }) => discrepancyKey(kind)))]
  if (reasons.length) return { tone: 'red', icon: 'triangle-alert', key: 'floor.verdict_look', reasons }
  return { tone: 'green', icon: 'check-check', key: 'floor.verdict_applied', reasons: [] }
}

/** A record can be taken back once, as long as the server did not set it aside. */
export function canUndo(entry: OutboxEntry, all: OutboxEntry[]): boolean {
  if (entry.kind !== 'move' && entry.kind !== 'count') return false
  if (entry.state === 'quarantined' || entry.state === 'reversed') return false
  return !all.some((other) => other.kind === 'reverse' && targetOf(other) === entry.id)
}

export function targetOf(entry: OutboxEntry): string {
  return (entry.body as { target?: string }).target ?? ''
}

export function discrepancyKey(kind: string): string {
  return `floor.discrepancy_${DISCREPANCIES.includes(kind) ? kind : 'other'}`
}

function quarantineKey(reason: string | undefined): string {
  return `floor.quarantine_${reason && QUARANTINE_REASONS.includes(reason) ? reason : 'other'}`
}
