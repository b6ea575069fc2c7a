/** The fact a device sends: an immutable operation, made once at capture, sent as often as needed. */
import { parseQuantity, SCALE } from './quantity'

export type Reason = 'receipt' | 'putaway' | 'transfer' | 'pick' | 'pack' | 'shipment' | 'return' | 'scrap'

/** The packs in which goods were captured: their number, and the factor that this device used; `quantity` of the body is both multiplied. */
export interface PackCaptured {
  id: number
  unit: string
  factor: string
  quantity: string
}

/** A quantity of an item goes from one location to another. Without `item`, `code` names the unknown goods. */
export interface MoveBody {
  item?: number | null
  lot?: string
  serials?: string[]
  from: number
  to: number
  quantity: string
  code?: string
  symbology?: string
  expires_on?: string
  reason?: Reason
  pack?: PackCaptured
}

/** What a person saw in one cell. For serial-tracked items: those seen, and those expected and not seen. */
export interface CountBody {
  item?: number | null
  lot?: string
  location: number
  quantity: string
  serials?: string[]
  absent?: string[]
  code?: string
  reason?: string
  pack?: PackCaptured
}

/** That record was a mistake and never happened. */
export interface ReverseBody {
  target: string
  reason?: string
}

export interface TaskBody {
  task: string
  state: 'claim' | 'start' | 'finish'
}

/** What a person did, before it has a number and a time. */
export type Draft =
  | { kind: 'move'; body: MoveBody }
  | { kind: 'count'; body: CountBody }
  | { kind: 'reverse'; body: ReverseBody }

export type Kind = 'move' | 'count' | 'reverse' | 'task' | 'void'

/** An operation as it stands on the wire. Its content never changes; only `seq` does, when a device forks. */
export interface Operation {
  id: string
  seq: number
  v: 1
  kind: Kind
  at: number
  mono?: number
  boot?: string
  offset?: number
  actor?: number
  /** The time for which one person held the device. */
  sess?: string
  seen?: number
  body: object
}

/** What the device knows at the moment of capture. Times are whole milliseconds. */
export interface Moment {
  at: number
  mono: number
  boot: string
  offset: number | null
  actor: number | null
  sess?: string | null
  seen: number | null
}

/**
 * Makes the operation of a draft; `random` gives bytes for its id. What is new in every operation stands together, and so
 * does what one page session repeats: side by side in a push, operations then pack to the fewest bytes.
 */
export function makeOperation(kind: Kind, body: object, seq: number, moment: Moment, random: Uint8Array): Operation {
  return {
    id: uuid7(moment.at, random),
    at: moment.at,
    mono: Math.round(moment.mono),
    seq,
    ...(moment.seen === null ? {} : { seen: moment.seen }),
    v: 1,
    ...(moment.actor === null ? {} : { actor: moment.actor }),
    ...(moment.sess ? { sess: moment.sess } : {}),
    boot: moment.boot,
    ...(moment.offset === null ? {} : { offset: moment.offset }),
    kind,
    body,
  }
}

const COUNTED = 3

/**
 * The random bytes of the ids of one page session. Only the last three of the ten differ, by a counter that begins at
 * random: a repeated beginning packs into nothing, and 50 random bits tell sessions apart that capture in one millisecond.
 */
export class IdBytes {
  private readonly bytes: Uint8Array

  constructor(random: Uint8Array) {
    this.bytes = random.slice()
  }

  next(): Uint8Array {
    const { bytes } = this
    for (let index = bytes.length - 1; index >= bytes.length - COUNTED; index -= 1) {
      bytes[index] = ((bytes[index] ?? 0) + 1) % 256
      if (bytes[index] !== 0) break
    }
    return bytes.slice()
  }
}

/** A UUID version 7 (RFC 9562): 48 bits of time in milliseconds, then random bits. `random` is 10 bytes. */
export function uuid7(at: number, random: Uint8Array): string {
  const bytes = new Uint8Array(16)
  for (let index = 0; index < 6; index += 1) bytes[index] = Math.floor(at / 2 ** (8 * (5 - index))) % 256
  bytes.set(random.subarray(0, 10), 6)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x70
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const digits = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
  return [digits.slice(0, 8), digits.slice(8, 12), digits.slice(12, 16), digits.slice(16, 20), digits.slice(20)].join('-')
}

/** Why a draft cannot be recorded, as the key of words for a person; null when it can. The server checks again. */
export function problemOf(draft: Draft): string | null {
  if (draft.kind === 'reverse') return draft.body.target ? null : 'sync.draft_nothing'
  const { item, code, quantity, serials } = draft.body
  if (item == null && !code) return 'sync.draft_goods'
  const amount = amountOf(quantity)
  if (draft.kind === 'count') return amount === null || amount < 0n ? 'sync.draft_count' : serialProblem(amount, serials)
  if (amount === null || amount <= 0n) return 'sync.draft_quantity'
  return draft.body.from === draft.body.to ? 'sync.draft_same_location' : serialProblem(amount, serials)
}

function serialProblem(amount: bigint, serials: string[] | undefined): string | null {
  return serials?.length && BigInt(serials.length) * SCALE !== amount ? 'sync.draft_serials' : null
}

function amountOf(text: string): bigint | null {
  try {
    return parseQuantity(text)
  } catch {
    return null
  }
}
