/** One of a few, all in view: a radio group in one piece, with its label above and what it means below. */
import type { ComponentChildren } from 'preact'

interface ChoiceProps<Value> {
  name: string
  label: string
  values: readonly Value[]
  chosen: Value
  onChoose: (value: Value) => void
  hint?: string
  /** A sign above each word. */
  tall?: boolean
  children: (value: Value) => ComponentChildren
}

export function Choice<Value extends string | number>({ name, label, values, chosen, onChoose, hint, tall, children }: ChoiceProps<Value>) {
  return (
    <div class="stack close" role="radiogroup" aria-label={label}>
      <span class="label">{label}</span>
      <div class="segments">
        {values.map((value) => (
          <label key={value} class={tall ? 'tall-segment' : ''}>
            <input type="radio" name={name} checked={value === chosen} onChange={() => onChoose(value)} />
            {children(value)}
          </label>
        ))}
      </div>
      {hint && <span class="hint faint">{hint}</span>}
    </div>
  )
}
