/** Choosing an item or a place by search, in a sheet over the task at hand. */
import { useState } from 'preact/hooks'
import type { Item, Location } from '../../floor'
import { Icon } from '../../ui/icon'
import { Sheet } from '../../ui/sheet'
import { t } from '../../ui/words'
import { Results } from './results'

interface PickerProps {
  title: string
  start?: string
  onItem?: (item: Item) => void
  onPlace?: (place: Location) => void
  onClose: () => void
}

export function Picker({ title, start = '', onItem, onPlace, onClose }: PickerProps) {
  const [text, setText] = useState(start)
  return (
    <Sheet title={title} onClose={onClose} class="tall">
      <SearchInput text={text} onText={setText} label={title} first />
      <Results text={text} standing {...(onItem ? { onItem } : {})} {...(onPlace ? { onPlace } : {})} />
    </Sheet>
  )
}

interface SearchInputProps {
  text: string
  onText: (text: string) => void
  label: string
  /** Has the focus when its sheet opens. */
  first?: boolean
}

export function SearchInput({ text, onText, label, first = false }: SearchInputProps) {
  return (
    <div class="input-icon">
      <Icon name="search" />
      <input
        class="input with-icon"
        type="search"
        data-first={first || undefined}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        enterkeyhint="search"
        aria-label={label}
        placeholder={label}
        value={text}
        onInput={(event) => onText(event.currentTarget.value)}
      />
    </div>
  )
}
