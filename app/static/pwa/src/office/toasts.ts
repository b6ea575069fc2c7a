/** Notes over the lower edge: those the server wrote, and those that a request's failure makes. */

const SHOWN_MS = 6_000

export function startToasts(page: Document): void {
  const place = page.getElementById('toasts')
  if (!place) return
  place.addEventListener('click', (event) => {
    if (event.target instanceof Element && event.target.closest('[data-dismisses]')) event.target.closest('.toast')?.remove()
  })
  for (const toast of place.querySelectorAll<HTMLElement>('.toast:not(.red)')) setTimeout(() => toast.remove(), SHOWN_MS)
}

/** Shows a note; a red one stays until it is dismissed or another with the same words comes. */
export function tell(page: Document, text: string, tone: 'green' | 'amber' | 'red'): void {
  const place = page.getElementById('toasts')
  if (!place) return
  for (const shown of place.querySelectorAll('.toast')) if (shown.textContent?.includes(text)) shown.remove()
  const toast = page.createElement('div')
  toast.className = `toast ${tone}`
  const words = page.createElement('span')
  words.className = 'grow'
  words.textContent = text
  const close = page.createElement('button')
  close.type = 'button'
  close.className = 'button small'
  close.dataset['dismisses'] = ''
  close.textContent = wordsOf(page, 'close')
  toast.append(words, close)
  place.append(toast)
  if (tone !== 'red') setTimeout(() => toast.remove(), SHOWN_MS)
}

/** Words that the frame brings along for what happens without the server. */
export function wordsOf(page: Document, name: string): string {
  return page.getElementById('failure-words')?.dataset[name] ?? ''
}
