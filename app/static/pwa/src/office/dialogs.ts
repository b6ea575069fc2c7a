/** Native dialogs opened and closed by buttons, passwords shown, texts copied: by data attributes, no inline script. */

export function startDialogs(page: Document): void {
  page.addEventListener('click', (event) => {
    if (!(event.target instanceof Element)) return
    act(page, event.target)
  })
  page.addEventListener('change', (event) => {
    if (event.target instanceof HTMLInputElement) event.target.closest<HTMLFormElement>('form[data-sends-at-once]')?.requestSubmit()
  })
}

function act(page: Document, target: Element): void {
  const button = target.closest<HTMLElement>('[data-opens], [data-closes], [data-reveals], [data-copies]')
  if (button) {
    open(page, button)
    reveal(page, button)
    copy(page, button)
    if ('closes' in button.dataset) button.closest('dialog')?.close()
  } else if (target instanceof HTMLDialogElement) {
    target.close() // a click on the backdrop lands on the dialog itself
  }
}

function open(page: Document, button: HTMLElement): void {
  const dialog = page.getElementById(button.dataset['opens'] ?? '')
  if (!(dialog instanceof HTMLDialogElement)) return
  for (const shown of page.querySelectorAll<HTMLElement>('[popover]:popover-open')) shown.hidePopover()
  dialog.showModal()
}

function reveal(page: Document, button: HTMLElement): void {
  const field = page.getElementById(button.dataset['reveals'] ?? '')
  if (!(field instanceof HTMLInputElement)) return
  const shown = field.type === 'password'
  field.type = shown ? 'text' : 'password'
  button.setAttribute('aria-pressed', String(shown))
}

function copy(page: Document, button: HTMLElement): void {
  const source = page.getElementById(button.dataset['copies'] ?? '')
  const words = button.querySelector('span')
  if (!source || !navigator.clipboard) return
  void navigator.clipboard.writeText(source.textContent ?? '').then(() => {
    if (words && button.dataset['copied']) words.textContent = button.dataset['copied']
  })
}
