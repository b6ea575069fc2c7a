/** The theme: kept in localStorage together with the floor app's, and in a cookie for the server. */
import { rememberCookie } from '../ui/cookies'

const KEY = 'tallyman.theme'
const themes = ['system', 'light', 'dark', 'sun']

export function startThemes(page: Document, storage: Storage): void {
  const stored = storage.getItem(KEY)
  if (stored && themes.includes(stored) && stored !== (page.documentElement.dataset['theme'] ?? 'system')) {
    show(page, stored)
  }
  page.addEventListener('click', (event) => {
    const choice = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-theme-choice]') : null
    const chosen = choice?.dataset['themeChoice']
    if (!chosen) return
    storage.setItem(KEY, chosen)
    show(page, chosen)
  })
}

function show(page: Document, theme: string): void {
  if (theme === 'system') page.documentElement.removeAttribute('data-theme')
  else page.documentElement.dataset['theme'] = theme
  rememberCookie('tallyman-theme', theme)
  for (const choice of page.querySelectorAll<HTMLElement>('[data-theme-choice]')) {
    choice.setAttribute('aria-pressed', String(choice.dataset['themeChoice'] === theme))
  }
}
