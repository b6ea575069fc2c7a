/** A quantity typed with a thumb: large digits, decimals as the item's, plus and minus, the unit in view. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { Burst } from '../scan/wedge'
import { amountOf, amountText, plain, pressKey, step } from './amounts'
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
  onDone: (quantity: string) => void
  onClose: () => void
}

/** Milliseconds after which a key begins something new: a busy device may tear one scan apart for less. */
const PAUSE_MS = 600

const DIGITS = ['1', '2', '3', '4', '5', '6', '7', '8', '9']

export function Keypad({ title, unit, decimals, start, onHand = null, zeroAllowed = false, onDone, onClose }: KeypadProps) {
  const [typed, setTyped] = useState<Typing>({ text: start, fresh: true })
  const amount = amountOf(typed.text)
  const usable = amount !== null && (zeroAllowed || amount > 0n)
  const press = (key: string) => setTyped(({ text, fresh }) => ({ text: pressKey(fresh && key !== 'back' ? '' : text, key, decimals), fresh: false }))
  const move = (by: number) => setTyped(({ text }) => ({ text: step(text, by), fresh: false }))
  const done = () => usable && onDone(plain(typed.text))
  useKeys({ press, done, typed, restore: setTyped })
  const set = (
    <button type="button" class="button primary wide" disabled={!usable} onClick={done}>
      <Icon name="check" />
      {usable ? t('floor.keypad_set', { quantity: amountText(amount), unit }) : t('floor.keypad_type')}
    </button>
  )
  return (
    <Sheet title={title} onClose={onClose} class="keypad-sheet" actions={set}>
      <div class="keypad-figure">
        <button type="button" class="button icon-only" aria-label={t('floor.one_less')} onClick={() => move(-1)}>
          <Icon name="minus" />
        </button>
        <output class={`quantity big ${typed.text ? '' : 'untyped'}`} aria-live="polite">
          {typed.text.replace('.', DECIMAL_SIGN) || '0'}
          <span class="unit">{unit}</span>
        </output>
        <button type="button" class="button icon-only" aria-label={t('floor.one_more')} onClick={() => move(1)}>
          <Icon name="plus" />
        </button>
      </div>
      <OnHand amount={amount} onHand={onHand} unit={unit} />
      <div class="keypad" role="group" aria-label={t('floor.keypad')}>
        {DIGITS.map((digit) => (
          <Key key={digit} name={digit} press={press} />
        ))}
        {decimals > 0 ? <Key name="." shown={DECIMAL_SIGN} label={t('floor.decimal_point')} press={press} /> : <span />}
        <Key name="0" press={press} />
        <button type="button" class="key" aria-label={t('floor.delete_digit')} onClick={() => press('back')}>
          <Icon name="delete" />
        </button>
      </div>
    </Sheet>
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
