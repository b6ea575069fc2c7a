/** What the exchange needs kept, in this device's database. */
import { Dexie } from 'dexie'
import { Outrun } from '../sync/asking'
import type { ExchangeStore, Flip, Standing } from '../sync/keeping'
import { makeOperation, type Operation } from '../sync/operation'
import type { JournalRow, OutboxRow } from '../sync/outbox'
import type { PullReply, Row, Snapshot, WireVerdict } from '../sync/protocol'
import { LAYOUT } from './base'
import type { Growing } from './sight'
import { flip, pullFrom, type FlipResult } from './flip'
import { FreshBase } from './fresh-base'
import { acknowledge, fork, refill, recallInside, refillInside, refused, rowsInOrder, voidLost, type Filler } from './outbox'
import { changeFeed, changeSession, dropCursor, feedOf, lineOf, tick } from './records'
import type { Building, Tables } from './schema'
import type { Mirror } from './mirror'
import type { Vault } from './vault'
import { atomic } from './atomic'

const MOST_EPOCHS = 20

/** What makes ids and times for operations that no person captured. */
interface Maker {
  now(): number
  randomBytes(): Uint8Array
}

export class DeviceStore implements ExchangeStore, Growing {
  private fresh: FreshBase | null = null

  constructor(
    private readonly vault: Vault,
    private readonly mirror: Mirror,
    private readonly maker: Maker,
    /** Told when the catalogue of a base that is being built is complete. */
    private readonly catalogueReady: () => void = () => undefined,
  ) {}

  /** A bucket of the base that is being built, if there is one. */
  peek(id: number): Row[] | undefined {
    return this.fresh?.peek(id)
  }

  seek(codes: readonly string[]): void {
    this.fresh?.seek(codes)
  }

  standing(): Promise<Standing> {
    return this.vault.use((tables) => atomic(tables, 'r', [tables.meta, tables.journal], () => standingIn(tables)))
  }

  rows(): Promise<OutboxRow[]> {
    return this.vault.use(rowsInOrder)
  }

  measured(offset: number): Promise<void> {
    return this.vault.use((tables) => changeSession(tables, { offset }), 'relaxed')
  }

  adopt(sid: string, applied: ReadonlyMap<number, number>): Promise<void> {
    return this.vault.use((tables) =>
      atomic(tables, 'rw', [tables.meta, tables.outbox, tables.journal, tables.staging], async () => {
        const known = await feedOf(tables)
        if (known.sid !== null) await dropCursor(tables)
        await changeFeed(tables, { sid, mismatchAt: null })
        for (const [epoch, seq] of applied) {
          if (known.sid !== null) await recallInside(tables, epoch, seq)
          await refillInside(tables, epoch, seq + 1, this.fill)
        }
      }),
    )
  }

  refill(epoch: number, from: number): Promise<void> {
    return this.vault.use((tables) => refill(tables, epoch, from, this.fill))
  }

  async fork(): Promise<void> {
    this.mirror.note(await this.vault.use(fork))
  }

  voidLost(applied: number): Promise<void> {
    return this.vault.use((tables) => voidLost(tables, applied, this.fill))
  }

  acknowledge(epoch: number, deviceSeq: number, verdicts: WireVerdict[]): Promise<void> {
    return this.vault.use((tables) => acknowledge(tables, epoch, deviceSeq, verdicts), 'relaxed')
  }

  refused(rows: readonly OutboxRow[], message: string): Promise<void> {
    return this.vault.use((tables) => refused(tables, rows, message), 'relaxed')
  }

  stage(from: number, page: PullReply): Promise<boolean> {
    return this.vault.use((tables) =>
      atomic(tables, 'rw', [tables.meta, tables.staging], async () => {
        if (pullFrom(await feedOf(tables)) !== from) return false
        await tables.staging.add({ changes: page.changes })
        await changeFeed(tables, { staged: page.cursor })
        return true
      }),
      'relaxed',
    )
  }

  async flip(end: Flip): Promise<FlipResult> {
    const result = await this.vault.use((tables) => flip(tables, end), 'relaxed')
    if (result === 'done') this.fresh = null
    return result
  }

  beginBase(snapshot: Snapshot): Promise<string[]> {
    return this.vault.use(async (tables) => {
      const building = await beginIn(tables, snapshot)
      if (this.fresh?.cursor !== building.cursor) this.fresh = new FreshBase(building.slot, building.cursor, building.parts)
      this.fresh.addSmall(snapshot.own ?? {})
      const kept = new Set(await tables.parts.toCollection().primaryKeys())
      return snapshot.parts.map(({ hash }) => hash).filter((hash) => !kept.has(hash))
    })
  }

  async keepPart(hash: string, bytes: Uint8Array): Promise<void> {
    await this.vault.use((tables) => tables.parts.put({ hash, bytes }), 'relaxed')
    await this.fresh?.add(hash, bytes)
    this.tellCatalogue()
  }

  buildBase(): Promise<void> {
    return this.vault.use(async (tables) => {
      const { fresh } = this
      if (!fresh) return
      for (const { hash } of fresh.parts) await addKept(tables, fresh, hash)
      this.tellCatalogue()
      await fresh.settle()
      await fresh.write(tables)
      await finishBuilding(tables, fresh)
    }, 'relaxed')
  }

  dropBase(): Promise<void> {
    this.fresh = null
    return this.vault.use((tables) =>
      atomic(tables, 'rw', [tables.meta, tables.staging], async () => {
        await dropCursor(tables)
        await tick(tables)
      }),
    )
  }

  /** Settled operations, newest first. */
  journal(limit: number): Promise<JournalRow[]> {
    return this.vault.use((tables) => tables.journal.orderBy('settledAt').reverse().limit(limit).toArray())
  }

  private tellCatalogue(): void {
    if (this.fresh?.hasCatalogue()) this.catalogueReady()
  }

  private readonly fill: Filler = (seq): Operation => {
    const moment = { at: this.maker.now(), mono: 0, boot: '', offset: null, actor: null, seen: null }
    const { mono: _mono, boot: _boot, ...operation } = makeOperation('void', {}, seq, moment, this.maker.randomBytes())
    return operation
  }
}

async function standingIn(tables: Tables): Promise<Standing> {
  const [line, feed] = [await lineOf(tables), await feedOf(tables)]
  const { device, epoch, nextSeq, lost } = line
  const { sid, confirmedSeq, cursor } = feed
  const { scopes = null } = feed.building ?? feed
  const epochs = await olderEpochs(tables, epoch)
  return { device, epoch, nextSeq, lost, sid, confirmedSeq, cursor, epochs, pullFrom: pullFrom(feed), scopes }
}

/** Epochs before this one that have settled operations in the journal. */
async function olderEpochs(tables: Tables, epoch: number): Promise<number[]> {
  const found: number[] = []
  for (let older = epoch - 1; older > 0 && older >= epoch - MOST_EPOCHS; older -= 1) {
    const first = await tables.journal.where('[epoch+seq]').between([older, Dexie.minKey], [older, Dexie.maxKey]).first()
    if (first) found.push(older)
  }
  return found
}

/** Notes which snapshot is being fetched; parts that an earlier list named too are kept. */
async function beginIn(tables: Tables, { cursor, parts, scopes = '' }: Snapshot): Promise<Building> {
  return atomic(tables, 'rw', [tables.meta, tables.staging, tables.parts], async () => {
    const feed = await feedOf(tables)
    const slot = feed.pulledAt === null ? 0 : feed.slot === 0 ? 1 : 0
    const building: Building = { slot, cursor, parts, built: false, checksum: 0, scopes, layout: LAYOUT }
    const wanted = new Set(parts.map(({ hash }) => hash))
    const kept = await tables.parts.toCollection().primaryKeys()
    await tables.parts.bulkDelete(kept.filter((hash) => !wanted.has(hash)))
    await dropCursor(tables)
    await changeFeed(tables, { building })
    return building
  })
}

async function addKept(tables: Tables, fresh: FreshBase, hash: string): Promise<void> {
  if (fresh.added.has(hash)) return
  const part = await tables.parts.get(hash)
  if (!part) throw new Outrun('a part of the snapshot is missing')
  await fresh.add(hash, part.bytes)
}

async function finishBuilding(tables: Tables, fresh: FreshBase): Promise<void> {
  await atomic(tables, 'rw', [tables.meta, tables.staging, tables.parts], async () => {
    const { building } = await feedOf(tables)
    if (building?.cursor !== fresh.cursor) return
    await tables.parts.clear()
    await tables.staging.add({ changes: fresh.smallChanges() })
    await changeFeed(tables, { building: { ...building, built: true, checksum: fresh.checksum }, staged: fresh.cursor })
  })
}
