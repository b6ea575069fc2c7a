/** One icon of the sprite; decorative unless it is given a label. */
import spriteAddress from './generated/icons.svg?url'
import type { IconName } from './icon-names'

interface IconProps {
  name: IconName
  label?: string
  class?: string
}

export function Icon({ name, label, class: extra }: IconProps) {
  const drawing = <use href={`${spriteAddress}#${name}`} />
  const classes = extra ? `icon ${extra}` : 'icon'
  if (!label) return <svg class={classes} aria-hidden="true">{drawing}</svg>
  return <svg class={classes} role="img" aria-label={label}>{drawing}</svg>
}
