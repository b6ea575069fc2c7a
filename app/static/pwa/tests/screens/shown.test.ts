import { describe, expect, test } from 'vitest'
import type { OutboxEntry, StockLine } from '../../src/floor'
import { confirmingNow, forgetDraft, keepDraft, readDraft, wasRecorded, type KeptDraft } from '../../src/screens/drafts/draft-store'
import { lateFor } from '../../src/screens/drafts/lateness'
import { keepReceivedAt, lastReceivedAt } from '../../src/screens/drafts/last-place'
import { needsOf, type Facts } from '../../src/screens/drafts/needs'
import { recentOf } from '../../src/screens/drafts/recent'
import { onHand, onlyLot, standing, totalOf } from '../../src/screens/drafts/shelf'
import { canUndo, verdictOf } from '../../src/screens/drafts/verdicts'
import { recountReason } from '../../src/screens/parts/recount-reason'
import { discrepanciesAt, entriesAt } from '../../src/screens/testing/small-world'
import { parseQuantity } from '../../src/sync/quantity'
import { age, daysUntil, isoDate } from '../../src/ui/ages'
import { amountOf, amountText, codeShown, differenceText, plain, pressKey, step } from '../../src/ui/amounts'
import { addressOf, match, placeOf } from '../../src/ui/router'

const NOW = new Date(2026, 10, 22, 9, 14).getTime()
const MINUTE = 60_000
const type = (keys: string, decimals: number) => [...keys].reduce((text, key) => pressKey(text, key, decimals), '')

describe('the keypad', () => {
  test('takes no more decimals than the item has', () => {
    expect(type('2.5005', 3)).toBe('2.500')
    expect(type('2.5', 0)).toBe('25')
  })

  test('replaces a leading zero and begins a fraction with one', () => {
    expect(type('07', 0)).toBe('7')
    expect(type('.5', 2)).toBe('0.5')
  })

  test('refuses what no record may hold', () => {
    expect(type('99999999999', 0)).toBe('999999999')
    expect(type('1000000000', 0)).toBe('1000000000')
  })

  test('steps never below zero', () => {
    expect(step('', 1)).toBe('1')
    expect(step('0.5', -1)).toBe('0')
    expect(step('2.5', 1)).toBe('3.5')
  })
})

describe('figures', () => {
  test('are grouped, signed and shortest', () => {
    expect(amountText(parseQuantity('1234567.50'))).toBe('1,234,567.5')
    expect(amountText(parseQuantity('-4'))).toBe('−4')
    expect(differenceText(parseQuantity('3'))).toBe('+3')
    expect(differenceText(0n)).toBe('±0')
    expect(plain('007.50')).toBe('7.5')
    expect(amountOf('.')).toBeNull()
  })
})

describe('barcodes', () => {
  test('are shown as printed', () => {
    const stored = ['04006381333931', '00012345678905', '00000096385074', '14006381333938', 'LOC-A-01-01']
    expect(stored.map(codeShown)).toEqual(['4006381333931', '012345678905', '96385074', '14006381333938', 'LOC-A-01-01'])
  })
})

describe('times', () => {
  test('ages are short, and a clock that ran ahead is now', () => {
    expect([age(NOW, NOW), age(NOW + MINUTE, NOW), age(NOW - 12 * MINUTE, NOW)]).toEqual(['now', 'now', '12 min'])
    expect([age(NOW - 180 * MINUTE, NOW), age(NOW - 3 * 1440 * MINUTE, NOW)]).toEqual(['3 h', '3 days'])
  })

  test('days until a date follow the calendar, not the hours', () => {
    expect([daysUntil('2026-11-22', NOW), daysUntil('2026-11-23', NOW), daysUntil('2026-11-20', NOW)]).toEqual([0, 1, -2])
    expect(isoDate(NOW, 30)).toBe('2026-12-22')
  })
})

describe('addresses', () => {
  test('a path gives its values, another shape gives none', () => {
    expect(match('/items/:id', '/items/11')).toEqual({ id: '11' })
    expect(match('/items/:id', '/items')).toBeNull()
    expect(match('/items/:id', '/items/')).toBeNull()
  })

  test('going somewhere and reading it back agree', () => {
    const place = placeOf(addressOf('/count', { place: 31, item: undefined }))
    expect([place.path, place.query.get('place'), place.query.get('item')]).toEqual(['/count', '31', null])
    expect(placeOf('/floor/').path).toBe('/')
  })
})

describe('drafts outlive a reload', () => {
  const draft = (confirming: KeptDraft<unknown>['confirming'] = null) => ({ at: NOW, content: { lines: [1] }, confirming })

  test('what was kept is read, what was forgotten is not', () => {
    const storage = fakeStorage()
    keepDraft(storage, 'receive', 4, draft())
    expect(readDraft(storage, 'receive', 4)).toEqual(draft())
    forgetDraft(storage, 'receive', 4)
    expect(readDraft(storage, 'receive', 4)).toBeNull()
  })

  test('two people at one device keep a draft each', () => {
    const storage = fakeStorage()
    keepDraft(storage, 'receive', 4, draft())
    expect(readDraft(storage, 'receive', 5)).toBeNull()
    forgetDraft(storage, 'receive', 5)
    expect(readDraft(storage, 'receive', 4)).not.toBeNull()
  })

  test('rubbish and older shapes are not read', () => {
    const storage = fakeStorage()
    storage.setItem('tallyman.draft.move.4', '{"shape":0,"content":{}}')
    storage.setItem('tallyman.draft.pick.4', 'not json')
    expect([readDraft(storage, 'move', 4), readDraft(storage, 'pick', 4)]).toEqual([null, null])
  })

  test('a full storage is told', () => {
    const storage = { ...fakeStorage(), setItem: () => { throw new Error('full') } }
    expect(keepDraft(storage, 'count', null, draft())).toBe(false)
  })

  test('an app that ended while recording knows whether it had recorded', () => {
    const body = { item: 14, from: 1, to: 21, quantity: '2', reason: 'receipt' as const }
    const kept = draft(confirmingNow([{ kind: 'move', body }], NOW))
    const stored = { ...entriesAt(NOW)[0]!, kind: 'move' as const, at: NOW + 5, body: { reason: 'receipt', quantity: '2', to: 21, from: 1, item: 14 } }
    expect(wasRecorded(kept, [stored])).toBe(true)
    expect(wasRecorded(kept, [{ ...stored, at: NOW - MINUTE }])).toBe(false)
    expect(wasRecorded(kept, [{ ...stored, body: { ...body, quantity: '3' } }])).toBe(false)
    expect(wasRecorded(draft(), [stored])).toBe(false)
  })
})

describe('what needs a person', () => {
  const calm: Facts = { entries: [], discrepancies: [], tasks: [], expiring: [], unsent: 0, oldestUnsentAt: null, lateMs: null, storageTrouble: null, fewBytesLeft: null, isSignedOut: false, updateWaiting: false, now: NOW }

  test('nothing when all is sent and nothing is in doubt', () => {
    expect(needsOf(calm)).toEqual([])
    expect(needsOf({ ...calm, unsent: null })).toEqual([])
  })

  test('the worst comes first', () => {
    const expiring = [{ item: 11, lot: 'T2401', expiresOn: '2026-12-01', quantity: parseQuantity('24') }]
    const needs = needsOf({ ...calm, entries: entriesAt(NOW), discrepancies: discrepanciesAt(NOW), unsent: 3, oldestUnsentAt: NOW, storageTrouble: 'full', expiring })
    expect(needs.map(({ kind }) => kind)).toEqual(['storage', 'quarantined', 'discrepancies', 'unsent', 'expiring'])
    expect(needs.at(-1)).toMatchObject({ days: 9 })
  })

  test('a device that is nearly full says so after what is in doubt, and not where it cannot store at all', () => {
    const busy: Facts = { ...calm, discrepancies: discrepanciesAt(NOW), unsent: 3, oldestUnsentAt: NOW, fewBytesLeft: 0 }
    expect(needsOf(busy)).toMatchObject([{ kind: 'discrepancies' }, { kind: 'room', bytes: 0 }, { kind: 'unsent' }])
    expect(needsOf({ ...busy, storageTrouble: 'full' }).map(({ kind }) => kind)).toEqual(['storage', 'discrepancies', 'unsent'])
  })

  test('work that waits in spite of a connection is said in place of what is ordinary', () => {
    expect(needsOf({ ...calm, unsent: 2, lateMs: 360_000 })).toEqual([{ kind: 'late', count: 2, ms: 360_000 }])
    const since = NOW - 6 * MINUTE
    const waiting = { unsent: 2, oldestUnsentAt: since, onlineSince: since }
    expect(lateFor(waiting, NOW)).toBe(6 * MINUTE)
    expect(lateFor({ ...waiting, onlineSince: null }, NOW)).toBeNull()
    expect(lateFor({ ...waiting, onlineSince: NOW - MINUTE }, NOW)).toBeNull()
    expect(lateFor({ ...waiting, oldestUnsentAt: NOW - 5 * MINUTE }, NOW)).toBeNull()
    expect(lateFor({ ...waiting, unsent: 0, oldestUnsentAt: null }, NOW)).toBeNull()
  })

  test('what is held up or waits for a sign-in comes before all that can wait, an update after it', () => {
    const busy: Facts = { ...calm, entries: entriesAt(NOW), unsent: 147, oldestUnsentAt: NOW, updateWaiting: true }
    expect(needsOf({ ...busy, lateMs: 360_000 }).map(({ kind }) => kind)).toEqual(['late', 'quarantined', 'update'])
    expect(needsOf({ ...busy, isSignedOut: true })).toMatchObject([{ kind: 'sign_in', count: 147 }, { kind: 'quarantined' }, { kind: 'update' }])
  })

  test('places to be counted again are named while they are few, each once', () => {
    const asked = (id: number, location: number) => ({ id, location, item: null, lot: '', reason: `r${id}`, why: [], askedAt: NOW })
    const needs = needsOf({ ...calm, unsent: 2, tasks: [asked(1, 31), asked(2, 31), asked(3, 32)] })
    expect(needs).toMatchObject([{ kind: 'recount', place: 31, task: { reason: 'r1' } }, { kind: 'recount', place: 32 }, { kind: 'unsent' }])
    expect(needsOf({ ...calm, tasks: [31, 32, 33, 34].map((place) => asked(place, place)) })).toEqual([{ kind: 'recounts', count: 4 }])
  })

  test('why a place is counted is said in words of the reader, else as it was recorded', () => {
    const recorded = { reason: 'Tablet 3 wurde ausgemustert' }
    expect(recountReason({ ...recorded, why: ['recount_retired', 'name', 'Tablet 3'] })).toBe('Tablet 3 was working here and was taken out of use')
    expect(recountReason({ ...recorded, why: ['kind_negative'] })).toBe('Below zero')
    for (const why of [[], ['of_tomorrow']]) expect(recountReason({ ...recorded, why })).toBe(recorded.reason)
  })

  test('a provisional discrepancy alarms nobody', () => {
    const provisional = discrepanciesAt(NOW).map((line) => ({ ...line, state: 'open' }))
    expect(needsOf({ ...calm, discrepancies: provisional })).toEqual([])
  })
})

describe('the place of the last receipt', () => {
  test('is remembered, but neither a reserved place nor rubbish', () => {
    const storage = fakeStorage()
    expect(lastReceivedAt(storage)).toBeNull()
    keepReceivedAt(storage, 21)
    keepReceivedAt(storage, null)
    keepReceivedAt(storage, 2)
    expect(lastReceivedAt(storage)).toBe(21)
    storage.setItem('tallyman.received-at', 'DOCK')
    expect(lastReceivedAt(storage)).toBeNull()
  })

  test('is only forgotten where the browser keeps nothing', () => {
    const refuse = () => { throw new Error('full') }
    const storage = { getItem: refuse, setItem: refuse }
    expect(() => keepReceivedAt(storage, 21)).not.toThrow()
    expect(lastReceivedAt(storage)).toBeNull()
  })
})

describe('used lately', () => {
  test('the latest items and real places come first, each once', () => {
    expect(recentOf(entriesAt(NOW), 3)).toEqual({ items: [11, 14, 13], places: [31, 32, 21] })
  })
})

describe('verdicts', () => {
  const entries = entriesAt(NOW)
  const entry = (part: Partial<OutboxEntry>): OutboxEntry => ({ ...entries[0]!, verdict: null, ...part })

  test('every state has its tone and its words', () => {
    expect(verdictOf(entry({ state: 'waiting' }))).toMatchObject({ tone: 'amber', key: 'floor.verdict_waiting' })
    expect(verdictOf(entry({ state: 'applied' }))).toMatchObject({ tone: 'green', reasons: [] })
    expect(verdictOf(entry({ state: 'quarantined', verdict: { reason: 'unknown_item', discrepancies: [] } })).reasons).toEqual(['floor.quarantine_unknown_item'])
    expect(verdictOf(entry({ state: 'quarantined', verdict: { reason: 'brand_new', discrepancies: [] } })).reasons).toEqual(['floor.quarantine_other'])
  })

  test('two discrepancies of one kind are told once', () => {
    const told = verdictOf(entry({ state: 'applied', verdict: { discrepancies: [{ id: 1, kind: 'negative' }, { id: 2, kind: 'negative' }] } }))
    expect(told).toMatchObject({ tone: 'red', reasons: ['floor.discrepancy_negative'] })
  })

  test('a record is taken back once, and never one that was set aside', () => {
    const reverse = entry({ id: 'r', kind: 'reverse', body: { target: 'a' } })
    expect(canUndo(entry({ id: 'a' }), [])).toBe(true)
    expect(canUndo(entry({ id: 'a' }), [reverse])).toBe(false)
    expect(canUndo(entry({ id: 'a', state: 'quarantined' }), [])).toBe(false)
    expect(canUndo(reverse, [])).toBe(false)
  })
})

describe('stock on a screen', () => {
  const line = (part: Partial<StockLine>): StockLine => ({ item: 11, lot: '', location: 31, quantity: 0n, pending: 0n, expiresOn: null, ...part })

  test('what expires first comes first, empty and virtual cells are left out', () => {
    const lines = [
      line({ lot: 'late', expiresOn: '2027-10-01', quantity: 1n }),
      line({ lot: 'soon', expiresOn: '2026-12-01', quantity: 2n, pending: -1n }),
      line({ lot: 'none' }),
      line({ lot: 'gone', location: 2, quantity: 9n }),
    ]
    expect(standing(lines).map(({ lot }) => lot)).toEqual(['soon', 'late'])
    expect(totalOf(standing(lines))).toEqual({ total: 3n, pending: -1n })
  })

  test('the only lot at a place is taken for granted, one of two is not', () => {
    const one = [line({ lot: 'T2401', quantity: 5n })]
    expect(onlyLot(one, 11)).toEqual({ lot: 'T2401', expiresOn: null })
    expect(onlyLot([...one, line({ lot: 'T2402', quantity: 1n })], 11)).toBeNull()
    expect([onHand(one, 11, ''), onHand(one, 11, 'T2402')]).toEqual([5n, 0n])
  })
})

function fakeStorage(): Storage {
  const kept = new Map<string, string>()
  return {
    get length() { return kept.size },
    clear: () => kept.clear(),
    getItem: (key) => kept.get(key) ?? null,
    key: (index) => [...kept.keys()][index] ?? null,
    removeItem: (key) => void kept.delete(key),
    setItem: (key, value) => void kept.set(key, value),
  }
}
