/** This device: its parts put together, and when they do what. */
import { Unreachable } from '../sync/asking'
import { Exchange, type Report, type RoundEnd } from '../sync/exchange'
import type { OutboxEntry } from '../sync/facts'
import type { Draft } from '../sync/operation'
import { DeviceStore } from '../store/exchange-store'
import { settleIdentity } from '../store/identity'
import { Mirror } from '../store/mirror'
import { withRoom } from '../store/room'
import { Observatory, type Sight } from '../store/sight'
import { Vault } from '../store/vault'
import { wipeFacts } from '../store/wipe'
import { t } from '../ui/words'
import { Beginning } from './beginning'
import { PageClock } from './clock'
import { Crew } from './crew-store'
import { takeInvitation } from './entrance'
import { Hold } from './hold'
import { Holder, type Around } from './holder'
import { Live, type Hint } from './live'
import { largePhotos, Photos } from './photos'
import { Recorder } from './recorder'
import { Runner } from './runner'
import { Showing } from './showing'
import { truth, type Connection } from './state'
import { memory } from './storage'
import { Tabs, type Message } from './tabs'
import { HttpTransport } from './transport'
import { lookForUpdate, wakeInBackground } from './updates'

const AFTER_FIRST_MS = 20
const AFTER_CAPTURE_MS = 300
const QUIET_MS = 1000
const HINT_FIRST_MS = 50
const HINT_LAST_MS = 250
const AFTER_FAILURE_MS = 15_000
/** A round that is on its way is over by then: each of its requests gives up after 20 s. */
const ROUND_MS = 30_000

export class Device {
  private wipeDue = false
  private capturedAt = 0
  private refreshDue = false
  private readonly clock = new PageClock()
  private readonly mirror = new Mirror(memory())
  private readonly tabs = new Tabs()
  private readonly vault = new Vault((problem) => this.storageTroubled(problem))
  private readonly transport = new HttpTransport(() => this.holder.session?.credential ?? null)
  private readonly store = new DeviceStore(this.vault, this.mirror, this.clock, () => this.catalogueReady())
  readonly observatory = new Observatory(this.vault, this.store)
  readonly photos = new Photos((path) => this.transport.bytes(path))
  readonly largePhotos = largePhotos((path) => this.transport.bytes(path))
  private readonly crew = new Crew(this.vault, this.clock)
  readonly holder: Holder = new Holder(this.vault, this.clock, this.crew, this.transport, this.around())
  private readonly hold = new Hold(this.mirror, this.transport, this.clock)
  private readonly showing = new Showing(this.observatory, () => this.hold.rows.length)
  private readonly recorder = new Recorder(this.vault, this.store, this.mirror, this.hold, this.clock)
  private readonly exchange = new Exchange(this.store, this.transport, this.clock, this.reporter(), __APP_VERSION__)
  private readonly runner = new Runner(
    { round: (anyway) => this.round(anyway), hasUnsent: () => (truth.unsent.peek() ?? 0) > 0 },
    () => document.visibilityState === 'hidden',
    () => this.clock.random(),
  )
  private readonly beginning = new Beginning(this.beginner(), (delay) => (truth.delay.value = delay))
  private readonly live = new Live({ connected: () => this.runner.wake(), hinted: (hint) => void this.hinted(hint) })

  /** Resolves when what is stored could be read, however long the storage takes. */
  async start(): Promise<void> {
    truth.invitation.value = takeInvitation()
    addEventListener('hashchange', () => (truth.invitation.value = takeInvitation() ?? truth.invitation.peek()))
    await this.beginning.run()
    this.tabs.listen((message) => this.heard(message))
    this.watch()
    this.go()
  }

  /** Asks the storage again, on handles of its own: a person does not want to wait. */
  tryStart(): void {
    this.vault.close()
    this.beginning.again()
  }

  /** One identity for all attempts: two of them must not make two. */
  private beginner(): () => Promise<void> {
    const fresh = this.holder.freshId()
    return () => this.begin(fresh)
  }

  private async begin(fresh: string): Promise<void> {
    await withRoom(this.vault, (tables) => settleIdentity(tables, this.mirror, fresh))
    await this.holder.read()
    await this.crew.read()
    await this.refresh()
  }

  /** Resolves when nothing more is begun, or the exchange goes on. */
  async workOffline(manual: boolean): Promise<void> {
    truth.connection.value = manual ? 'manual' : 'offline'
    await this.holder.put({ manual }).then(() => this.go(), (problem: unknown) => this.troubled(problem))
  }

  async syncNow(): Promise<void> {
    this.live.hurry()
    await this.runner.now()
  }

  /** Reads facts of one moment; the other answer where the app is locked. */
  async look<Result>(work: (sight: Sight) => Promise<Result>, locked: Result): Promise<Result> {
    return truth.locked.peek() ? locked : this.observatory.look(work)
  }

  async capture(drafts: Draft[]): Promise<OutboxEntry[]> {
    if (truth.locked.peek()) throw new Error(t('sync.locked'))
    const { user = null, offset = null, sess = null } = this.holder.session ?? {}
    const entries = await this.recorder.record(drafts, { offset, sess, actor: user?.id ?? null, seen: this.showing.seen })
    this.refreshSoon()
    this.tabs.tell({ kind: 'captured' })
    this.runner.wake(this.pauseAfterCapture())
    void wakeInBackground()
    return entries
  }

  async outbox(limit: number): Promise<OutboxEntry[]> {
    if (truth.locked.peek()) return []
    const own = await this.observatory.look(async (sight) => sight.own.rows).catch(() => [])
    return this.recorder.list(own, limit)
  }

  rescueFile(): Promise<Blob> {
    return this.recorder.rescueFile()
  }

  /** What people call this device. */
  get name(): string {
    return this.holder.session?.deviceName ?? ''
  }

  async dropBase(): Promise<void> {
    await this.store.dropBase()
    this.runner.wake()
  }

  /**
   * Runs work once nothing is on its way in any tab; false when anything is unsent, or when a round does not end. No
   * tab waits for a request that hangs: with nothing unsent it only fetches, and can be asked again.
   */
  async whenIdle(work: () => Promise<void>): Promise<boolean> {
    const alone = async () => {
      if (await this.isUnsent()) return false
      await work()
      return true
    }
    if (!(await this.giveWay())) return false
    this.tabs.tell({ kind: 'give_way' })
    return (await this.tabs.next(alone, ROUND_MS)) ?? false
  }

  /** Lets go of what is being fetched; false while anything is unsent, for what carries it must arrive. */
  private async giveWay(): Promise<boolean> {
    if (await this.isUnsent()) return false
    this.transport.giveUp()
    return true
  }

  private async isUnsent(): Promise<boolean> {
    return this.hold.rows.length > 0 || (await this.store.rows()).some(({ state }) => state === 'waiting')
  }

  /** A single capture goes at once; those that follow quickly go together. */
  private pauseAfterCapture(): number {
    const quiet = this.clock.now() - this.capturedAt > QUIET_MS
    this.capturedAt = this.clock.now()
    return quiet ? AFTER_FIRST_MS : AFTER_CAPTURE_MS
  }

  private async round(anyway: boolean): Promise<RoundEnd | null> {
    if (!this.holder.session?.credential) return { retryInMs: null }
    try {
      if (this.hold.rows.length) await this.hold.send()
      const work = () => this.exchange.round()
      const end = anyway ? await work() : await this.tabs.alone(work)
      await this.afterRound()
      return end
    } catch (problem) {
      if (!(problem instanceof Unreachable)) this.troubled(problem)
      return { retryInMs: AFTER_FAILURE_MS }
    }
  }

  private async afterRound(): Promise<void> {
    await this.holder.catchUp(truth.connection.peek() === 'online')
    await this.holder.read()
    await this.refresh()
    if (this.wipeDue && truth.unsent.peek() === 0) await this.wipe()
    this.tabs.tell({ kind: 'connection', connection: truth.connection.peek(), head: this.showing.head })
  }

  private async wipe(): Promise<void> {
    this.wipeDue = false
    await this.vault.use(wipeFacts)
    for (const photos of [this.photos, this.largePhotos]) await photos.forget().catch(() => undefined)
    await this.holder.shutOut()
  }

  private around(): Around {
    return {
      deviceId: () => this.observatory.look(async ({ line }) => line.device),
      read: (session) => this.showing.session(session),
      changed: () => this.sessionChanged(),
      enrolled: () => this.exchange.forgetGreeting(),
      go: () => this.go(),
    }
  }

  private async sessionChanged(): Promise<void> {
    await this.refresh()
    truth.version.value += 1
    this.tabs.tell({ kind: 'session' })
  }

  private reporter(): Report {
    return {
      connection: (now) => this.showing.connection(now),
      head: (head) => this.showing.toldHead(head),
      anotherServer: () => this.showing.forgetHead(),
      sending: (ids) => (this.recorder.sending = ids),
      progress: (done, total) => (truth.bootstrap.value = { done, total }),
      outdated: () => void lookForUpdate(),
      people: () => (this.holder.peopleDue = true),
      named: (name) => void this.holder.renamed(name).catch(() => undefined),
      directives: (names) => this.directed(names),
    }
  }

  private directed(names: readonly string[]): void {
    if (names.includes('reload_app')) void lookForUpdate()
    if (names.includes('drain_then_wipe')) this.wipeDue = true
    if (names.includes('wipe_now')) void this.wipe()
  }

  /** The server's feed moved: take what the hint brings along, else pull in a moment, not all devices at once. */
  private async hinted({ sid, head, delta }: Hint): Promise<void> {
    if (this.showing.seen !== null && head <= this.showing.seen) return
    this.showing.toldHead(head)
    const taken = delta ? await this.exchange.takeDelta(sid, delta).catch(() => false) : false
    if (taken) return this.afterRound()
    this.runner.wake(HINT_FIRST_MS + Math.round((HINT_LAST_MS - HINT_FIRST_MS) * this.clock.random()))
  }

  private catalogueReady(): void {
    if (this.showing.catalogueReady()) void this.refresh()
  }

  private refresh(): Promise<void> {
    return this.showing.refresh(this.holder.session)
  }

  /** After a capture: the beep waits for the disk alone, and captures that follow quickly share one reading. */
  private refreshSoon(): void {
    if (this.refreshDue) return
    this.refreshDue = true
    setTimeout(() => {
      this.refreshDue = false
      void this.refresh().catch(() => undefined)
    })
  }

  /** Goes online or stays offline, as the session says. */
  private go(): void {
    const { credential, manual } = this.holder.session ?? { credential: null, manual: false }
    if (manual || credential === null) this.runner.stop()
    else this.runner.begin()
    void this.live.listen(manual ? null : credential)
  }

  private watch(): void {
    addEventListener('online', () => this.comeBack())
    window.addEventListener('pagehide', ({ persisted }) => persisted && this.vault.putAside())
    window.addEventListener('pageshow', ({ persisted }) => (persisted ? location.reload() : this.comeBack()))
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && this.comeBack())
    const worker = 'serviceWorker' in navigator ? navigator.serviceWorker : null
    worker?.addEventListener('message', () => this.comeBack())
  }

  private comeBack(): void {
    this.live.hurry()
    void this.refresh().catch(() => undefined)
    this.runner.wake()
  }

  private heard(message: Message): void {
    if (message.kind === 'connection') {
      this.showing.toldHead(message.head)
      this.showing.connection(message.connection as Connection)
    }
    if (message.kind === 'session') void this.holder.read().then(() => this.crew.read()).then(() => this.go()).catch(() => undefined)
    if (message.kind === 'give_way') void this.giveWay().catch(() => undefined)
    if (message.kind === 'captured') this.runner.wake(AFTER_CAPTURE_MS)
    void this.refresh().catch(() => undefined)
  }

  private storageTroubled(problem: string | null): void {
    if (problem) truth.storageTrouble.value = t('sync.storage_broken')
    else if (truth.storageTrouble.peek() !== null && this.hold.rows.length === 0) truth.storageTrouble.value = null
  }

  private troubled(problem: unknown): void {
    console.error(problem)
    this.showing.connection('trouble')
  }
}
