/** A quantity typed with a thumb: large digits, decimals as the item's, plus and minus, the unit in view. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Burst } from '../scan/wedge'
import { formatQuantity } from '../sync/quantity'
import { amountOf, amountText, inBase, inPacks, plain, pressKey, step, type PackUsed } from './amounts'
import { Icon } from './icon'
import { DECIMAL_SIGN } from './numbers'
import { Sheet } from './sheet'
import { t } from './words'

interface KeypadProps {
  title: string
  unit: string
  decimals: number
  start: string
  /** What is believed to be on hand; more than that is warned of, never refused. Null: nothing to compare with. */
  onHand?: bigint | null
  /** Zero is an answer when counting. */
  zeroAllowed?: boolean
  /** Other units that may be chosen; a quantity typed in one of them is so many times its factor. */
  units?: PackUsed[]
  /** The one that is chosen at first; none for the base unit. */
  chosen?: PackUsed | null
  /** Is told the quantity in the base unit, and the unit in which it was typed. */
  onDone: (quantity: string, unit: PackUsed | null) => void
  onClose: () => void
}

/** Milliseconds after which a key begins something new: a busy device may tear one scan apart for less. */
const PAUSE_MS = 600

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9']

export function Keypad({ title, unit, decimals, start, onHand = null, zeroAllowed = false, units = [], chosen = null, onDone, onClose }: KeypadProps) {
  const [pack, setPack] = useState(chosen && inPacks(start || '0', chosen) !== null ? chosen : null)
  const [typed, setTyped] = useState<Typing>({ text: startIn(start, pack), fresh: true })
  const base = inBase(typed.text, pack)
  const amount = amountOf(base)
  const usable = amount !== null && (zeroAllowed || amount > 0n)
  const places = pack ? 0 : decimals
  const press = (key: string) => setTyped(({ text, fresh }) => ({ text: pressKey(fresh && key !== 'back' ? '' : text, key, places), fresh: false }))
  const move = (by: number) => setTyped(({ text }) => ({ text: step(text, by), fresh: false }))
  const done = () => usable && onDone(plain(base), pack)
  const choose = (next: PackUsed | null) => {
    setPack(next)
    setTyped(({ text, fresh }) => ({ text: next ? (text.split('.')[0] ?? '') : text, fresh }))
  }
  useKeys({ press, done, typed, restore: setTyped })
  const set = (
    <button type="button" class="button primary wide" disabled={!usable} onClick={done}>
      <Icon name="check" />
      {usable ? t('floor.keypad_set', setWords(typed.text, pack, { quantity: amountText(amount), unit })) : t('floor.keypad_type')}
    </button>
  )
  return (
    <Sheet title={title} onClose={onClose} class="keypad-sheet" actions={set}>
      {units.length > 0 && <Units units={units} base={unit} chosen={pack} onChoose={choose} />}
      <Figure text={typed.text} unit={pack?.unit ?? unit} onMove={move} />
      {pack && <p class="keypad-equals" aria-live="polite">{t('floor.keypad_equals', { quantity: amountText(amount ?? 0n), unit })}</p>}
      <OnHand amount={amount} onHand={onHand} unit={unit} />
      <div class="keypad" role="group" aria-label={t('floor.keypad')}>
        {DIGITS.map((digit) => (
          <Key key={digit} name={digit} press={press} />
        ))}
        {places > 0 ? <Key name="." shown={DECIMAL_SIGN} label={t('floor.decimal_point')} press={press} /> : <span />}
        <Key name="0" press={press} />
        <button type="button" class="key" aria-label={t('floor.delete_digit')} onClick={() => press('back')}>
          <Icon name="delete" />
        </button>
      </div>
    </Sheet>
  )
}

/** What was typed, between one less and one more. */
function Figure({ text, unit, onMove }: { text: string; unit: string; onMove: (by: number) => void }) {
  return (
    <div class="keypad-figure">
      <button type="button" class="button icon-only" aria-label={t('floor.one_less')} onClick={() => onMove(-1)}>
        <Icon name="minus" />
      </button>
      <output class={`quantity big ${text ? '' : 'untyped'}`} aria-live="polite">
        {text.replace('.', DECIMAL_SIGN) || '0'}
        <span class="unit">{unit}</span>
      </output>
      <button type="button" class="button icon-only" aria-label={t('floor.one_more')} onClick={() => onMove(1)}>
        <Icon name="plus" />
      </button>
    </div>
  )
}

function startIn(start: string, pack: PackUsed | null): string {
  const packs = pack && start ? inPacks(start, pack) : null
  return packs === null ? start : formatQuantity(packs)
}

/** "2 case (24 piece)": what was typed, and what it comes to. */
function setWords(typed: string, pack: PackUsed | null, base: { quantity: string; unit: string }): { quantity: string; unit: string } {
  return pack ? { quantity: amountText(amountOf(typed) ?? 0n), unit: `${pack.unit} (${base.quantity} ${base.unit})` } : base
}

interface UnitsProps {
  units: PackUsed[]
  base: string
  chosen: PackUsed | null
  onChoose: (unit: PackUsed | null) => void
}

/** The units to choose from, each with what it holds; large enough for a thumb in a glove. */
function Units({ units, base, chosen, onChoose }: UnitsProps) {
  return (
    <fieldset class="segments keypad-units">
      <legend class="visually-hidden">{t('floor.unit_choose')}</legend>
      {[null, ...units].map((one) => (
        <label key={one?.id ?? 0}>
          <input type="radio" name="unit" checked={(one?.id ?? 0) === (chosen?.id ?? 0)} onChange={() => onChoose(one)} />
          <span>{one?.unit ?? base}</span>
          {one && <span class="detail">{t('floor.unit_holds', { quantity: amountText(amountOf(one.factor) ?? 0n), unit: base })}</span>}
        </label>
      ))}
    </fieldset>
  )
}

interface KeyProps {
  name: string
  shown?: string
  label?: string
  press: (key: string) => void
}

function Key({ name, shown = name, label = name, press }: KeyProps) {
  return (
    <button type="button" class="key" aria-label={label} onClick={() => press(name)}>
      {shown}
    </button>
  )
}

function OnHand({ amount, onHand, unit }: { amount: bigint | null; onHand: bigint | null; unit: string }) {
  if (onHand === null) return null
  const more = amount !== null && amount > onHand
  return (
    <p class={`keypad-hint ${more ? 'amber-text' : 'soft'}`} aria-live="polite">
      {more && <Icon name="triangle-alert" class="small" />}
      {t(more ? 'floor.more_than_on_hand' : 'floor.on_hand_here', { quantity: amountText(onHand), unit })}
    </p>
  )
}

interface Typing {
  text: string
  /** Nothing was typed yet: the next digit replaces what stands there. */
  fresh: boolean
}

interface Keys {
  press: (key: string) => void
  done: () => void
  typed: Typing
  restore: (typed: Typing) => void
}

/**
 * A keyboard types too: digits, point or comma, Backspace, Enter. When it turns out that a scanner typed, its
 * digits are taken back and its Enter confirms nothing: the scan field, which listens as well, reads the code.
 */
function useKeys(keys: Keys): void {
  const latest = useRef(keys)
  latest.current = keys
  useEffect(() => {
    const burst = new Burst()
    let before = latest.current.typed
    let lastAt = -Infinity
    const listen = (event: KeyboardEvent) => {
      const { press, done, typed, restore } = latest.current
      const { code } = burst.press(event)
      if (code !== null) return restore(before)
      if (event.timeStamp - lastAt > PAUSE_MS) before = typed
      lastAt = event.timeStamp
      const key = event.key === ',' ? '.' : event.key
      if (/^[0-9.]$/.test(key)) press(key)
      else if (key === 'Backspace') press('back')
      else if (key === 'Enter') done()
      else return
      event.preventDefault()
    }
    addEventListener('keydown', listen, { capture: true })
    return () => removeEventListener('keydown', listen, { capture: true })
  }, [])
}
