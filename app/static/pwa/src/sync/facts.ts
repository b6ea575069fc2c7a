/** What screens are told: items, places and stock as this device knows them, its own unsent work included. */
import type { Kind } from './operation'

/** A unit of an item that holds several base units. `factor` is how many, as a decimal text. */
export interface Pack {
  id: number
  name: string
  factor: string
  barcodes: string[]
}

export interface Item {
  id: number
  code: string
  name: string
  unit: string
  decimals: number
  tracking: 'none' | 'lot' | 'serial'
  expiring: boolean
  category: string
  archived: boolean
  /** The item this one was merged into. */
  survivor: number | null
  barcodes: string[]
  /** Left out where there are none. */
  packs?: Pack[]
  /** The name of its photograph, another for each picture; left out or empty where it has none. */
  photo?: string
}

export interface Location {
  id: number
  parent: number | null
  kind: 'site' | 'zone' | 'aisle' | 'bin' | 'virtual'
  code: string
  name: string
  barcode: string
  archived: boolean
  walkOrder: number
}

/** One cell. Quantities are millionths of the base unit. */
export interface StockLine {
  item: number
  lot: string
  location: number
  /** What this device believes: the server's figure and its own unsent work. */
  quantity: bigint
  /** The part of `quantity` that is its own unsent work. */
  pending: bigint
  expiresOn: string | null
}

export interface LotLine {
  lot: string
  expiresOn: string | null
  introduced: boolean
}

export interface DiscrepancyLine {
  id: number
  kind: string
  state: string
  item: number | null
  lot: string
  location: number | null
  quantity: string
  at: number
}

/** A place that somebody is asked to count again. */
export interface CountTask {
  id: number
  location: number
  /** Null for everything that stands there. */
  item: number | null
  lot: string
  /** As it was recorded, in the language of who asked. */
  reason: string
  /** The key of a sentence, then names and values in it; empty where none is known. */
  why: string[]
  askedAt: number
}

export type EntryState = 'waiting' | 'sending' | 'applied' | 'quarantined' | 'reversed'

export interface Verdict {
  reason?: string
  message?: string
  discrepancies: { id: number; kind: string }[]
}

/** One operation of this device, unsent or recent, and what became of it. */
export interface OutboxEntry {
  seq: number
  id: string
  kind: Kind
  at: number
  body: object
  actor: number | null
  state: EntryState
  attempts: number
  error: string | null
  verdict: Verdict | null
}
