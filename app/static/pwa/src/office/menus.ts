/** Menus that hang from a button: opened, they take the focus; arrows walk through them; left, they close.
 * Escape, and the way back to the button, are the browser's own. */

const STOPS = 'a[href], button, input, select'

export function startMenus(page: Document): void {
  page.addEventListener('toggle', (event) => enter(event), true)
  page.addEventListener('keydown', (event) => walk(event))
  page.addEventListener('focusout', (event) => leave(event))
}

function enter(event: Event): void {
  const menu = event.target
  if (!(menu instanceof HTMLElement) || !menu.matches(':popover-open') || menu.contains(document.activeElement)) return
  const here = menu.querySelector<HTMLElement>('[aria-current="page"]')
  ;(here ?? stopsOf(menu)[0])?.focus({ focusVisible: document.activeElement?.matches(':focus-visible') } as FocusOptions)
}

function walk(event: KeyboardEvent): void {
  const menu = event.target instanceof Element ? event.target.closest<HTMLElement>('.menu:popover-open') : null
  const stops = menu ? stopsOf(menu) : []
  const at = stops.findIndex((stop) => stop === event.target)
  const next = { ArrowDown: at + 1, ArrowUp: at - 1 + stops.length, Home: 0, End: stops.length - 1 }[event.key]
  if (next === undefined || at < 0) return
  event.preventDefault()
  stops[next % stops.length]?.focus()
}

function leave(event: FocusEvent): void {
  const menu = event.target instanceof Element ? event.target.closest<HTMLElement>('.menu:popover-open') : null
  if (menu && event.relatedTarget instanceof Node && !menu.contains(event.relatedTarget)) menu.hidePopover()
}

function stopsOf(menu: HTMLElement): HTMLElement[] {
  return [...menu.querySelectorAll<HTMLElement>(STOPS)].filter((stop) => stop.checkVisibility())
}
