/** What every screen may show at any moment, as signals: written by the device, read by screens. */
import { signal, type ReadonlySignal } from '@preact/signals'

export type Phase = 'starting' | 'needs_sign_in' | 'bootstrapping' | 'ready'
export type Connection = 'online' | 'offline' | 'manual' | 'sign_in' | 'revoked' | 'trouble'

/** Why the start takes its time: no answer from the storage yet, it refuses, or it is full. */
export type Delay = 'slow' | 'broken' | 'full'

export interface Person {
  id: number
  name: string
  role: string
}

/** The writable side: for the device's own modules alone. */
export const truth = {
  phase: signal<Phase>('starting'),
  delay: signal<Delay | null>(null),
  invitation: signal<string | null>(null),
  user: signal<Person | null>(null),
  people: signal<readonly Person[]>([]),
  pinOffered: signal(false),
  locked: signal(false),
  unsent: signal<number | null>(null),
  oldestUnsentAt: signal<number | null>(null),
  stockAt: signal<number | null>(null),
  connection: signal<Connection>('offline'),
  behind: signal(0),
  persistent: signal<boolean | null>(null),
  fewBytesLeft: signal<number | null>(null),
  bootstrap: signal<{ done: number; total: number } | null>(null),
  updateWaiting: signal(false),
  storageTrouble: signal<string | null>(null),
  version: signal(0),
}

export interface State {
  phase: ReadonlySignal<Phase>
  /** Why the app has not started yet; null while there is nothing to tell. */
  delay: ReadonlySignal<Delay | null>
  /** The one-time code with which this device was invited and has not joined yet. */
  invitation: ReadonlySignal<string | null>
  user: ReadonlySignal<Person | null>
  /** Who can switch on this device by PIN, also without network. */
  people: ReadonlySignal<readonly Person[]>
  /** The person who has just signed in has no PIN: this is the moment to choose one. */
  pinOffered: ReadonlySignal<boolean>
  locked: ReadonlySignal<boolean>
  /** Null until first read: show "…", for "0" would be a false all-clear. */
  unsent: ReadonlySignal<number | null>
  oldestUnsentAt: ReadonlySignal<number | null>
  /** When the stock shown was last completely fetched, by this device's clock, milliseconds. */
  stockAt: ReadonlySignal<number | null>
  connection: ReadonlySignal<Connection>
  /** Changes that the server has and this device has not. */
  behind: ReadonlySignal<number>
  persistent: ReadonlySignal<boolean | null>
  /** How little room is left; null while there is plenty, or where the browser does not say. */
  fewBytesLeft: ReadonlySignal<number | null>
  bootstrap: ReadonlySignal<{ done: number; total: number } | null>
  updateWaiting: ReadonlySignal<boolean>
  /** A sentence for a person when this device cannot store; null when all is well. */
  storageTrouble: ReadonlySignal<string | null>
  /** Ticks whenever facts shown may have changed: screens read again. */
  version: ReadonlySignal<number>
}

export const state: State = truth
