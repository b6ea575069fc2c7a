/** What every htmx request needs: the session's token, and an answer where the server gave none. */
import { tell, wordsOf } from './toasts'

interface Configured extends Event {
  detail: { verb: string; headers: Record<string, string> }
}

interface Answered extends Event {
  detail: { xhr: XMLHttpRequest }
}

export function startRequests(body: HTMLElement): void {
  body.addEventListener('htmx:configRequest', (event) => sign(event as Configured))
  body.addEventListener('htmx:sendError', () => tell(document, wordsOf(document, 'lost'), 'red'))
  body.addEventListener('htmx:timeout', () => tell(document, wordsOf(document, 'lost'), 'red'))
  body.addEventListener('htmx:responseError', (event) => explain(event as Answered))
}

function sign(event: Configured): void {
  const token = document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content
  if (event.detail.verb !== 'get' && token) event.detail.headers['X-CSRF-Token'] = token
}

function explain(event: Answered): void {
  tell(document, messageIn(event.detail.xhr) || wordsOf(document, 'failed'), 'red')
}

/** The sentence for a person in an answer of the one shape, JSON or page. */
function messageIn(answer: Pick<XMLHttpRequest, 'responseText' | 'getResponseHeader'>): string {
  const kind = answer.getResponseHeader('Content-Type') ?? ''
  if (kind.includes('json')) return sentence(answer.responseText)
  const page = new DOMParser().parseFromString(answer.responseText, 'text/html')
  return page.querySelector('.failure > p')?.textContent?.trim() ?? ''
}

function sentence(text: string): string {
  try {
    const body = JSON.parse(text) as { message?: unknown }
    return typeof body.message === 'string' ? body.message : ''
  } catch {
    return ''
  }
}
