/** The words on the wire: what is asked, what is answered, and how rows are laid out. Twin of sync/protocol.py. */
import type { Operation } from './operation'

/** Version of the layout of rows that this client understands. */
export const SCHEMA = 1
/** Where the server answers the exchange; the address of every request of it begins so. */
export const DOORS = '/api/sync/v1/'
export const PUSH_OPERATIONS = 500
export const PUSH_BYTES = 256 * 1024
export const PULL_ROWS = 2000

export type Cell = string | number | null | string[]
export type Row = Cell[]
export type Entity = 'item' | 'location' | 'lot' | 'stock' | 'serial' | 'discrepancy' | 'count_task' | 'outcome' | 'device'

/** The columns of each entity in wire order, and how many of them are its key. */
export const COLUMNS: Record<Entity, { key: number; names: readonly string[] }> = {
  item: {
    key: 1,
    names: ['id', 'code', 'name', 'unit', 'decimals', 'tracking', 'expiring', 'category', 'archived', 'survivor', 'barcodes', 'packs', 'photo'],
  },
  location: { key: 1, names: ['id', 'parent', 'kind', 'code', 'name', 'barcode', 'archived', 'walk_order'] },
  lot: { key: 2, names: ['item', 'lot', 'expires_on', 'introduced'] },
  stock: { key: 3, names: ['item', 'lot', 'location', 'quantity'] },
  serial: { key: 2, names: ['item', 'serial', 'lot', 'location'] },
  discrepancy: {
    key: 1,
    names: ['id', 'kind', 'state', 'item', 'lot', 'location', 'quantity', 'effective_at', 'operation'],
  },
  count_task: { key: 1, names: ['id', 'location', 'item', 'lot', 'reason', 'asked_at', 'why'] },
  outcome: { key: 1, names: ['operation', 'status', 'reason', 'message'] },
  device: { key: 1, names: ['id', 'name', 'contact_at', 'pending', 'oldest_unsent_at', 'revoked'] },
}

export type Changes = Partial<Record<Entity, Row[]>>

/** A row whose columns after the key are missing says that the thing is gone. */
export function isTombstone(entity: Entity, row: Row): boolean {
  return row.length <= COLUMNS[entity].key
}

export interface ClockReading {
  wall: number
  mono: number
  boot: string
}

export interface OutboxSummary {
  pending: number
  oldest_at: number | null
  max_seq: number
}

export interface HelloReply {
  sid: string
  server_time: number
  device_seq: number
  feed: { head: number; floor: number }
  minimum_pull_version: number
  directives: string[]
  /** What the office calls this device. */
  name?: string
}

export interface WireVerdict {
  id: string
  status: 'applied' | 'duplicate' | 'quarantined'
  reason?: string
  message?: string
  discrepancies?: { id: number; kind: string }[]
}

export interface PushReply {
  sid: string
  device_seq: number
  head: number
  server_time: number
  verdicts: WireVerdict[]
}

export interface PullReply {
  sid: string
  cursor: number
  head: number
  more: boolean
  changes: Changes
  device_seq?: number
  checksum?: number
  /** Who may use this device has changed. */
  people?: boolean
}

/** Who may switch on this device, and what proves their PIN; salt and verifier in hex. */
export interface StaffPerson {
  id: number
  name: string
  role: string
  salt: string
  verifier: string
  rounds: number
}

/** What the house decided for its devices: "" and 0 where it leaves that to them. */
export interface House {
  time_zone: string
  /** The sign between thousands, then the decimal sign. */
  numbers: string
  /** Minutes without a touch after which a device locks at the latest. */
  idle_minutes: number
}

export interface PeopleReply {
  sid: string
  people: StaffPerson[]
  /** Left out by servers that do not know it yet. */
  house?: House
}

/** A few changes that came with a hint: good only where they continue what is shown. */
export interface Delta {
  from: number
  to: number
  changes: Changes
}

export interface SnapshotPart {
  hash: string
  bytes: number
  rows: number
}

export interface Snapshot {
  sid: string
  cursor: number
  checksum?: number
  /** Of which sites: goes back with each pull, so that the server sees when they have changed. */
  scopes?: string
  parts: SnapshotPart[]
  /** Rows that are not shared with other devices. */
  own?: Changes
}

/** What a refusal asks of the client; `wait` covers every answer that promises nothing. */
export type Refusal =
  | { kind: 'greet' | 'sign_in' | 'snapshot' | 'too_large' | 'upgrade' | 'bad'; message: string }
  | { kind: 'revoked'; directives: string[]; message: string }
  | { kind: 'gap'; expect: number; message: string }
  | { kind: 'fork'; last: number; message: string }
  | { kind: 'wait'; seconds: number | null; message: string }

/** Reads a refusal from a status and the one shape of error bodies. No refusal ever means "forget this operation". */
export function refusalOf(status: number, body: unknown): Refusal {
  const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>
  const message = typeof fields['message'] === 'string' ? fields['message'] : `HTTP ${status}`
  const seconds = typeof fields['retry_after'] === 'number' ? fields['retry_after'] : null
  if (status === 409) return conflictOf(fields, message)
  if (status === 401) return { kind: 'sign_in', message }
  if (status === 403 && fields['code'] === 'device_revoked') return { kind: 'revoked', directives: words(fields['directives']), message }
  if (status === 413) return { kind: 'too_large', message }
  if (status === 426) return { kind: 'upgrade', message }
  if (status === 400 && fields['code'] === 'bad_envelope') return { kind: 'bad', message }
  return { kind: 'wait', seconds, message }
}

function words(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((word) => typeof word === 'string') : []
}

function conflictOf(fields: Record<string, unknown>, message: string): Refusal {
  const { code, expect, last } = fields
  if (code === 'gap' && typeof expect === 'number') return { kind: 'gap', expect, message }
  if (code === 'other_server') return { kind: 'greet', message }
  if (code === 'fork' && typeof last === 'number') return { kind: 'fork', last, message }
  if (code === 'snapshot_required') return { kind: 'snapshot', message }
  return { kind: 'wait', seconds: null, message }
}

/** Whether a 200 really came from the server: networks that ask for a sign-in answer 200 to everything. */
export function isReply(body: unknown): body is { sid: string } {
  return typeof body === 'object' && body !== null && typeof (body as { sid?: unknown }).sid === 'string'
}

const encoder = new TextEncoder()

/** FNV-1a, 32 bits, over the UTF-8 bytes of a text. */
export function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    if (unit > 127) return fnv1aBytes(encoder.encode(text))
    hash = Math.imul(hash ^ unit, 0x01000193)
  }
  return hash >>> 0
}

function fnv1aBytes(bytes: Uint8Array): number {
  let hash = 0x811c9dc5
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}

/** One stock row's part of the checksum: 0 for an empty cell. */
export function stockHash(item: number, lot: string, location: number, quantity: string): number {
  return quantity === '0' ? 0 : fnv1a(`${item}|${lot}|${location}|${quantity}`)
}

/** The sum of all rows' parts, modulo 2**32. */
export function checksum(rows: Row[]): number {
  let sum = 0
  for (const [item, lot, location, quantity] of rows) {
    sum = (sum + stockHash(Number(item), String(lot), Number(location), String(quantity))) >>> 0
  }
  return sum
}
