/** The one thing that screens import for facts: what is where, what was done, and how the exchange stands. */
import { Device } from './device/device'
export { CodeNeeded } from './device/entrance'
import { lockWhenIdle } from './device/idle'
import { truth } from './device/state'
import { keepStorage, storageBytes, watchRoom } from './device/storage'
import { activateUpdate, followUpdates, watchUpdates } from './device/updates'
import {
  countTasksIn,
  discrepanciesIn,
  itemIn,
  itemsByCode,
  locationByCodeIn,
  locationIn,
  lotsIn,
  searchItemsIn,
  searchLocationsIn,
} from './store/facts'
import { countItems, verifyBase } from './store/proof'
import { expiringLotsIn, mergedCellsIn, serialPositionIn, serialsAtIn, stockAtLocationIn, stockOfItemIn } from './store/stock'
import type { ExpiringLot } from './store/stock'
import type { CountTask, DiscrepancyLine, Item, Location, LotLine, OutboxEntry, StockLine } from './sync/facts'
import type { Draft } from './sync/operation'
import { idleMinutes } from './ui/preferences'
import { t } from './ui/words'

export { state } from './device/state'
export type { Connection, Delay, Person, Phase, State } from './device/state'
export type { ExpiringLot } from './store/stock'
export type { CountTask, DiscrepancyLine, EntryState, Item, Location, LotLine, OutboxEntry, Pack, StockLine, Verdict } from './sync/facts'
export type { CountBody, Draft, Kind, MoveBody, PackCaptured, Reason, ReverseBody } from './sync/operation'
export { formatQuantity, parseQuantity, SCALE } from './sync/quantity'

const device = new Device()
const MOST_FOUND = 30
const MOST_LISTED = 200

/** Opens what is stored and begins to exchange. Call once; screens show `state.phase` meanwhile. */
export async function start(): Promise<void> {
  followUpdates()
  void watchUpdates()
  void keepStorage()
  watchRoom()
  lockWhenIdle(idleMinutes, () => void device.holder.lock().catch(() => undefined))
  await device.start()
}

/** Tries to start again at once, where `state.delay` says that it takes long. */
export function tryStart(): void {
  device.tryStart()
}

/**
 * Signs a person in and enrols the device. Needs the network. Throws Error with words for a person;
 * CodeNeeded where the person's second factor is asked for as well.
 */
export async function signIn(email: string, password: string, deviceName?: string, code?: string): Promise<void> {
  await device.holder.signIn(email, password, deviceName, code)
  void keepStorage()
}

/** Lets somebody of `state.people` in by their PIN, also without network. Throws Error with words for a person. */
export function unlock(person: number, pin: string): Promise<void> {
  return device.holder.unlock(person, pin)
}

/** Gives the person who has just signed in a PIN. Needs the network. Throws Error with words for a person. */
export function choosePin(pin: string): Promise<void> {
  return device.holder.choosePin(pin)
}

/** Without a PIN for now. */
export function declinePin(): void {
  truth.pinOffered.value = false
}

/** Becomes a device by the invitation in `state.invitation`. Needs the network. Throws Error with words for a person. */
export async function join(deviceName: string): Promise<void> {
  await device.holder.join(deviceName)
  void keepStorage()
}

/** Does not take the invitation. */
export function declineInvitation(): void {
  truth.invitation.value = null
}

/** Logs out: hides the facts; what is unsent stays and is sent all the same. */
export function lock(): Promise<void> {
  return device.holder.lock()
}

/** For networks that lie: nothing is asked of the server until this is taken back. */
export function workOffline(on: boolean): Promise<void> {
  return device.workOffline(on)
}

/** One exchange now; resolves when it is over, whatever came of it. */
export function syncNow(): Promise<void> {
  return device.syncNow()
}

export function itemById(id: number): Promise<Item | null> {
  return device.look((sight) => itemIn(sight, id), null)
}

/** Items that carry this code, whatever the length of a GTIN; merged ones give the item they were merged into. */
export function itemsByBarcode(code: string): Promise<Item[]> {
  return device.look((sight) => itemsByCode(sight, code), [])
}

/** Best first: code or barcode, then beginnings of words, then anywhere. Words in any order, accents folded. */
export function searchItems(text: string, limit = MOST_FOUND): Promise<Item[]> {
  return device.look((sight) => searchItemsIn(sight, device.observatory, text, limit), [])
}

/** The photograph that an item names; null where it is not here and cannot be fetched now. */
export async function photoNamed(name: string): Promise<Blob | null> {
  return truth.locked.peek() ? null : device.photos.photo(name)
}

/** The same photograph in full size: fetched once it is looked at, kept for a while. */
export async function largePhotoNamed(name: string): Promise<Blob | null> {
  return truth.locked.peek() ? null : device.largePhotos.photo(`${name}/large`)
}

export function locationById(id: number): Promise<Location | null> {
  return device.look((sight) => locationIn(sight, id), null)
}

/** A location by the code on its label, or by its own code. */
export function locationByCode(code: string): Promise<Location | null> {
  return device.look((sight) => locationByCodeIn(sight, code), null)
}

export function searchLocations(text: string, limit = MOST_FOUND): Promise<Location[]> {
  return device.look((sight) => searchLocationsIn(sight, device.observatory, text, limit), [])
}

/** Where an item is; what was merged into it counts with it. */
export function stockOfItem(item: number): Promise<StockLine[]> {
  return device.look((sight) => stockOfItemIn(sight, item), [])
}

export function stockAtLocation(location: number): Promise<StockLine[]> {
  return device.look((sight) => stockAtLocationIn(sight, location), [])
}

/** The lots known of an item, the soonest to expire first. */
export function lotsOfItem(item: number): Promise<LotLine[]> {
  return device.look((sight) => lotsIn(sight, item), [])
}

/** The location where a serial was last seen; null where it is unknown. */
export function serialPosition(item: number, serial: string): Promise<number | null> {
  return device.look((sight) => serialPositionIn(sight, item, serial), null)
}

/** The serials of an item that should be at a location. */
export function serialsAt(item: number, location: number): Promise<{ serial: string; lot: string }[]> {
  return device.look((sight) => serialsAtIn(sight, item, location), [])
}

/** Lots in stock that expire before a day (ISO date), the soonest first. */
export function expiringLots(before: string, limit = 5): Promise<ExpiringLot[]> {
  return device.look((sight) => expiringLotsIn(sight, before, limit), [])
}

/** Cells at a location that still stand on items which were merged into others. */
export function mergedCells(location: number): Promise<{ item: number; survivor: number; lot: string }[]> {
  return device.look((sight) => mergedCellsIn(sight, location), [])
}

/** Records what a person did. Resolves only when it is durable, all or none: beep after it. Throws with words. */
export function capture(drafts: Draft[]): Promise<OutboxEntry[]> {
  return device.capture(drafts)
}

/** Unsent and recent operations of this device, newest first. */
export function outbox(limit = MOST_LISTED): Promise<OutboxEntry[]> {
  return device.outbox(limit)
}

/** Everything unsent as a file that someone can hand in elsewhere. */
export function rescueFile(): Promise<Blob> {
  return device.rescueFile()
}

/** Open discrepancies, newest first. */
export function discrepancies(limit = MOST_LISTED): Promise<DiscrepancyLine[]> {
  return device.look((sight) => discrepanciesIn(sight, limit), [])
}

/** Places to be counted again, in walking order. */
export function countTasks(): Promise<CountTask[]> {
  return device.look(countTasksIn, [])
}

interface DeviceFacts {
  device: string
  name: string
  epoch: number
  version: string
  items: number
  bytes: number | null
}

/** What this device is, for the settings page. `bytes` is null where the browser does not say. */
export async function deviceFacts(): Promise<DeviceFacts> {
  const { line, items } = await device.observatory.look(async (sight) => ({ line: sight.line, items: await countItems(sight) }))
  return { device: line.device, name: device.name, epoch: line.epoch, version: __APP_VERSION__, items, bytes: await storageBytes() }
}

/** Reads everything stored and compares the stock with its checksum; a base that fails is fetched afresh. */
export async function verifyStorage(): Promise<{ sound: boolean; message: string }> {
  const { sound, unsent } = await device.observatory.look(verifyBase)
  if (sound === null) return { sound: true, message: t('sync.no_base') }
  if (!sound) await device.dropBase()
  return { sound, message: sound ? t('sync.sound', { count: unsent }) : t('sync.unsound') }
}

/** Puts a new version in place and reloads, once what is on its way has ended. False while anything is unsent. */
export async function applyUpdate(): Promise<boolean> {
  return truth.updateWaiting.peek() && device.whenIdle(activateUpdate)
}
