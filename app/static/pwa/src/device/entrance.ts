/** Signing in on this device: a session for the person, with it a credential for the device. */
import { ANSWER_LIMIT_MS } from '../sync/asking'
import { t } from '../ui/words'

interface Admitted {
  user: { id: number; name: string; role: string }
  credential: string
}

interface SessionAnswer {
  user: { id: number; name: string; role: string }
  csrf_token: string
}

/** The device as it enrols: what it is called, and the credential that it held, by which it is known for the same. */
interface Enrolling {
  device: string
  name: string
  former?: string
}

/** Lets a person in and enrols the device. Throws Error with words for a person. */
export async function admit(email: string, password: string, enrolling: Enrolling, code = ''): Promise<Admitted> {
  const session = await send<SessionAnswer>('POST', '/api/session', code ? { email, password, code } : { email, password })
  const headers = { 'X-CSRF-Token': session.csrf_token }
  const { credential } = await send<{ credential: string }>('POST', '/api/devices', enrolling, headers)
  const { id, name: person, role } = session.user
  return { user: { id, name: person, role }, credential }
}

/** Gives the person who is signed in here a PIN. Throws Error with words. */
export async function givePin(pin: string): Promise<void> {
  const session = await send<SessionAnswer>('GET', '/api/session')
  await send('PUT', '/api/account/pin', { pin }, { 'X-CSRF-Token': session.csrf_token })
}

/** Lets an invited device in by its one-time code; nobody has signed in on it yet. Throws Error with words. */
export async function join(code: string, device: string, name: string): Promise<{ credential: string; name: string }> {
  return send('POST', '/api/devices/joins', { code, device, name }, {}, 'omit')
}

/** The one-time code of the address that the office's picture led to; taken out of the address at once. */
export function takeInvitation(): string | null {
  const code = new URLSearchParams(location.hash.slice(1)).get('join')
  if (code) history.replaceState(history.state, '', location.pathname + location.search)
  return code
}

/** Ends the person's session in this browser; false where the server could not be asked, and it must be tried again. */
export async function leave(): Promise<boolean> {
  try {
    const session = await send<SessionAnswer>('GET', '/api/session')
    await send('DELETE', '/api/session', null, { 'X-CSRF-Token': session.csrf_token })
    return true
  } catch (problem) {
    return problem instanceof Refusal
  }
}

/** What to call a device that nobody has named. */
export function unnamed(agent: string): string {
  const kinds: [RegExp, string][] = [
    [/iPad|Tablet/, 'tablet'],
    [/iPhone|Android.*Mobile/, 'phone'],
    [/Android/, 'tablet'],
  ]
  return t(`sync.device_${kinds.find(([pattern]) => pattern.test(agent))?.[1] ?? 'computer'}`)
}

/** What the server says is wrong, beside a field where it names one. */
function wordsOf(answer: { message?: unknown; errors?: { json?: Record<string, string[]> } } | null): string {
  const beside = Object.values(answer?.errors?.json ?? {})[0]?.[0]
  return beside ?? (typeof answer?.message === 'string' ? answer.message : t('sync.server_failed'))
}

type Headers = Record<string, string>

async function send<Answer>(
  method: string,
  path: string,
  body: object | null = null,
  headers: Headers = {},
  credentials: RequestCredentials = 'same-origin',
): Promise<Answer> {
  const stop = new AbortController()
  const alarm = setTimeout(() => stop.abort(), ANSWER_LIMIT_MS)
  const json: Headers = body ? { 'Content-Type': 'application/json' } : {}
  const init = { method, headers: { ...headers, ...json, Accept: 'application/json' }, signal: stop.signal, cache: 'no-store' as const, credentials }
  try {
    const response = await fetch(path, body ? { ...init, body: JSON.stringify(body) } : init)
    const answer = response.status === 204 ? null : await response.json().catch(() => null)
    if (response.ok) return answer as Answer
    const message = wordsOf(answer)
    throw answer?.code === 'second_factor_required' ? new CodeNeeded(message) : new Refusal(message)
  } catch (problem) {
    throw problem instanceof Refusal ? problem : new Error(t('sync.sign_in_offline'))
  } finally {
    clearTimeout(alarm)
  }
}

class Refusal extends Error {}

/** The password was right; a code of the second factor is asked for as well. */
export class CodeNeeded extends Refusal {}
