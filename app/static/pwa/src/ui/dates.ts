/** How both faces write dates and clock times: in the zone of the house, else the reader's, in the reader's habit. */
import { timeZone } from './house'
import { locale } from './spoken'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE
export const DAY = 24 * HOUR

const writer = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, ...options })

/** "14:02" */
export const clock = writer({ hour: 'numeric', minute: '2-digit' })
/** "12 May, 14:02" */
export const day = writer({ day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' })
/** "12 May 2027" */
export const date = writer({ dateStyle: 'medium' })
/** "12 May 2027, 14:02" */
export const full = writer({ dateStyle: 'medium', timeStyle: 'short' })
