/** The search of the bar: a combobox whose options are links; arrows choose, Enter goes. */

export function startJump(page: Document): void {
  const field = page.getElementById('jump')
  const list = page.getElementById('jump-list')
  if (!(field instanceof HTMLInputElement) || !list) return
  const close = () => choose(field, list, null, false)
  field.addEventListener('keydown', (event) => onKey(event, field, list))
  field.addEventListener('focus', () => field.setAttribute('aria-expanded', String(list.childElementCount > 0)))
  list.addEventListener('htmx:afterSwap', () => field.setAttribute('aria-expanded', String(list.childElementCount > 0)))
  page.addEventListener('click', (event) => {
    if (event.target instanceof Node && !field.form?.contains(event.target)) close()
  })
  field.form?.addEventListener('focusout', (event) => {
    if (event.relatedTarget instanceof Node && !field.form?.contains(event.relatedTarget)) close()
  })
}

function onKey(event: KeyboardEvent, field: HTMLInputElement, list: HTMLElement): void {
  const options = [...list.querySelectorAll<HTMLAnchorElement>('[role=option]')]
  const at = options.findIndex((option) => option.ariaSelected === 'true')
  if (event.key === 'Escape') {
    if (field.ariaExpanded !== 'true') field.blur()
    choose(field, list, null, false)
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    if (!options.length) return
    event.preventDefault()
    const step = event.key === 'ArrowDown' ? 1 : -1
    choose(field, list, options[(at + step + options.length + Number(at < 0 && step < 0)) % options.length] ?? null, true)
  } else if (event.key === 'Enter' && at >= 0) {
    event.preventDefault()
    options[at]?.click()
  }
}

function choose(field: HTMLInputElement, list: HTMLElement, chosen: Element | null, open: boolean): void {
  for (const option of list.querySelectorAll('[role=option]')) option.setAttribute('aria-selected', String(option === chosen))
  field.setAttribute('aria-expanded', String(open))
  if (chosen) field.setAttribute('aria-activedescendant', chosen.id)
  else field.removeAttribute('aria-activedescendant')
  chosen?.scrollIntoView({ block: 'nearest' })
}
