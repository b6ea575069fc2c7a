/** Where the floor app is: a path under /floor kept in the address, so that back, reload and shortcuts work. */
import { signal } from '@preact/signals'

const ROOT = '/floor'

export interface Place {
  path: string
  query: URLSearchParams
}

export const place = signal<Place>({ path: '/', query: new URLSearchParams() })

/** The path after /floor and the query of an address. */
export function placeOf(address: string): Place {
  const url = new URL(address, 'https://floor.invalid')
  const path = url.pathname.startsWith(ROOT) ? url.pathname.slice(ROOT.length) : url.pathname
  return { path: path.replace(/\/+$/, '') || '/', query: url.searchParams }
}

/** The values of a pattern such as "/items/:id" in a path, or null where it does not fit. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return null
  const values: Record<string, string> = {}
  for (const [index, part] of wanted.entries()) {
    const piece = given[index] ?? ''
    if (part.startsWith(':') && piece) values[part.slice(1)] = decodeURIComponent(piece)
    else if (part !== piece) return null
  }
  return values
}

export function addressOf(path: string, query: Record<string, string | number | undefined> = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '')
  const search = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString()
  return `${ROOT}${path === '/' ? '' : path}${search ? `?${search}` : ''}`
}

export function go(path: string, query: Record<string, string | number | undefined> = {}, replace = false): void {
  const address = addressOf(path, query)
  if (replace) history.replaceState(history.state, '', address)
  else history.pushState({ depth: depth() + 1 }, '', address)
  place.value = placeOf(address)
  if (!replace) scrollTo(0, 0)
}

/** One step back; home where the app was opened right here. */
export function back(): void {
  if (depth() > 0) history.back()
  else go('/', {}, true)
}

function depth(): number {
  return Number((history.state as { depth?: number } | null)?.depth ?? 0)
}

/** Follows the address bar and plain clicks on links into /floor. */
export function startRouter(): void {
  const here = () => location.pathname + location.search
  place.value = placeOf(here())
  addEventListener('popstate', () => (place.value = placeOf(here())))
  document.addEventListener('click', followLink)
}

function followLink(event: MouseEvent): void {
  const link = (event.target as Element | null)?.closest?.('a')
  const modified = event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0
  if (!link || modified || event.defaultPrevented || link.target || link.hasAttribute('download')) return
  if (link.origin !== location.origin || !(link.pathname === ROOT || link.pathname.startsWith(`${ROOT}/`))) return
  event.preventDefault()
  const { path, query } = placeOf(link.pathname + link.search)
  go(path, Object.fromEntries(query))
}
