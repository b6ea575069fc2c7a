/** Times in the words people use: "just now", "12 min", "3 h", "2 days"; dates and clock times by the device's habit. */
import { signal } from '@preact/signals'
import { locale, t } from './words'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

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

/** Whole days from today to an ISO date, by the device's calendar; negative when it has passed. */
export function daysUntil(date: string, present: number): number {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number)
  const today = new Date(present)
  const start = Date.UTC(today.getFullYear(), today.getMonth(), today.getDate())
  return Math.round((Date.UTC(year, month - 1, day) - start) / DAY)
}

export function clockTime(at: number): string {
  return new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' }).format(at)
}

/** "14:02" today, "12 May, 14:02" otherwise. */
export function moment(at: number, present: number): string {
  if (new Date(at).toDateString() === new Date(present).toDateString()) return clockTime(at)
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' }).format(at)
}

/** "12 May 2027" for an ISO date. */
export function dateWords(date: string): string {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number)
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(Date.UTC(year, month - 1, day))
}

/** The ISO date of today plus some days, by the device's calendar. */
export function isoDate(present: number, days = 0): string {
  const then = new Date(present + days * DAY)
  const two = (part: number) => String(part).padStart(2, '0')
  return `${then.getFullYear()}-${two(then.getMonth() + 1)}-${two(then.getDate())}`
}
