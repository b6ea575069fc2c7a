/**
 * The icons both faces use, by their lucide names; add a line to have one more.
 *
 * The Vite plugin `icon-sprite.ts` makes one sprite of them, `src/ui/generated/icons.svg` (not committed).
 * Floor:  <Icon name="box" />  from `src/ui/icon.tsx`.
 * Office: {% from 'icons.html' import icon %} {{ icon('box') }}  (app/templates/icons.html, which resolves
 * the sprite through asset('src/ui/generated/icons.svg')). `tally` is our own mark.
 */
export const iconNames = [
  'activity', 'archive', 'archive-restore', 'arrow-down', 'arrow-left', 'arrow-right', 'arrow-right-left', 'arrow-up',
  'arrow-up-down', 'barcode', 'bell', 'book-open', 'bookmark', 'bookmark-plus', 'box', 'boxes', 'building-2', 'calendar', 'calendar-clock',
  'camera', 'camera-off', 'chart-line', 'check', 'check-check', 'chevron-down', 'chevron-left', 'chevron-right',
  'chevron-up', 'circle-alert', 'circle-check', 'circle-dot', 'circle-question-mark', 'circle-x', 'clipboard-check',
  'clipboard-list', 'clock', 'cloud', 'cloud-off', 'cloud-upload', 'columns-3', 'container', 'copy', 'delete',
  'download', 'ellipsis', 'ellipsis-vertical', 'external-link', 'eye', 'eye-off', 'file-down', 'file-spreadsheet',
  'file-up', 'flashlight', 'flashlight-off', 'forklift', 'funnel', 'hand', 'hard-drive', 'hash', 'history', 'house',
  'image', 'inbox', 'info', 'key-round', 'keyboard', 'languages', 'layers', 'link', 'list-checks', 'list-filter', 'lock',
  'lock-open', 'log-in', 'log-out', 'map-pin', 'menu', 'merge', 'minus', 'monitor', 'moon', 'package', 'package-check',
  'package-minus', 'package-open', 'package-plus', 'package-search', 'pencil', 'plug-zap', 'plus', 'printer', 'qr-code',
  'refresh-cw', 'rows-3', 'scale', 'scan-barcode', 'scan-line', 'search', 'send', 'server', 'settings', 'share',
  'shield-alert', 'shield-check', 'sliders-horizontal', 'smartphone', 'square-plus', 'store', 'sun', 'sun-moon',
  'tablet', 'tag', 'tags', 'trash-2', 'triangle-alert', 'truck', 'undo-2', 'upload', 'user', 'user-plus', 'users',
  'vibrate', 'volume-2', 'volume-x', 'warehouse', 'wifi', 'wifi-off', 'x', 'zap', 'zoom-in',
] as const

export type IconName = (typeof iconNames)[number] | 'tally'
