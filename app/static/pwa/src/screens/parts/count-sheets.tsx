/** The sheets that lie over a count: keypad, line with its serials, unknown code, choice, search, place. */
import { Icon } from '../../ui/icon'
import { Keypad } from '../../ui/keypad'
import { Sheet } from '../../ui/sheet'
import { t } from '../../ui/words'
import { changeCount, dropCount, type CountLine } from '../drafts/count-draft'
import type { PackUsed } from '../../ui/amounts'
import { packChoices } from '../drafts/packing'
import { FoundSheets } from './found-sheets'
import { lineTitle } from './line-row'
import { LineSheet } from './line-sheet'
import type { Names } from './names'
import { Picker } from './picker'
import type { Counting } from './use-count'

export function CountSheets({ flow, names }: { flow: Counting; names: Names }) {
  const over = flow.over.value
  const close = () => (flow.over.value = null)
  if (over === null || over.kind === 'reason') return null
  if (over.kind === 'keypad' || over.kind === 'line') return <OverLine flow={flow} names={names} />
  if (over.kind !== 'place') return <FoundSheets flow={flow} over={over} onClose={close} />
  const open = (place: { id: number }) => {
    close()
    flow.open(place.id)
  }
  return <Picker title={t('floor.count_choose_place')} onPlace={open} onClose={close} />
}

function OverLine({ flow, names }: { flow: Counting; names: Names }) {
  const over = flow.over.value
  const line = flow.draft.value.lines.find((other) => over && 'line' in over && other.key === over.line)
  if (!over || !line) return null
  const item = names.item(line.item)
  const close = () => (flow.over.value = null)
  const change = (part: Partial<CountLine>) => flow.change((draft) => changeCount(draft, line.key, part))
  const keypad = () => (flow.over.value = { kind: 'keypad', line: line.key })
  const set = (counted: string, pack: PackUsed | null) => {
    change({ counted, pack })
    close()
  }
  if (over.kind === 'keypad') {
    const unit = item?.unit ?? t('floor.piece')
    return <Keypad title={lineTitle(line, names)} unit={unit} decimals={item?.decimals ?? 0} start={line.counted ?? ''} zeroAllowed units={packChoices(item, line.pack ?? null)} chosen={line.pack ?? null} onDone={set} onClose={close} />
  }
  if (line.expected !== null) return <ExpectedLine line={line} title={lineTitle(line, names)} change={change} keypad={keypad} close={close} />
  const drop = () => {
    flow.change((draft) => dropCount(draft, line.key))
    close()
  }
  return (
    <LineSheet title={lineTitle(line, names)} line={line} item={item} place={flow.draft.value.place} quantity={line.counted ?? ''} pack={line.pack ?? null} onChange={change} onQuantity={keypad} onDrop={drop} onClose={close} />
  )
}

interface ExpectedLineProps {
  line: CountLine
  title: string
  change: (part: Partial<CountLine>) => void
  keypad: () => void
  close: () => void
}

/** A line that the book expects: count it, say that none is there, or tick its serials off. */
function ExpectedLine({ line, title, change, keypad, close }: ExpectedLineProps) {
  const serials = [...new Set([...line.expectedSerials, ...line.serials])]
  const toggle = (serial: string) => {
    const seen = line.serials.includes(serial)
    change({ serials: seen ? line.serials.filter((other) => other !== serial) : [...line.serials, serial] })
  }
  const none = () => {
    change({ serials: [], counted: '0' })
    close()
  }
  return (
    <Sheet title={title} onClose={close} actions={<button type="button" class="button primary wide" onClick={close}><Icon name="check" />{t('floor.done')}</button>}>
      {serials.length > 0 ? (
        <ul class="card flush list">
          {serials.map((serial) => (
            <li key={serial}>
              <label class="list-row">
                <input type="checkbox" checked={line.serials.includes(serial)} onChange={() => toggle(serial)} />
                <span class="grow code">{serial}</span>
                <span class={`chip ${line.serials.includes(serial) ? 'green' : ''}`}>{t(line.serials.includes(serial) ? 'floor.seen' : 'floor.not_seen')}</span>
              </label>
            </li>
          ))}
        </ul>
      ) : (
        <button type="button" class="button wide" onClick={keypad}><Icon name="hash" />{t('floor.type_quantity')}</button>
      )}
      <button type="button" class="button wide" onClick={none}><Icon name="circle-x" />{t('floor.none_here')}</button>
    </Sheet>
  )
}
