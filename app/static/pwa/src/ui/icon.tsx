/** One icon of the sprite; decorative unless it is given a label. */
import spriteAddress from './generated/icons.svg?url'
import type { IconName } from './icon-names'

export interface IconProps {
  name: IconName
  label?: string
  class?: string
}

export function Icon({ name, label, class: extra }: IconProps) {
  const named = label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true }
  return (
    <svg class={extra ? `icon ${extra}` : 'icon'} {...named}>
      <use href={`${spriteAddress}#${name}`} />
    </svg>
  )
}
