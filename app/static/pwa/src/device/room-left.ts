/** How much room a device has left, and when that is so little that a person should make some. Pure. */

/** Some 20,000 records at about 1 KB each: weeks of one device's work without network. */
const LEAST_BYTES = 20_000_000

/**
 * The bytes left where they are few; null while there is plenty, or where the browser does not say.
 *
 * The most that ever comes at once is a fresh copy of all facts, which lies beside the old one until it takes its
 * place. So there is to be as much room as is taken already: a share of the whole would warn far too early on a
 * large disk and too late on a small one.
 */
export function fewBytesLeft({ usage, quota }: StorageEstimate): number | null {
  if (usage === undefined || quota === undefined) return null
  const left = Math.max(0, quota - usage)
  return left < Math.max(LEAST_BYTES, usage) ? left : null
}
