/** A code that the catalogue does not know: record the goods under it, or say which item it is. */
import type { Reading } from '../../sync/barcode'
import { codeShown } from '../../ui/amounts'
import { Icon } from '../../ui/icon'
import { Sheet } from '../../ui/sheet'
import { t } from '../../ui/words'

interface UnknownProps {
  reading: Reading
  onPost: () => void
  onSearch: () => void
  onClose: () => void
}

export function UnknownSheet({ reading, onPost, onSearch, onClose }: UnknownProps) {
  const post = () => {
    onClose()
    onPost()
  }
  return (
    <Sheet title={t('floor.unknown_code_title')} onClose={onClose}>
      <p class="code-shown code">{codeShown(reading.gtin ?? reading.raw.trim())}</p>
      <p class="soft">{t('floor.unknown_text')}</p>
      <div class="stack close">
        <button type="button" class="button primary wide" onClick={onSearch}>
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
