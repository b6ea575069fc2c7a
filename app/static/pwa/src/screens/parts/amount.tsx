/** A quantity in the unit in which it was captured, with what it comes to in the base unit: "2 case (24 piece)". */
import { formatQuantity } from '../../sync/quantity'
import { amountText, inPacks, type PackUsed } from '../../ui/amounts'
import { t } from '../../ui/words'

interface AmountProps {
  /** Millionths of the base unit; null for none yet. */
  amount: bigint | null
  unit: string
  pack: PackUsed | null
}

export function Amount({ amount, unit, pack }: AmountProps) {
  const packs = amount === null ? null : inPacks(formatQuantity(amount), pack)
  const inUnit = pack && packs !== null
  return (
    <>
      {amount === null ? '–' : amountText(inUnit ? packs : amount)}
      <span class="unit">{inUnit ? pack.unit : unit}</span>
      {inUnit && amount !== null && <span class="base-amount">{t('floor.in_base', { quantity: amountText(amount), unit })}</span>}
    </>
  )
}
