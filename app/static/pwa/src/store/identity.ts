/** Who this device is: made once, and checked at every start against what the mirror remembers. */
import type { OutboxRow } from '../sync/outbox'
import type { Mirror, MirroredLine } from './mirror'
import { rowsInOrder } from './outbox'
import { recordOf } from './records'
import type { LineRecord, Tables } from './schema'
import { atomic } from './atomic'

/**
 * Reads or makes the identity. Where the mirror is ahead, the database has been rolled back or wiped: the numbers
 * given out since are lost, unless the lifeboat has them, and must never be given out again. An ordinary start
 * writes nothing: it waits for no disk, and a full one does not keep the app from starting.
 */
export async function settleIdentity(tables: Tables, mirror: Mirror, fresh: string): Promise<LineRecord> {
  const line = await atomic(tables, 'rw', [tables.meta, tables.outbox], async () => {
    const known = await recordOf<LineRecord>(tables, 'line')
    const remembered = mirror.line()
    const start = known ?? newLine(remembered, fresh)
    const settled = remembered && remembered.device === start.device ? caughtUp(start, remembered) : start
    const landed = await landLifeboat(tables, mirror.lifeboat(), settled)
    if (landed !== known) await tables.meta.put(landed)
    return landed
  })
  mirror.land()
  mirror.note(line)
  return line
}

function newLine(remembered: MirroredLine | null, fresh: string): LineRecord {
  const { device, epoch } = remembered ?? { device: fresh, epoch: 1 }
  return { name: 'line', device, epoch, nextSeq: 1, lost: null, generation: 0 }
}

function caughtUp(line: LineRecord, remembered: MirroredLine): LineRecord {
  if (remembered.epoch > line.epoch) return { ...line, epoch: remembered.epoch + 1, nextSeq: 1, lost: null }
  if (remembered.epoch < line.epoch || remembered.nextSeq <= line.nextSeq) return line
  const from = line.lost ? line.lost.from : line.nextSeq
  return { ...line, nextSeq: remembered.nextSeq, lost: { from, to: remembered.nextSeq - 1 } }
}

/** Puts what the lifeboat carries into the outbox, under its own number where that is free. */
async function landLifeboat(tables: Tables, boat: readonly OutboxRow[], line: LineRecord): Promise<LineRecord> {
  if (boat.length === 0) return line
  const there = await rowsInOrder(tables)
  const ids = new Set(there.map(({ id }) => id))
  const taken = new Set(there.filter(({ epoch }) => epoch === line.epoch).map(({ seq }) => seq))
  let { nextSeq } = line
  for (const row of boat.filter(({ id }) => !ids.has(id))) {
    const fits = row.epoch === line.epoch && !taken.has(row.seq) && row.seq >= (line.lost?.from ?? nextSeq)
    const seq = fits ? row.seq : nextSeq
    await tables.outbox.add({ ...row, epoch: line.epoch, seq, operation: { ...row.operation, seq } })
    taken.add(seq)
    nextSeq = Math.max(nextSeq, seq + 1)
  }
  return { ...line, nextSeq, generation: line.generation + 1 }
}
