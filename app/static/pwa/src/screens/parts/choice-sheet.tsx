/** One code, several items: which of them is it? */
import type { Item } from '../../floor'
import { Sheet } from '../../ui/sheet'
import { t } from '../../ui/words'
import { ItemRow } from './results'

export function ChoiceSheet({ items, onPick, onClose }: { items: Item[]; onPick: (item: Item) => void; onClose: () => void }) {
  return (
    <Sheet title={t('floor.which_item')} onClose={onClose}>
      <ul class="card flush list">
        {items.map((item) => (
          <ItemRow key={item.id} item={item} onPick={onPick} />
        ))}
      </ul>
    </Sheet>
  )
}
