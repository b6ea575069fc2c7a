/** The keyboard: "/" searches, "g" and a letter go, "?" explains; never while one types or a dialog is open. */

const SEQUENCE_MS = 1_200
const TYPED = 'input:not([type=checkbox], [type=radio]), select, textarea'

export function startKeys(page: Document): void {
  let goneAt = -Infinity
  page.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isBusy(page, event.target)) return
    const going = event.timeStamp - goneAt < SEQUENCE_MS
    goneAt = -Infinity
    if (going) {
      if (follow(page, `[data-go="${CSS.escape(event.key)}"]`)) event.preventDefault()
    } else if (event.key === 'g') {
      goneAt = event.timeStamp
    } else if (act(page, event.key)) {
      event.preventDefault()
    }
  })
}

/** Whether the keys belong to a field or to a dialog. */
function isBusy(page: Document, target: EventTarget | null): boolean {
  const typing = target instanceof HTMLElement && (target.isContentEditable || target.matches(TYPED))
  return typing || page.querySelector('dialog[open]') !== null
}

function act(page: Document, key: string): boolean {
  switch (key) {
    case '/':
      return focus(page.getElementById('jump'))
    case 'f':
      return focus(page.querySelector<HTMLElement>('[data-list-search]'))
    case 'n':
      return follow(page, '[data-new]')
    case '[':
      return follow(page, '[rel=prev]')
    case ']':
      return follow(page, '[rel=next]')
    case 'j':
      return step(page, 1)
    case 'k':
      return step(page, -1)
    case '?':
      return help(page)
    default:
      return false
  }
}

function focus(field: HTMLElement | null): boolean {
  field?.focus()
  if (field instanceof HTMLInputElement) field.select()
  return field !== null
}

function follow(page: Document, selector: string): boolean {
  const link = page.querySelector<HTMLElement>(selector)
  link?.click()
  return link !== null
}

/** From row to row: the links that carry data-row. */
function step(page: Document, by: number): boolean {
  const rows = [...page.querySelectorAll<HTMLElement>('[data-row]')].filter((row) => row.checkVisibility())
  const at = rows.findIndex((row) => row === page.activeElement)
  const next = rows[at < 0 ? (by > 0 ? 0 : rows.length - 1) : at + by]
  next?.focus()
  return next !== undefined
}

function help(page: Document): boolean {
  const dialog = page.getElementById('keys')
  if (dialog instanceof HTMLDialogElement) dialog.showModal()
  return dialog !== null
}
