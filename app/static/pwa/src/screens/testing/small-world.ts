/** The small world: a tea merchant's dock and bins. Used by tests and by looking at screens without a server. */
import type { DiscrepancyLine, Item, Location, OutboxEntry } from '../../floor'

const plain = { decimals: 0, tracking: 'none', expiring: false, archived: false, survivor: null } as const

export const items: Item[] = [
  { ...plain, id: 1, code: 'UNIDENTIFIED', name: 'Unidentified goods', unit: 'piece', category: '', barcodes: [] },
  { ...plain, id: 11, code: 'TEA-ASSAM-250', name: 'Assam tea 250 g', unit: 'pack', tracking: 'lot', expiring: true, category: 'Tea', barcodes: ['04006381333931'], packs: [{ id: 7, name: 'case', factor: '12', barcodes: ['14006381333938'] }] },
  { ...plain, id: 12, code: 'TEA-DARJ-100', name: 'Darjeeling first flush 100 g, loose leaf in a tin', unit: 'tin', tracking: 'lot', expiring: true, category: 'Tea', barcodes: ['04006381333948'] },
  { ...plain, id: 13, code: 'TEA-OOL-KG', name: 'Oolong, loose', unit: 'kg', decimals: 3, tracking: 'lot', expiring: true, category: 'Tea', barcodes: ['04006381333955'] },
  { ...plain, id: 14, code: 'POT-IRON-08', name: 'Cast-iron teapot 0.8 l', unit: 'piece', category: 'Ware', barcodes: ['04006381333962'] },
  { ...plain, id: 15, code: 'SCALE-T200', name: 'Tea scale T200', unit: 'piece', tracking: 'serial', category: 'Ware', barcodes: ['04006381333979'] },
  { ...plain, id: 16, code: 'FILTER-100', name: 'Paper filters, 100', unit: 'box', category: 'Ware', barcodes: ['04006381333986'] },
  { ...plain, id: 17, code: 'SUGAR-ROCK', name: 'Rock sugar 500 g', unit: 'bag', category: 'Pantry', barcodes: ['04006381333993'] },
]

const place = { parent: 20, archived: false, walkOrder: 0 }

export const locations: Location[] = [
  { id: 1, parent: null, kind: 'virtual', code: 'SUPPLIER', name: 'Supplier', barcode: '', archived: false, walkOrder: 0 },
  { id: 2, parent: null, kind: 'virtual', code: 'CUSTOMER', name: 'Customer', barcode: '', archived: false, walkOrder: 0 },
  { id: 3, parent: null, kind: 'virtual', code: 'SCRAP', name: 'Scrap', barcode: '', archived: false, walkOrder: 0 },
  { ...place, id: 20, parent: null, kind: 'site', code: 'MAIN', name: 'Main warehouse', barcode: 'LOC-MAIN' },
  { ...place, id: 21, kind: 'zone', code: 'DOCK', name: 'Receiving dock', barcode: 'LOC-DOCK' },
  { ...place, id: 31, kind: 'bin', code: 'A-01-01', name: '', barcode: 'LOC-A-01-01', walkOrder: 10 },
  { ...place, id: 32, kind: 'bin', code: 'A-01-02', name: '', barcode: 'LOC-A-01-02', walkOrder: 20 },
  { ...place, id: 33, kind: 'bin', code: 'A-01-03', name: '', barcode: 'LOC-A-01-03', walkOrder: 30 },
  { ...place, id: 34, kind: 'bin', code: 'B-02-01', name: 'Cold shelf', barcode: 'LOC-B-02-01', walkOrder: 40 },
]

export interface Cell {
  item: number
  lot: string
  location: number
  quantity: string
  pending: string
}

export const cells: Cell[] = [
  { item: 11, lot: 'T2401', location: 31, quantity: '24', pending: '-3' },
  { item: 11, lot: 'T2402', location: 31, quantity: '60', pending: '0' },
  { item: 11, lot: 'T2402', location: 21, quantity: '120', pending: '120' },
  { item: 12, lot: 'D1105', location: 32, quantity: '18', pending: '0' },
  { item: 13, lot: 'O-77', location: 34, quantity: '12.75', pending: '-0.25' },
  { item: 14, lot: '', location: 32, quantity: '7', pending: '0' },
  { item: 15, lot: '', location: 33, quantity: '3', pending: '0' },
  { item: 16, lot: '', location: 31, quantity: '-4', pending: '0' },
]

/** Days from today at which a lot expires. */
export const lotDays: Record<string, number> = { '11|T2401': 9, '11|T2402': 320, '12|D1105': 140, '13|O-77': -2 }

export const serials = [
  { item: 15, serial: 'SC-00041', location: 33 },
  { item: 15, serial: 'SC-00042', location: 33 },
  { item: 15, serial: 'SC-00047', location: 33 },
]

const MINUTE = 60_000
type Row = Partial<OutboxEntry> & Pick<OutboxEntry, 'kind' | 'body' | 'state'> & { minutes: number }

const rows: Row[] = [
  { kind: 'move', state: 'waiting', minutes: 2, body: { item: 11, lot: 'T2401', from: 31, to: 2, quantity: '3', reason: 'pick' } },
  { kind: 'count', state: 'waiting', minutes: 6, body: { item: 14, location: 32, quantity: '7' } },
  { kind: 'move', state: 'sending', minutes: 12, attempts: 3, error: 'The server did not answer within 20 seconds.', body: { item: 11, lot: 'T2402', from: 1, to: 21, quantity: '120', reason: 'receipt' } },
  { kind: 'move', state: 'applied', minutes: 48, body: { item: 13, lot: 'O-77', from: 34, to: 2, quantity: '0.25', reason: 'pick' }, verdict: { discrepancies: [] } },
  { kind: 'move', state: 'applied', minutes: 61, body: { item: 16, from: 31, to: 2, quantity: '4', reason: 'pick' }, verdict: { discrepancies: [{ id: 5, kind: 'negative' }] } },
  { kind: 'move', state: 'quarantined', minutes: 95, body: { item: 999, from: 31, to: 31, quantity: '2', reason: 'transfer' }, verdict: { reason: 'unknown_item', message: 'no item 999', discrepancies: [] } },
  { kind: 'move', state: 'reversed', minutes: 180, body: { item: 12, lot: 'D1105', from: 21, to: 32, quantity: '6', reason: 'putaway' }, verdict: { discrepancies: [] } },
  { kind: 'move', state: 'applied', minutes: 1500, body: { code: '7612345000015', from: 1, to: 21, quantity: '2', reason: 'receipt' }, verdict: { discrepancies: [{ id: 7, kind: 'unknown_code' }] } },
]

export function entriesAt(now: number): OutboxEntry[] {
  return rows.map(({ minutes, ...row }, index) => ({
    seq: 100 - index,
    id: `01930000-0000-7000-8000-${String(100 - index).padStart(12, '0')}`,
    at: now - minutes * MINUTE,
    actor: 4,
    attempts: 0,
    error: null,
    verdict: null,
    ...row,
  }))
}

export function discrepanciesAt(now: number): DiscrepancyLine[] {
  return [
    { id: 5, kind: 'negative', state: 'firm', item: 16, lot: '', location: 31, quantity: '-4', at: now - 60 * MINUTE },
    { id: 7, kind: 'unknown_code', state: 'firm', item: 1, lot: '7612345000015', location: 21, quantity: '2', at: now - 1500 * MINUTE },
  ]
}
