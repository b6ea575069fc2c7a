/** A floor without server and storage: the small world in memory, for tests and for looking at screens. */
import { signal } from '@preact/signals'
import type { Draft, Item, Location, OutboxEntry, StockLine } from '../../floor'
import { formatQuantity, parseQuantity } from '../../sync/quantity'
import { isoDate } from '../../ui/ages'
import { cells, discrepanciesAt, entriesAt, items, locations, lotDays, serials } from './small-world'

export { formatQuantity, parseQuantity, SCALE } from '../../sync/quantity'

const began = Date.now()
let entries: OutboxEntry[] = entriesAt(began)

export const state = {
  phase: signal<string>('ready'),
  delay: signal<string | null>(null),
  people: signal<{ id: number; name: string; role: string }[]>([]),
  pinOffered: signal(false),
  invitation: signal<string | null>(null),
  user: signal<{ id: number; name: string; role: string } | null>({ id: 4, name: 'Ana Lindqvist', role: 'operator' }),
  locked: signal(false),
  unsent: signal<number | null>(3),
  oldestUnsentAt: signal<number | null>(began - 12 * 60_000),
  stockAt: signal<number | null>(began - 4 * 60_000),
  connection: signal<string>('offline'),
  behind: signal(0),
  persistent: signal<boolean | null>(true),
  fewBytesLeft: signal<number | null>(null),
  bootstrap: signal<{ done: number; total: number } | null>(null),
  updateWaiting: signal(false),
  storageTrouble: signal<string | null>(null),
  version: signal(1),
}

export const start = async (): Promise<void> => {}
export const tryStart = (): void => void (state.phase.value = 'ready')
export const declineInvitation = (): void => void (state.invitation.value = null)
export const join = async (_name: string): Promise<void> => void (state.invitation.value = null)
export const lock = async (): Promise<void> => void (state.locked.value = true)
export const syncNow = async (): Promise<void> => pause(400)
export const applyUpdate = async (): Promise<boolean> => true
export const rescueFile = async (): Promise<Blob> => new Blob(['{"operations":[]}'], { type: 'application/json' })

export class CodeNeeded extends Error {}

export const declinePin = (): void => void (state.pinOffered.value = false)
export const choosePin = async (_pin: string): Promise<void> => void (state.pinOffered.value = false)

export async function unlock(person: number, pin: string): Promise<void> {
  if (pin !== '2580') throw new Error('This is not the PIN.')
  state.user.value = state.people.value.find(({ id }) => id === person) ?? null
  state.locked.value = false
}

export async function signIn(email: string, _password: string, _deviceName?: string, code?: string): Promise<void> {
  await pause(300)
  if (email.startsWith('two@') && !code) throw new CodeNeeded('The password is right. Now the code from your app, please.')
  if (!email.includes('@')) throw new Error('E-mail or password is not right.')
  state.phase.value = 'ready'
  state.locked.value = false
}

export async function workOffline(on: boolean): Promise<void> {
  state.connection.value = on ? 'manual' : 'online'
}

const found = <Kind extends { id: number }>(all: Kind[], id: number) => all.find((one) => one.id === id) ?? null
export const itemById = async (id: number): Promise<Item | null> => found(items, id)
export const photoNamed = async (_name: string): Promise<Blob | null> => null
export const largePhotoNamed = photoNamed
export const locationById = async (id: number): Promise<Location | null> => found(locations, id)

export async function itemsByBarcode(code: string): Promise<Item[]> {
  const wanted = /^\d{8,14}$/.test(code) ? code.padStart(14, '0') : code
  return items.filter((item) => [...item.barcodes, ...(item.packs ?? []).flatMap((pack) => pack.barcodes)].includes(wanted))
}

export async function locationByCode(code: string): Promise<Location | null> {
  return locations.find((place) => code !== '' && (place.barcode === code || place.code === code)) ?? null
}

const holds = (text: string, words: string) => words.toLowerCase().split(/\s+/).every((word) => text.toLowerCase().includes(word))

export async function searchItems(text: string, limit = 50): Promise<Item[]> {
  return items.filter((item) => item.id > 1 && holds(`${item.name} ${item.code}`, text)).slice(0, limit)
}

export async function searchLocations(text: string, limit = 20): Promise<Location[]> {
  return locations.filter((place) => place.kind !== 'virtual' && holds(`${place.code} ${place.name}`, text)).slice(0, limit)
}

const lines = (): StockLine[] =>
  cells.map(({ item, lot, location, quantity, pending }) => ({
    item,
    lot,
    location,
    quantity: parseQuantity(quantity),
    pending: parseQuantity(pending),
    expiresOn: expiryOf(item, lot),
  }))

function expiryOf(item: number, lot: string): string | null {
  const days = lotDays[`${item}|${lot}`]
  return days === undefined ? null : isoDate(began, days)
}

export const stockOfItem = async (item: number): Promise<StockLine[]> => lines().filter((line) => line.item === item)
export const stockAtLocation = async (place: number): Promise<StockLine[]> => lines().filter((line) => line.location === place)

export async function lotsOfItem(item: number): Promise<{ lot: string; expiresOn: string | null; introduced: boolean }[]> {
  const known = Object.keys(lotDays).filter((key) => key.startsWith(`${item}|`)).map((key) => key.split('|')[1] ?? '')
  return known.map((lot) => ({ lot, expiresOn: expiryOf(item, lot), introduced: true }))
}

export async function serialPosition(item: number, serial: string): Promise<number | null> {
  return serials.find((one) => one.item === item && one.serial === serial)?.location ?? null
}

export async function serialsAt(item: number, place: number): Promise<{ serial: string; lot: string }[]> {
  return serials.filter((one) => one.item === item && one.location === place).map(({ serial }) => ({ serial, lot: '' }))
}

export async function expiringLots(before: string, limit = 5) {
  const soon = lines().filter((line) => line.expiresOn !== null && line.expiresOn < before && line.quantity > 0n)
  return soon.slice(0, limit).map(({ item, lot, expiresOn, quantity }) => ({ item, lot, expiresOn: expiresOn ?? '', quantity }))
}

export const mergedCells = async (): Promise<{ item: number; survivor: number; lot: string }[]> => []
export const deviceFacts = async () => ({ device: '0193-7f2c', name: 'Tablet 3', epoch: 1, version: '0.1.0', items: items.length, bytes: 4_211_000 })
export const verifyStorage = async () => ({ sound: true, message: 'Stock equals its checksum; 3 unsent operations are readable.' })
export const outbox = async (limit = 100): Promise<OutboxEntry[]> => entries.slice(0, limit)
export const discrepancies = async (limit = 50) => discrepanciesAt(began).slice(0, limit)

/** What a test lets go wrong: the words with which capturing fails, "" for none. */
export const faults = { capture: '' }

export async function capture(drafts: Draft[]): Promise<OutboxEntry[]> {
  await pause(20)
  if (faults.capture) throw new Error(faults.capture)
  const made = drafts.map(({ kind, body }, index): OutboxEntry => {
    const seq = (entries[0]?.seq ?? 0) + index + 1
    return { seq, id: `fake-${seq}`, kind, body, at: Date.now(), actor: 4, state: 'waiting', attempts: 0, error: null, verdict: null }
  })
  entries = [...made.reverse(), ...entries]
  state.unsent.value = (state.unsent.value ?? 0) + made.length
  state.version.value += 1
  return made
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

export const countTasks = async () => [{ id: 1, location: 31, item: null, lot: '', reason: 'Tablet 3 was lost', why: [], askedAt: began - 40 * 60_000 }]
