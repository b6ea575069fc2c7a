/** Times in the words people use: "just now", "12 min", "3 h", "2 days"; dates and clock times in the house's zone, else the device's. */
import { signal } from '@preact/signals'
import { clock, day, DAY, HOUR, MINUTE } from './dates'
import { timeZone } from './house'
import { locale } from './spoken'
import { t } from './words'

/** The present, in milliseconds, ticking often enough for ages in minutes. */
export const now = signal(Date.now())

export function startClock(): void {
  setInterval(() => (now.value = Date.now()), 15_000)
  addEventListener('visibilitychange', () => (now.value = Date.now()))
}

/** How long ago, short: "now", "12 min", "3 h", "2 days". A time ahead of the device's clock counts as now. */
export function age(at: number, present: number): string {
  const passed = Math.max(0, present - at)
  if (passed < MINUTE) return t('floor.age_now')
  if (passed < HOUR) return t('floor.age_minutes', { minutes: Math.floor(passed / MINUTE) })
  if (passed < 2 * DAY) return t('floor.age_hours', { hours: Math.floor(passed / HOUR) })
  return t('floor.age_days', { count: Math.floor(passed / DAY) })
}

/** How long ago, in a sentence: "just now", "12 min ago". */
export function ago(at: number, present: number): string {
  return present - at < MINUTE ? t('floor.just_now') : t('floor.ago', { age: age(at, present) })
}

/** Swedish writes dates as ISO does. */
const isoWriter = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone })

/** The ISO date of a moment by the clock of the house. */
function dayOf(at: number): string {
  return isoWriter.format(at)
}

/** The beginning of an ISO date in UTC, for counting days. */
function dayStart(date: string): number {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number)
  return Date.UTC(year, month - 1, day)
}

/** Whole days from today to an ISO date, by the calendar of the house; negative when it has passed. */
export function daysUntil(date: string, present: number): number {
  return Math.round((dayStart(date) - dayStart(dayOf(present))) / DAY)
}

/** "14:02" today, "12 May, 14:02" otherwise. */
export function moment(at: number, present: number): string {
  return (dayOf(at) === dayOf(present) ? clock : day).format(at)
}

const dateWriter = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' })

/** "12 May 2027" for an ISO date. */
export function dateWords(date: string): string {
  return dateWriter.format(dayStart(date))
}

/** The ISO date of today plus some days, by the calendar of the house. */
export function isoDate(present: number, days = 0): string {
  return new Date(dayStart(dayOf(present)) + days * DAY).toISOString().slice(0, 'YYYY-MM-DD'.length)
}
