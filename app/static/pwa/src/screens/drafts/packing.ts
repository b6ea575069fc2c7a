/** Packs on the floor: quantities are kept in the base unit, and shown and captured in the unit that was scanned or chosen. Pure. */
import type { Item, Pack, PackCaptured } from '../../floor'
import { formatQuantity } from '../../sync/quantity'
import { inPacks, type PackUsed } from '../../ui/amounts'

function usedPack({ id, name, factor }: Pack): PackUsed {
  return { id, unit: name, factor }
}

/** The pack of an item that bears a code; null where the code is the item's own. */
export function packWithCode(item: Item, code: string): PackUsed | null {
  const key = code.trim().toUpperCase()
  const found = item.packs?.find(({ barcodes }) => barcodes.some((other) => other.toUpperCase() === key))
  return found && item.tracking !== 'serial' ? usedPack(found) : null
}

/** The packs that a person may choose for a line, with the one it has, which the office may have put away since. */
export function packChoices(item: Item | null, used: PackUsed | null): PackUsed[] {
  if (!item || item.tracking === 'serial') return []
  const own = (item.packs ?? []).map(usedPack)
  return used && !own.some(({ id }) => id === used.id) ? [...own, used] : own
}

/** What the operation tells beside the base quantity; nothing where it is no whole number of packs. */
export function packCaptured(quantity: string, pack: PackUsed | null | undefined): { pack?: PackCaptured } {
  const packs = inPacks(quantity, pack ?? null)
  return pack && packs !== null ? { pack: { ...pack, quantity: formatQuantity(packs) } } : {}
}

export function samePack(one: PackUsed | null | undefined, other: PackUsed | null | undefined): boolean {
  return (one?.id ?? null) === (other?.id ?? null) && (one?.factor ?? '') === (other?.factor ?? '')
}
