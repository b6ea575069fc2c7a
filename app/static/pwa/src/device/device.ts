/** This device: the parts put together, and what keeps the signals true. */
import { entryOf, type JournalRow, type OutboxRow } from '../sync/outbox'
import { Unreachable } from '../sync/asking'
import { Exchange, type Report, type RoundEnd, type Standstill } from '../sync/exchange'
import type { OutboxEntry } from '../sync/facts'
import { problemOf, uuid7, type Draft } from '../sync/operation'
import { targetsOf } from '../sync/own-work'
import { DeviceStore } from '../store/exchange-store'
import { settleIdentity } from '../store/identity'
import { Mirror } from '../store/mirror'
import { capture, type Capture } from '../store/outbox'
import { changeSession, sessionOf } from '../store/records'
import type { SessionRecord } from '../store/schema'
import { Observatory, type Sight } from '../store/sight'
import { isFull, StorageBroken, Vault } from '../store/vault'
import { wipeFacts } from '../store/wipe'
import { t } from '../ui/words'
import { PageClock } from './clock'
import { admit, leave, unnamed } from './entrance'
import { Hold } from './hold'
import { Live } from './live'
import { Runner } from './runner'
import { truth, type Connection } from './state'
import { Tabs } from './tabs'
import { HttpTransport } from './transport'

const AFTER_CAPTURE_MS = 300
const HINT_FIRST_MS = 50
const HINT_LAST_MS = 250

export class Device {
  readonly clock = new PageClock()
  readonly mirror = new Mirror(memory())
  readonly vault = new Vault((problem) => this.storageTroubled(problem))
  readonly tabs = new Tabs()
  private session: SessionRecord | null = null
  private head = 0
  private sending: ReadonlySet<string> = new Set()
  private catalogue = false
  private wipeDue = false
  private shown = ''
  private readonly transport = new HttpTransport(() => this.session?.credential ?? null)
  private readonly store = new DeviceStore(this.vault, this.mirror, this.clock, () => this.catalogueReady())
  readonly observatory = new Observatory(this.vault, (id) => this.store.peek(id))
  private readonly hold = new Hold(this.mirror, this.transport, this.clock)
  private readonly exchange = new Exchange(this.store, this.transport, this.clock, this.reporter(), __APP_VERSION__)
  private readonly runner = new Runner(
    { round: (anyway) => this.round(anyway), hasUnsent: () => (truth.unsent.peek() ?? 0) > 0 },
    () => document.visibilityState === 'hidden',
    () => this.clock.random(),
  )
  private readonly live = new Live({ connected: () => this.runner.wake(), hinted: ({ head }) => this.hinted(head) })

  async start(): Promise<void> {
    const fresh = uuid7(this.clock.now(), this.clock.randomBytes())
    await this.vault.use((tables) => settleIdentity(tables, this.mirror, fresh))
    await this.readSession()
    await this.refresh()
    this.tabs.listen((message) => this.heard(message))
    this.watch()
    this.go()
  }

  async signIn(email: string, password: string, named?: string): Promise<void> {
    const { line } = await this.observatory.look(async (sight) => sight)
    const deviceName = named?.trim() || this.session?.deviceName || unnamed(navigator.userAgent)
    const { user, credential } = await admit(email, password, line.device, deviceName)
    await this.putSession({ user, credential, deviceName, locked: false })
    this.exchange.forgetGreeting()
    this.go()
  }

  /** Hides the facts and lets the person go; what is unsent is sent all the same. */
  async lock(): Promise<void> {
    await this.putSession({ locked: true, user: null })
    await leave()
  }

  workOffline(manual: boolean): void {
    truth.connection.value = manual ? 'manual' : 'offline'
    void this.putSession({ manual }).then(() => this.go())
  }

  async syncNow(): Promise<void> {
    this.live.hurry()
    await this.runner.now()
  }

  /** Reads facts of one moment; the answer for nobody when the app is locked. */
  async look<Result>(work: (sight: Sight) => Promise<Result>, locked: Result): Promise<Result> {
    return truth.locked.peek() ? locked : this.observatory.look(work)
  }

  /** Records drafts durably, all or none. Throws Error with words for a person. */
  async capture(drafts: Draft[]): Promise<OutboxEntry[]> {
    if (truth.locked.peek()) throw new Error(t('sync.locked'))
    const problem = drafts.length ? drafts.map(problemOf).find((key) => key !== null) : 'sync.draft_nothing'
    if (problem) throw new Error(t(problem))
    const rows = await this.stored(this.captureOf(drafts))
    await this.refresh().catch(() => undefined)
    this.tabs.tell({ kind: 'captured' })
    this.runner.wake(AFTER_CAPTURE_MS)
    return rows.map((row) => entryOf(row, new Set(), this.sending))
  }

  /** What this device did: unsent and recent, newest first. */
  async outbox(limit: number): Promise<OutboxEntry[]> {
    if (truth.locked.peek()) return []
    const settled = await this.store.journal(limit).catch((): JournalRow[] => [])
    const own = await this.observatory.look(async (sight) => sight.own.rows).catch((): OutboxRow[] => [])
    const rows = [...this.hold.rows, ...own, ...settled]
    const reversed = targetsOf(rows.map(({ operation }) => operation))
    const newest = rows.sort((first, second) => second.operation.at - first.operation.at || second.seq - first.seq)
    return newest.slice(0, limit).map((row) => entryOf(row, reversed, this.sending))
  }

  /** What is unsent, as a file that another device can hand in. */
  async rescueFile(): Promise<Blob> {
    const stored = await this.store.rows().catch((): OutboxRow[] => [])
    const waiting = [...stored.filter(({ state }) => state === 'waiting'), ...this.hold.rows]
    const line = this.mirror.line()
    const epoch = waiting[0]?.epoch ?? line?.epoch ?? 1
    const of = (wanted: number) => waiting.filter((row) => row.epoch === wanted).map(({ operation }) => operation)
    const later = [...new Set(waiting.map((row) => row.epoch))].filter((each) => each !== epoch)
    const more = later.map((each) => ({ epoch: each, operations: of(each) }))
    const file = { device: line?.device, epoch, operations: of(epoch), ...(more.length ? { more } : {}) }
    return new Blob([JSON.stringify(file, null, 1)], { type: 'application/json' })
  }

  /** What people call this device. */
  get name(): string {
    return this.session?.deviceName ?? ''
  }

  async dropBase(): Promise<void> {
    await this.store.dropBase()
    this.runner.wake()
  }

  /** Runs work when nothing is unsent and nothing is on its way in any tab; false when it was refused. */
  async whenIdle(work: () => Promise<void>): Promise<boolean> {
    const rows = await this.store.rows()
    if (this.hold.rows.length || rows.some(({ state }) => state === 'waiting') || this.runner.isRunning) return false
    return (await this.tabs.alone(() => work().then(() => true))) ?? false
  }

  private captureOf(drafts: Draft[]): Capture {
    const { wall, mono, boot } = this.clock.read()
    const { user, offset } = this.session ?? { user: null, offset: null }
    const seen = this.seen
    return { drafts, moment: { at: wall, mono, boot, offset, actor: user?.id ?? null, seen }, random: drafts.map(() => this.clock.randomBytes()) }
  }

  private seen: number | null = null

  private async stored(wish: Capture): Promise<OutboxRow[]> {
    const store = () => this.vault.use((tables) => capture(tables, wish))
    try {
      const rows = await store().catch(async (problem: unknown) => {
        if (!isFull(problem)) throw problem
        await this.vault.use((tables) => tables.parts.clear())
        return store()
      })
      const last = rows.at(-1)
      const device = this.mirror.line()?.device
      if (last && device) this.mirror.note({ device, epoch: last.epoch, nextSeq: last.seq + 1 })
      return rows
    } catch (problem) {
      return this.heldInstead(wish, problem)
    }
  }

  /** The database took nothing: hold it, and try to get it to the server, which keeps it as well. */
  private async heldInstead(wish: Capture, problem: unknown): Promise<OutboxRow[]> {
    if (!isFull(problem) && !(problem instanceof StorageBroken)) throw problem
    const { rows } = this.hold.take(wish)
    truth.storageTrouble.value = t(isFull(problem) ? 'sync.storage_full' : 'sync.storage_broken')
    truth.unsent.value = (truth.unsent.peek() ?? 0) + rows.length
    const sent = await this.hold.send().catch(() => false)
    if (!sent) throw new Error(t('sync.held'))
    truth.unsent.value -= rows.length
    return rows
  }

  private async round(anyway: boolean): Promise<RoundEnd | null> {
    if (!this.session?.credential) return { retryInMs: null }
    try {
      if (this.hold.rows.length) await this.hold.send()
      const work = () => this.exchange.round()
      const end = anyway ? await work() : await this.tabs.alone(work)
      await this.afterRound()
      return end
    } catch (problem) {
      if (!(problem instanceof Unreachable)) this.troubled(problem)
      return { retryInMs: HIDDEN_RETRY_MS }
    }
  }

  private async afterRound(): Promise<void> {
    await this.refresh()
    if (this.wipeDue && truth.unsent.peek() === 0) await this.wipe()
    this.tabs.tell({ kind: 'connection', connection: truth.connection.peek(), head: this.head })
  }

  private async wipe(): Promise<void> {
    this.wipeDue = false
    await this.vault.use(wipeFacts)
    await this.putSession({ credential: null, user: null })
    await this.refresh()
  }

  private reporter(): Report {
    return {
      connection: (now: 'online' | Standstill) => this.setConnection(now),
      head: (head) => this.setHead(head),
      sending: (ids) => (this.sending = ids),
      progress: (done, total) => (truth.bootstrap.value = { done, total }),
      outdated: () => (truth.updateWaiting.value = true),
      directives: (names) => this.directed(names),
    }
  }

  private directed(names: readonly string[]): void {
    if (names.includes('drain_then_wipe')) this.wipeDue = true
    if (names.includes('wipe_now')) void this.wipe()
  }

  private setConnection(now: Connection): void {
    if (truth.connection.peek() !== 'manual' || this.session?.manual === false) truth.connection.value = now
  }

  private setHead(head: number): void {
    this.head = Math.max(this.head, head)
    truth.behind.value = this.seen === null ? 0 : Math.max(0, this.head - this.seen)
  }

  private hinted(head: number): void {
    if (this.seen !== null && head <= this.seen) return
    this.setHead(head)
    this.runner.wake(HINT_FIRST_MS + Math.round((HINT_LAST_MS - HINT_FIRST_MS) * this.clock.random()))
  }

  private catalogueReady(): void {
    if (this.catalogue) return
    this.catalogue = true
    void this.refresh()
  }

  /** Makes the signals say what the database says. */
  async refresh(): Promise<void> {
    const sight = await this.observatory.look(async ({ line, feed, own }) => ({ line, feed, own }))
    const waiting = sight.own.rows.filter(({ state }) => state === 'waiting')
    const { line, feed } = sight
    truth.unsent.value = waiting.length + this.hold.rows.length
    truth.oldestUnsentAt.value = waiting.reduce<number | null>((oldest, { operation: { at } }) => Math.min(oldest ?? at, at), null)
    truth.stockAt.value = feed.pulledAt
    this.seen = feed.cursor
    if (feed.pulledAt !== null && feed.cursor !== null) truth.bootstrap.value = null
    this.setHead(feed.cursor ?? 0)
    this.setPhase(feed.pulledAt !== null || this.catalogue)
    const shown = `${line.generation}:${line.nextSeq}:${this.catalogue}`
    if (shown !== this.shown) truth.version.value += 1
    this.shown = shown
  }

  private setPhase(ready: boolean): void {
    const enrolled = this.session?.credential != null
    truth.phase.value = enrolled ? (ready ? 'ready' : 'bootstrapping') : 'needs_sign_in'
  }

  private async readSession(): Promise<void> {
    const session = await this.vault.use(sessionOf)
    this.session = session
    truth.user.value = session.user
    truth.locked.value = session.locked
    if (session.manual) truth.connection.value = 'manual'
    else if (truth.connection.peek() === 'manual') truth.connection.value = 'offline'
  }

  private async putSession(change: Partial<SessionRecord>): Promise<void> {
    await this.vault.use((tables) => changeSession(tables, change))
    await this.readSession()
    await this.refresh()
    truth.version.value += 1
    this.tabs.tell({ kind: 'session' })
  }

  /** Goes online or stays offline, as the session says. */
  private go(): void {
    const { credential, manual } = this.session ?? { credential: null, manual: false }
    if (manual || credential === null) this.runner.stop()
    else this.runner.begin()
    void this.live.listen(manual ? null : credential)
  }

  private watch(): void {
    addEventListener('online', () => this.comeBack())
    addEventListener('pageshow', () => this.comeBack())
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.comeBack())
  }

  private comeBack(): void {
    this.live.hurry()
    void this.refresh().catch(() => undefined)
    this.runner.wake()
  }

  private heard(message: Parameters<Parameters<Tabs['listen']>[0]>[0]): void {
    if (message.kind === 'connection') {
      this.setHead(message.head)
      if (truth.connection.peek() !== 'manual') truth.connection.value = message.connection as Connection
    }
    if (message.kind === 'session') void this.readSession().then(() => this.go())
    if (message.kind === 'captured') this.runner.wake(AFTER_CAPTURE_MS)
    void this.refresh().catch(() => undefined)
  }

  private storageTroubled(problem: string | null): void {
    if (problem) truth.storageTrouble.value = t('sync.storage_broken')
    else if (!this.hold?.rows.length && truth.storageTrouble.peek() !== null) truth.storageTrouble.value = null
  }

  private troubled(problem: unknown): void {
    console.error(problem)
    this.setConnection('trouble')
  }
}

const HIDDEN_RETRY_MS = 15_000

function memory(): Storage | null {
  try {
    return globalThis.localStorage
  } catch {
    return null
  }
}
