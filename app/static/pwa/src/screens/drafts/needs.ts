/** What needs a person, most pressing first: the upper half of the home screen. Pure. */
import type { DiscrepancyLine, OutboxEntry } from '../../floor'
import { daysUntil } from '../../ui/ages'

export type Need =
  | { kind: 'quarantined'; count: number }
  | { kind: 'storage'; text: string }
  | { kind: 'discrepancies'; count: number }
  | { kind: 'unsent'; count: number; since: number | null }
  | { kind: 'expiring'; item: number; lot: string; days: number; quantity: bigint }

export interface Facts {
  entries: OutboxEntry[]
  discrepancies: DiscrepancyLine[]
  expiring: { item: number; lot: string; expiresOn: string; quantity: bigint }[]
  unsent: number | null
  oldestUnsentAt: number | null
  storageTrouble: string | null
  now: number
}

export function needsOf(facts: Facts): Need[] {
  const quarantined = facts.entries.filter((entry) => entry.state === 'quarantined').length
  const open = facts.discrepancies.filter((discrepancy) => discrepancy.state === 'firm').length
  return [
    ...(facts.storageTrouble ? [{ kind: 'storage' as const, text: facts.storageTrouble }] : []),
    ...(quarantined ? [{ kind: 'quarantined' as const, count: quarantined }] : []),
    ...(open ? [{ kind: 'discrepancies' as const, count: open }] : []),
    ...(facts.unsent ? [{ kind: 'unsent' as const, count: facts.unsent, since: facts.oldestUnsentAt }] : []),
    ...facts.expiring.map(({ item, lot, expiresOn, quantity }) => ({
      kind: 'expiring' as const,
      item,
      lot,
      quantity,
      days: daysUntil(expiresOn, facts.now),
    })),
  ]
}
