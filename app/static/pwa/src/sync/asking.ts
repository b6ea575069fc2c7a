/** Asking the server: what can come back, and how long to wait before asking again. No network of its own. */
import { isReply, refusalOf, type Refusal } from './protocol'

/** After so long without an answer there is none. */
export const ANSWER_LIMIT_MS = 20_000
const MOST_MS = 60_000
const FIRST_MS = 1_000

export interface Answer {
  status: number
  body: unknown
}

/** How requests travel. Both throw Unreachable when nothing came back within the time limit. */
export interface Transport {
  ask(path: string, body: object | null): Promise<Answer>
  bytes(path: string): Promise<Uint8Array>
}

/** Nothing came back: no network, no server, or an answer that is not from our server. */
export class Unreachable extends Error {
  override name = 'Unreachable'
}

/** The server answered, and said no. */
export class Refused extends Error {
  override name = 'Refused'
  constructor(readonly refusal: Refusal) {
    super(refusal.message)
  }
}

/** Things changed under our hands (another tab, another server): the next round starts from what is there then. */
export class Outrun extends Error {
  override name = 'Outrun'
}

/** Asks once. Throws Refused, or Unreachable. */
export async function askServer<Reply extends { sid: string }>(
  transport: Transport,
  path: string,
  body: object | null,
): Promise<Reply> {
  const answer = await transport.ask(path, body)
  if (answer.status !== 200) throw new Refused(refusalOf(answer.status, answer.body))
  if (!isReply(answer.body)) throw new Unreachable('the answer is not from this server')
  return answer.body as Reply
}

/** Full jitter: any moment up to a limit that doubles with each failure, at most 60 s; never before `askedSeconds`. */
export function delayAfter(failures: number, random: number, askedSeconds: number | null): number {
  const jittered = random * Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, 10))
  const asked = Math.min(MOST_MS, (askedSeconds ?? 0) * 1000)
  return Math.round(Math.max(250, Math.min(MOST_MS, asked + jittered)))
}
