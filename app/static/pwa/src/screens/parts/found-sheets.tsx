/** The sheets that lie over every flow after a scan: unknown code, choice among items, search for one. */
import type { Signal } from '@preact/signals'
import type { Item } from '../../floor'
import type { Reading } from '../../sync/barcode'
import { t } from '../../ui/words'
import { ChoiceSheet } from './choice-sheet'
import { Picker } from './picker'
import type { Over } from './scan-flow'
import { UnknownSheet } from './unknown-sheet'

export type Found = Extract<Over, { kind: 'unknown' | 'choice' | 'item' }>

interface FoundProps {
  flow: {
    over: Signal<Over>
    choose: (item: Item, reading: Reading | null) => void
    postUnidentified: (reading: Reading) => void
  }
  over: Found
  onClose: () => void
}

export function FoundSheets({ flow, over, onClose }: FoundProps) {
  const { reading } = over
  const choose = (item: Item, answered: Reading | null) => {
    onClose()
    flow.choose(item, answered)
  }
  if (over.kind === 'unknown') {
    return (
      <UnknownSheet
        reading={over.reading}
        onPost={() => flow.postUnidentified(over.reading)}
        onSearch={() => (flow.over.value = { kind: 'item', text: '', reading })}
        onCase={(item) => choose(item, null)}
        onClose={onClose}
      />
    )
  }
  const pick = (item: Item) => choose(item, reading)
  if (over.kind === 'choice') return <ChoiceSheet items={over.items} onPick={pick} onClose={onClose} />
  return <Picker title={t('floor.find_item')} start={over.text} onItem={pick} onClose={onClose} />
}
