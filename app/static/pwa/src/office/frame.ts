/** The frame: folding groups of the navigation, the state of the connection, the first field in trouble. */
import { rememberCookie } from '../ui/cookies'

/** A field that the server refused: also one of a group, which takes no aria-invalid. */
const WRONG = '[aria-invalid="true"], .field.wrong :is(input, select, textarea):not([type="hidden"])'

export function startFrame(page: Document): void {
  page.getElementById('side')?.addEventListener('click', (event) => {
    const head = event.target instanceof Element ? event.target.closest('.side-head') : null
    if (head) fold(page, head)
  })
  const connection = page.getElementById('connection')
  const tellConnection = () => connection?.toggleAttribute('data-lost', !navigator.onLine)
  addEventListener('online', tellConnection)
  addEventListener('offline', tellConnection)
  tellConnection()
  const wrong = page.querySelector<HTMLElement>(WRONG) ?? page.querySelector<HTMLElement>('[data-focus]')
  wrong?.focus()
}

function fold(page: Document, head: Element): void {
  const closed = head.closest('.side-group')?.toggleAttribute('data-closed') ?? false
  head.setAttribute('aria-expanded', String(!closed))
  const folded = page.querySelectorAll<HTMLElement>('.side-group[data-closed]')
  rememberCookie('tallyman-closed', [...folded].map((group) => group.dataset['group'] ?? '').join('.'))
}
