/** How much room something takes, as people read it. */
import { tenths } from './numbers'
import { t } from './words'

const MEGABYTE = 1_000_000

/** "12.3 MB" or "12,3 MB". */
export function megabytes(bytes: number): string {
  return t('floor.megabytes', { size: tenths(bytes / MEGABYTE) })
}
