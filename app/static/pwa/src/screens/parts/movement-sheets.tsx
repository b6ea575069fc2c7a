/** The sheets that lie over a movement: keypad, line, unknown code, choice among items, search, place. */
import { Icon } from '../../ui/icon'
import type { IconName } from '../../ui/icon-names'
import { Keypad } from '../../ui/keypad'
import { Sheet } from '../../ui/sheet'
import { t } from '../../ui/words'
import { changeLine, dropLine, PICK_REASONS, withFrom, withReason, withTo, type Line } from '../drafts/movement-draft'
import { packChoices } from '../drafts/packing'
import { FoundSheets } from './found-sheets'
import { lineTitle } from './line-row'
import { LineSheet } from './line-sheet'
import type { Names } from './names'
import { Picker } from './picker'
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
  if (over.kind === 'reason') return <ReasonSheet flow={flow} onClose={close} />
  if (over.kind !== 'place') return <FoundSheets flow={flow} over={over} onClose={close} />
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

const reasonIcons: Record<(typeof PICK_REASONS)[number], IconName> = { pick: 'user', scrap: 'trash-2', return: 'truck' }

/** Why goods leave, which is where they go: to a customer, to scrap, back to the supplier. */
function ReasonSheet({ flow, onClose }: { flow: Movement; onClose: () => void }) {
  const choose = (reason: (typeof PICK_REASONS)[number]) => {
    flow.change((draft) => withReason(draft, reason))
    onClose()
  }
  return (
    <Sheet title={t('floor.why_title')} onClose={onClose}>
      <ul class="card flush list">
        {PICK_REASONS.map((reason) => (
          <li key={reason}>
            <button type="button" class="list-row" aria-pressed={flow.draft.value.reason === reason} onClick={() => choose(reason)}>
              <span class="sign"><Icon name={reasonIcons[reason]} /></span>
              <span class="grow">
                <span class="title">{t(`floor.why_${reason}`)}</span>
                <span class="detail">{t(`floor.why_${reason}_text`)}</span>
              </span>
              {flow.draft.value.reason === reason && <Icon name="check" />}
            </button>
          </li>
        ))}
      </ul>
    </Sheet>
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
        units={packChoices(item, line.pack ?? null)}
        chosen={line.pack ?? null}
        onDone={(quantity, pack) => {
          change({ quantity, pack })
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
      pack={line.pack ?? null}
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
