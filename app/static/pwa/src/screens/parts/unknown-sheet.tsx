/** A code that the catalogue does not know: record the goods under it, or say which item it is. */
import { itemsByBarcode, type Item } from '../../floor'
import type { Reading } from '../../sync/barcode'
import { tradeItemIn } from '../../sync/pack'
import { codeShown } from '../../ui/amounts'
import { Icon } from '../../ui/icon'
import { Sheet } from '../../ui/sheet'
import { useFact } from '../../ui/use-fact'
import { t } from '../../ui/words'

interface UnknownProps {
  reading: Reading
  onPost: () => void
  onSearch: () => void
  /** The code is that of a case of an item whose own code is known. */
  onCase: (item: Item) => void
  onClose: () => void
}

/** The indicator digit of a case's number tells whose case it is, though nobody entered the pack yet. */
async function itemInCase({ gtin }: Reading): Promise<Item | null> {
  const own = gtin === null ? null : tradeItemIn(gtin)
  const [item] = own === null ? [] : await itemsByBarcode(own)
  return item ?? null
}

export function UnknownSheet({ reading, onPost, onSearch, onCase, onClose }: UnknownProps) {
  const inside = useFact(`case ${reading.gtin}`, () => itemInCase(reading))
  const post = () => {
    onClose()
    onPost()
  }
  return (
    <Sheet title={t('floor.unknown_code_title')} onClose={onClose}>
      <p class="code-shown code">{codeShown(reading.gtin ?? reading.raw.trim())}</p>
      <p class="soft">{t('floor.unknown_text')}</p>
      <div class="stack close">
        {inside.value && (
          <button type="button" class="button primary wide" onClick={() => inside.value && onCase(inside.value)}>
            <Icon name="package" />
            {t('floor.unknown_case', { name: inside.value.name })}
          </button>
        )}
        <button type="button" class={`button wide ${inside.value ? '' : 'primary'}`} onClick={onSearch}>
          <Icon name="search" />
          {t('floor.unknown_search')}
        </button>
        <button type="button" class="button wide" onClick={post}>
          <Icon name="circle-question-mark" />
          {t('floor.unknown_post')}
        </button>
        <button type="button" class="button quiet wide" onClick={onClose}>
          {t('floor.ignore_scan')}
        </button>
      </div>
    </Sheet>
  )
}
