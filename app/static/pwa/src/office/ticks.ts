/** Rows that are ticked together: one box ticks all, and the form for them shows itself with their number. */

export function startTicks(page: Document): void {
  page.addEventListener('change', (event) => {
    const box = event.target
    if (!(box instanceof HTMLInputElement) || box.type !== 'checkbox') return
    if ('ticksAll' in box.dataset) tickAll(page, box.checked)
    show(page)
  })
  page.body.addEventListener('htmx:afterSwap', () => show(page))
}

function boxes(page: Document): HTMLInputElement[] {
  return [...page.querySelectorAll<HTMLInputElement>('input[type=checkbox][name=chosen]')]
}

function tickAll(page: Document, ticked: boolean): void {
  for (const box of boxes(page)) box.checked = ticked
}

function show(page: Document): void {
  const form = page.querySelector<HTMLElement>('[data-ticked]')
  const words = form?.querySelector<HTMLElement>('[data-ticked-count]')
  if (!form || !words) return
  const count = boxes(page).filter((box) => box.checked).length
  form.hidden = count === 0
  words.textContent = (count === 1 ? words.dataset['one'] : words.dataset['other'])?.replace('{count}', `${count}`) ?? ''
}
