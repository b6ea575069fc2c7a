import { describe, expect, test } from 'vitest'
import { fewBytesLeft } from '../../src/device/room-left'

const MB = 1_000_000

describe('the room that a device has left', () => {
  test.each([
    ['a large disk, hardly used', 60, 100_000, null],
    ['a large disk of which little is left, but enough for a fresh copy', 60, 130, null],
    ['room for weeks of work, but not for a fresh copy of what is stored', 60, 110, 50],
    ['a small store, where weeks of work would not fit any more', 5, 24, 19],
    ['a small store with just enough', 5, 25, null],
    ['nothing left at all', 40, 40, 0],
    ['more used than is granted now', 45, 40, 0],
  ])('%s', (_what, used, granted, left) => {
    expect(fewBytesLeft({ usage: used * MB, quota: granted * MB })).toBe(left === null ? null : left * MB)
  })

  test('a browser that does not say is not worried about', () => {
    expect([fewBytesLeft({}), fewBytesLeft({ usage: 5 * MB }), fewBytesLeft({ quota: 1 })]).toEqual([null, null, null])
  })
})
