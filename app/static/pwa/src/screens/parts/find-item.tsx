/** Goods without a readable label: found by name, from the button beside the confirming one. */
import { Icon } from '../../ui/icon'

export function FindItem({ label, onFind }: { label: string; onFind: () => void }) {
  return (
    <button type="button" class="button icon-only" aria-label={label} title={label} onClick={onFind}>
      <Icon name="search" />
    </button>
  )
}
