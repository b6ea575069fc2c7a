/** Something that is on or off, with what it means below its name. */

interface ToggleProps {
  words: string
  detail: string
  checked: boolean
  onChange: (checked: boolean) => void
}

export function Toggle({ words, detail, checked, onChange }: ToggleProps) {
  return (
    <label class="switch-row">
      <span>
        <span class="label">{words}</span>
        <span class="block soft small">{detail}</span>
      </span>
      <input type="checkbox" role="switch" class="switch" checked={checked} onChange={(event) => onChange(event.currentTarget.checked)} />
    </label>
  )
}
