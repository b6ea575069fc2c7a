/** Look up: scan anything, or search items and places as one types; works without network. */
import { useState } from 'preact/hooks'
import type { Item } from '../floor'
import type { Reading } from '../sync/barcode'
import { ScanField, type ScanSource } from '../scan'
import { codeShown } from '../ui/amounts'
import { Icon } from '../ui/icon'
import { go } from '../ui/router'
import { Screen } from '../ui/screen'
import { Sheet } from '../ui/sheet'
import { t } from '../ui/words'
import { interpret } from './drafts/interpret'
import { isWords } from './drafts/scanned'
import { lookups } from './parts/lookups'
import { SearchInput } from './parts/picker'
import { ItemRow, Results } from './parts/results'

const toItem = (item: Item) => go(`/items/${item.id}`)

export function LookUp({ query }: { query: URLSearchParams }) {
  const [text, setText] = useState(query.get('text') ?? '')
  const [choice, setChoice] = useState<Item[]>([])
  const [unknown, setUnknown] = useState<Reading | null>(null)
  const type = (words: string) => {
    setText(words)
    go('/look-up', { text: words }, true)
  }
  const read = async (reading: Reading, source: ScanSource) => {
    const meaning = await interpret(reading, lookups)
    if (meaning.kind === 'place') go(`/locations/${meaning.place.id}`)
    else if (meaning.kind === 'item') toItem(meaning.item)
    else if (meaning.kind === 'choice') setChoice(meaning.items)
    else if (source === 'typed' && isWords(reading)) type(reading.raw.trim())
    else setUnknown(reading)
  }
  return (
    <Screen title={t('floor.look_up')} hub class="look-up">
      <div class="columns scan-columns">
        <div class="stack">
          <ScanField label={t('floor.scan_anything')} onRead={(reading, source) => void read(reading, source)} />
        </div>
        <div class="stack">
          <SearchInput text={text} onText={type} label={t('floor.search_all')} />
          <Results text={text} onItem={toItem} onPlace={(place) => go(`/locations/${place.id}`)} />
        </div>
      </div>
      {choice.length > 0 && <Choice items={choice} onClose={() => setChoice([])} />}
      {unknown && <Unknown reading={unknown} onClose={() => setUnknown(null)} onSearch={type} />}
    </Screen>
  )
}

function Choice({ items, onClose }: { items: Item[]; onClose: () => void }) {
  return (
    <Sheet title={t('floor.which_item')} onClose={onClose}>
      <ul class="card flush list">
        {items.map((item) => (
          <ItemRow key={item.id} item={item} onPick={toItem} />
        ))}
      </ul>
    </Sheet>
  )
}

interface UnknownProps {
  reading: Reading
  onClose: () => void
  onSearch: (text: string) => void
}

function Unknown({ reading, onClose, onSearch }: UnknownProps) {
  const code = codeShown(reading.gtin ?? reading.raw.trim())
  const search = () => {
    onSearch(code)
    onClose()
  }
  return (
    <Sheet title={t('floor.unknown_code_title')} onClose={onClose}>
      <p class="code-shown code">{code}</p>
      <p class="soft">{t('floor.unknown_look_up')}</p>
      <button type="button" class="button wide" onClick={search}>
        <Icon name="search" />
        {t('floor.search_it')}
      </button>
    </Sheet>
  )
}
