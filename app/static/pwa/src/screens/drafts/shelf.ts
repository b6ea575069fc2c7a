/** Stock lines as screens want them: the ones worth showing, in order, and their sum. Pure. */
import type { StockLine } from '../../floor'

/** Lines that hold something or have something pending; soonest expiry first, then the place. */
export function standing(lines: StockLine[]): StockLine[] {
  const held = lines.filter((line) => line.location > 5 && (line.quantity !== 0n || line.pending !== 0n))
  return held.sort((one, other) => {
    const dates = (one.expiresOn ?? '9999').localeCompare(other.expiresOn ?? '9999')
    return dates || one.location - other.location || one.lot.localeCompare(other.lot)
  })
}

export function totalOf(lines: StockLine[]): { total: bigint; pending: bigint } {
  return {
    total: lines.reduce((sum, line) => sum + line.quantity, 0n),
    pending: lines.reduce((sum, line) => sum + line.pending, 0n),
  }
}

/** What is believed to stand in one cell; with no lot named, all lots together. */
export function onHand(lines: StockLine[], item: number, lot: string): bigint {
  const cells = lines.filter((line) => line.item === item && (lot === '' || line.lot === lot))
  return cells.reduce((sum, line) => sum + line.quantity, 0n)
}

/** The lot that goods of an item at a place must be of: the only one standing there, or none. */
export function onlyLot(lines: StockLine[], item: number): { lot: string; expiresOn: string | null } | null {
  const held = lines.filter((line) => line.item === item && line.lot !== '' && line.quantity > 0n)
  const [only] = held
  return only && held.length === 1 ? { lot: only.lot, expiresOn: only.expiresOn } : null
}
