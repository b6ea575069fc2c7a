/** The language that a person chooses in the office: kept in a cookie for server and device, then the page comes anew. */
import { COOKIE } from '../ui/language'
import { rememberCookie } from '../ui/cookies'

export function startLanguages(page: Document): void {
  page.addEventListener('click', (event) => {
    const choice = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-language-choice]') : null
    const chosen = choice?.dataset['languageChoice']
    if (!chosen || chosen === page.documentElement.lang) return
    rememberCookie(COOKIE, chosen)
    location.reload()
  })
}
