/** Editing one line: lot with those that suggest themselves, expiry, serials, quantity, removal. */
import { useState } from 'preact/hooks'
import { lotsOfItem, stockAtLocation, type Item } from '../../floor'
import { amountOf, type PackUsed } from '../../ui/amounts'
import { Icon } from '../../ui/icon'
import { Sheet } from '../../ui/sheet'
import { tell } from '../../ui/toasts'
import { useFact } from '../../ui/use-fact'
import { t } from '../../ui/words'
import { Amount } from './amount'

const SUGGESTED_LOTS = 6

interface Editable {
  lot: string
  expiresOn: string | null
  serials: string[]
}

interface LineSheetProps {
  title: string
  line: Editable
  item: Item | null
  /** Where lots that stand there are suggested first. */
  place: number | null
  quantity: string
  pack?: PackUsed | null
  onChange: (change: Partial<Editable>) => void
  onQuantity: () => void
  onDrop: () => void
  onClose: () => void
}

export function LineSheet({ title, line, item, place, quantity, pack = null, onChange, onQuantity, onDrop, onClose }: LineSheetProps) {
  const amount = amountOf(quantity)
  const bySerial = item?.tracking === 'serial'
  return (
    <Sheet
      title={title}
      onClose={onClose}
      actions={
        <>
          <button type="button" class="button danger-quiet" onClick={onDrop}>
            <Icon name="trash-2" />
            {t('floor.remove')}
          </button>
          <button type="button" class="button primary grow" onClick={onClose}>
            <Icon name="check" />
            {t('floor.done')}
          </button>
        </>
      }
    >
      <button type="button" class="button wide quantity-button" disabled={line.serials.length > 0} onClick={onQuantity}>
        <span class="soft">{t('floor.quantity')}</span>
        <span class="quantity"><Amount amount={amount} unit={item?.unit ?? t('floor.piece')} pack={pack} /></span>
      </button>
      {item?.tracking === 'lot' && <Lot line={line} item={item} place={place} onChange={onChange} />}
      {bySerial && <Serials line={line} onChange={onChange} />}
    </Sheet>
  )
}

type PartProps = Pick<LineSheetProps, 'line' | 'onChange'>

function Lot({ line, item, place, onChange }: PartProps & { item: Item; place: number | null }) {
  const lots = useFact(`lots ${item.id} ${place}`, () => suggestedLots(item.id, place))
  return (
    <>
      <label class="field">
        <span class="label">{t('floor.lot')}</span>
        <input class="input code" value={line.lot} maxLength={64} autocomplete="off" autocapitalize="characters" spellcheck={false} onInput={(event) => onChange({ lot: event.currentTarget.value.trim() })} />
      </label>
      {(lots.value ?? []).length > 0 && (
        <div class="cluster" role="group" aria-label={t('floor.known_lots')}>
          {lots.value?.map(({ lot, expiresOn }) => (
            <button key={lot} type="button" class={`button small ${lot === line.lot ? 'soft' : ''}`} aria-pressed={lot === line.lot} onClick={() => onChange({ lot, expiresOn })}>
              <span class="code">{lot}</span>
            </button>
          ))}
        </div>
      )}
      {item.expiring && (
        <label class="field">
          <span class="label">{t('floor.expiry')}</span>
          <input class="input" type="date" value={line.expiresOn ?? ''} onInput={(event) => onChange({ expiresOn: event.currentTarget.value || null })} />
        </label>
      )}
    </>
  )
}

/** Lots standing at the place first, then the others that are known. */
async function suggestedLots(item: number, place: number | null): Promise<{ lot: string; expiresOn: string | null }[]> {
  const here = place === null ? [] : (await stockAtLocation(place)).filter((line) => line.item === item && line.lot && line.quantity > 0n)
  const known = await lotsOfItem(item)
  const all = new Map([...here, ...known].map(({ lot, expiresOn }) => [lot, { lot, expiresOn }]))
  return [...all.values()].slice(0, SUGGESTED_LOTS)
}

function Serials({ line, onChange }: PartProps) {
  const [text, setText] = useState('')
  const add = (event: SubmitEvent) => {
    event.preventDefault()
    const serial = text.trim()
    if (line.serials.includes(serial)) tell({ text: t('floor.same_serial', { serial }), tone: 'amber' })
    else if (serial) onChange({ serials: [...line.serials, serial] })
    setText('')
  }
  return (
    <div class="stack close">
      <form class="split" onSubmit={add}>
        <label class="field grow">
          <span class="label">{t('floor.serials')}</span>
          <input class="input code" value={text} maxLength={64} autocomplete="off" spellcheck={false} placeholder={t('floor.serial_type')} onInput={(event) => setText(event.currentTarget.value)} />
        </label>
        <button type="submit" class="button icon-only below" aria-label={t('floor.add')}>
          <Icon name="plus" />
        </button>
      </form>
      <ul class="cluster">
        {line.serials.map((serial) => (
          <li key={serial}>
            <button type="button" class="button small" aria-label={t('floor.remove_serial', { serial })} onClick={() => onChange({ serials: line.serials.filter((other) => other !== serial) })}>
              <span class="code">{serial}</span>
              <Icon name="x" class="small" />
            </button>
          </li>
        ))}
      </ul>
    </div>
  )
}
