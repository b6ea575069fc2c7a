/** The sheets that lie over a movement: keypad, line, unknown code, choice among items, search, place. */
import { Keypad } from '../../ui/keypad'
import { t } from '../../ui/words'
import { changeLine, dropLine, withFrom, withTo, type Line } from '../drafts/movement-draft'
import { ChoiceSheet } from './choice-sheet'
import { lineTitle } from './line-row'
import { LineSheet } from './line-sheet'
import type { Names } from './names'
import { Picker } from './picker'
import { UnknownSheet } from './unknown-sheet'
import type { Movement } from './use-movement'

interface SheetsProps {
  flow: Movement
  names: Names
  onHand: (line: Line) => bigint | null
}

export function MovementSheets({ flow, names, onHand }: SheetsProps) {
  const over = flow.over.value
  const close = () => (flow.over.value = null)
  if (over === null) return null
  if (over.kind === 'keypad' || over.kind === 'line') return <OverLine flow={flow} names={names} onHand={onHand} />
  if (over.kind === 'unknown') {
    return (
      <UnknownSheet
        reading={over.reading}
        onPost={() => flow.postUnidentified(over.reading)}
        onSearch={() => (flow.over.value = { kind: 'item', text: '', reading: over.reading })}
        onClose={close}
      />
    )
  }
  const choose = (item: Parameters<Movement['choose']>[0]) => {
    close()
    if (over.kind !== 'place') flow.choose(item, over.reading)
  }
  if (over.kind === 'choice') return <ChoiceSheet items={over.items} onPick={choose} onClose={close} />
  if (over.kind === 'item') return <Picker title={t('floor.find_item')} start={over.text} onItem={choose} onClose={close} />
  return (
    <Picker
      title={t(over.end === 'from' ? 'floor.step_from' : 'floor.step_to')}
      onPlace={(place) => {
        flow.change((draft) => placed({ ...draft, lines: draft.lines }, over.end, place.id))
        close()
      }}
      onClose={close}
    />
  )
}

/** An end chosen by hand: open lines take it; where none is open, it is meant for all of them. */
function placed(draft: Parameters<typeof withFrom>[0], end: 'from' | 'to', place: number) {
  const open = draft.lines.some((line) => line[end] === null)
  const lines = open ? draft.lines : draft.lines.map((line) => ({ ...line, [end]: null }))
  return end === 'from' ? withFrom({ ...draft, lines }, place) : withTo({ ...draft, lines }, place)
}

function OverLine({ flow, names, onHand }: SheetsProps) {
  const over = flow.over.value
  const key = over && 'line' in over ? over.line : null
  const line = flow.draft.value.lines.find((other) => other.key === key)
  if (!over || !line) return null
  const item = names.item(line.item)
  const close = () => (flow.over.value = null)
  const change = (part: Partial<Line>) => flow.change((draft) => changeLine(draft, line.key, part))
  if (over.kind === 'keypad') {
    return (
      <Keypad
        title={lineTitle(line, names)}
        unit={item?.unit ?? t('floor.piece')}
        decimals={item?.decimals ?? 0}
        start={line.quantity}
        onHand={onHand(line)}
        onDone={(quantity) => {
          change({ quantity })
          close()
        }}
        onClose={close}
      />
    )
  }
  return (
    <LineSheet
      title={lineTitle(line, names)}
      line={line}
      item={item}
      place={line.from}
      quantity={line.quantity}
      onChange={change}
      onQuantity={() => (flow.over.value = { kind: 'keypad', line: line.key })}
      onDrop={() => {
        flow.change((draft) => dropLine(draft, line.key))
        close()
      }}
      onClose={close}
    />
  )
}
