/** Rewrites the times that the server wrote: in the house's zone, else the reader's, in their habit, and as a distance from now. */
import { clock, date, day, DAY, full, HOUR, MINUTE } from '../ui/dates'
import { locale } from '../ui/spoken'

const REFRESH_MS = 30_000

const distance = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })

/** How far a moment is from now, in words; after two days the date itself. */
export function ago(at: number, now: number): string {
  const passed = now - at
  const size = Math.abs(passed)
  const sign = passed >= 0 ? -1 : 1
  if (size < MINUTE) return distance.format(0, 'second')
  if (size < HOUR) return distance.format(sign * Math.floor(size / MINUTE), 'minute')
  if (size < DAY) return distance.format(sign * Math.floor(size / HOUR), 'hour')
  if (size < 2 * DAY) return distance.format(sign, 'day')
  return day.format(at)
}

/** The clock time on the same day, else the date with it. */
export function moment(at: number, now: number): string {
  return date.format(at) === date.format(now) ? clock.format(at) : full.format(at)
}

function written(style: string | undefined, at: number, now: number): string {
  if (style === 'date') return date.format(at)
  return style === 'ago' ? ago(at, now) : moment(at, now)
}

function writeMoments(root: ParentNode, now: number): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[data-moment]')) {
    const at = Date.parse(time.dateTime)
    if (Number.isNaN(at)) continue
    const text = written(time.dataset['moment'], at, now)
    if (time.textContent !== text) time.textContent = text
    time.title ||= full.format(at)
  }
}

export function startMoments(root: HTMLElement): void {
  const write = () => writeMoments(root, Date.now())
  write()
  setInterval(write, REFRESH_MS)
  root.addEventListener('htmx:afterSwap', write)
  document.addEventListener('visibilitychange', write)
}
