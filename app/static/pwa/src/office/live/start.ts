/** The live stock page: wires feed, table and side lists to the page that the server rendered. */
import './live.css'
import { io } from 'socket.io-client'
import { t } from '../../ui/words'
import { moment } from '../moments'
import { LiveFacts } from './facts'
import { Feed, type Link } from './follow'
import { FIRST_WISH, Order, type Column, type Wish } from './order'
import { RowsView } from './rows-view'
import { Side, type HouseMark, type MovementLine } from './side'
import { fetchJson, officeTransport } from './transport'
import type { Changes } from '../../sync/protocol'

const LOOK_EVERY_MS = 25_000
const SIDE_EVERY_MS = 1_000
const MANY_CHANGES = 2_000
const JITTER_MS = { least: 50, most: 250 }
const KEPT_WISH = 'tallyman.live.wish'

class LivePage {
  private readonly facts = new LiveFacts()
  private readonly order = new Order()
  private readonly view: RowsView
  private readonly side: Side
  private readonly feed: Feed
  private wish: Wish = { ...FIRST_WISH, ...remembered() }
  private link: Link = 'starting'
  private currentAt: number | null = null
  private started = false
  private sideWaits = false

  constructor(private readonly root: HTMLElement) {
    const model = root.querySelector<HTMLTemplateElement>('#live-row-model') as HTMLTemplateElement
    this.view = new RowsView(this.part('box'), this.part('rows'), model, this.order)
    this.side = new Side(root, this.facts)
    const token = document.querySelector<HTMLMetaElement>('meta[name=csrf-token]')?.content ?? ''
    this.feed = new Feed(
      {
        apply: (changes) => this.apply(changes),
        clear: () => this.facts.clear(),
        progress: (done, total) => this.say(t('live.loading', { done, total })),
        link: (link) => this.linked(link),
      },
      { transport: officeTransport(token), random: Math.random, wait: pause },
    )
  }

  start(): void {
    this.listenToControls()
    this.listenToServer()
    void this.feed.look()
    setInterval(() => void this.feed.look(), LOOK_EVERY_MS)
    setInterval(() => this.drawAges(), 5_000)
    for (const event of ['online', 'offline', 'focus']) window.addEventListener(event, () => void this.feed.look())
    document.addEventListener('visibilitychange', () => document.hidden || void this.feed.look())
    if (!this.seesSome) return
    this.side.house = 'asked'
    setInterval(() => void this.loadHouse(), LOOK_EVERY_MS)
  }

  private listenToServer(): void {
    const socket = io({ transports: ['websocket'], reconnectionDelayMax: 30_000, randomizationFactor: 1 })
    for (const event of ['connect', 'disconnect']) socket.on(event, () => void this.feed.look())
    window.addEventListener('online', () => socket.connected || socket.connect())
    socket.on('hint', ({ sid, head }: { sid: string; head: number }) => {
      this.feed.head = Math.max(this.feed.head, head)
      setTimeout(() => this.feed.hint(sid, head), JITTER_MS.least + Math.random() * (JITTER_MS.most - JITTER_MS.least))
    })
  }

  private apply(changes: Changes): void {
    const touched = this.facts.apply(changes)
    const now = Date.now()
    this.view.keepingPlace(() => {
      if (!this.started || touched.size > MANY_CHANGES) this.order.rebuild(this.facts.lines.values(), this.wish, now)
      else for (const key of touched.keys()) this.order.update(key, this.facts.lines.get(key), now)
    })
    if (this.started) for (const [key, before] of touched) this.flash(key, before, now)
    if (!this.started) this.begin()
    this.view.draw()
    this.drawCount()
    this.refreshSide()
  }

  private flash(key: string, before: bigint, now: number): void {
    const change = (this.facts.lines.get(key)?.quantity ?? 0n) - before
    if (change !== 0n) this.view.flash(key, change, now)
  }

  private begin(): void {
    this.started = true
    this.part('table').removeAttribute('aria-busy')
    this.part('sites').append(...this.facts.sites().map((site) => new Option(site.code, `${site.id}`)))
    this.showWish()
  }

  private linked(link: Link): void {
    this.link = link
    if (link === 'live' && this.feed.behind === 0) this.currentAt = Date.now()
    this.drawLink()
  }

  private drawLink(): void {
    const { behind } = this.feed
    const states: Record<Link, string> = {
      starting: t('live.starting'),
      live: behind > 0 ? t('live.behind', { count: behind }) : t('live.live'),
      lost: this.currentAt === null ? t('live.lost') : t('live.lost_since', { time: moment(this.currentAt, Date.now()) }),
      signed_out: t('live.signed_out'),
    }
    const look = this.link === 'live' ? (behind > 0 ? 'amber' : 'green') : this.link === 'starting' ? '' : 'red'
    const chip = this.part('link')
    chip.className = `chip ${look}`.trim()
    chip.textContent = states[this.link]
  }

  private drawAges(): void {
    this.drawLink()
    this.side.draw(Date.now())
  }

  private drawCount(): void {
    const shown = this.order.length
    const table = this.part('table')
    table.setAttribute('aria-rowcount', `${shown + 1}`)
    this.say(t('live.lines', { count: shown }))
    this.part('empty').hidden = shown > 0
    const isBare = this.facts.lines.size === 0
    this.part('empty-title').textContent = t(isBare ? 'live.empty' : 'live.no_match')
    this.part('empty-text').textContent = t(isBare ? 'live.empty_text' : 'live.no_match_text')
  }

  private say(words: string): void {
    this.part('count').textContent = words
  }

  /** The lists beside the table follow at most once a second. */
  private refreshSide(): void {
    if (this.sideWaits) return
    this.sideWaits = true
    setTimeout(() => {
      this.sideWaits = false
      this.side.draw(Date.now())
      void this.loadMovements()
      if (this.seesSome) void this.loadHouse()
    }, this.currentAt === null ? 0 : SIDE_EVERY_MS / 4)
  }

  private async loadMovements(): Promise<void> {
    const found = await fetchJson<{ rows: MovementLine[] }>('/api/stock/movements?limit=12')
    if (found) this.side.drawMovements(found.rows, Date.now())
  }

  /** Whether the one who looks knows the devices of some sites only: then the server says how far the book is. */
  private get seesSome(): boolean {
    return this.root.dataset['sees'] === 'some'
  }

  private async loadHouse(): Promise<void> {
    const found = await fetchJson<HouseMark>('/api/stock/watermark')
    if (!found) return
    this.side.house = found
    this.side.draw(Date.now())
  }

  private listenToControls(): void {
    const search = this.part('search') as HTMLInputElement
    search.addEventListener('input', () => this.want({ search: search.value }))
    const sites = this.part('sites') as HTMLSelectElement
    sites.addEventListener('change', () => this.want({ site: sites.value ? Number(sites.value) : null }))
    const states = this.part('states') as HTMLSelectElement
    states.addEventListener('change', () => this.want({ state: states.value as Wish['state'] }))
    for (const head of this.root.querySelectorAll<HTMLButtonElement>('[data-live-sort]')) {
      head.addEventListener('click', () => this.sortBy(head.dataset['liveSort'] as Column))
    }
  }

  private sortBy(column: Column): void {
    const descending = this.wish.column === column ? !this.wish.descending : column === 'quantity'
    this.want({ column, descending })
  }

  private want(part: Partial<Wish>): void {
    this.wish = { ...this.wish, ...part }
    sessionStorage.setItem(KEPT_WISH, JSON.stringify(this.wish))
    this.order.rebuild(this.facts.lines.values(), this.wish, Date.now())
    this.view.toTop()
    this.drawCount()
    this.showWish()
  }

  private showWish(): void {
    const { search, site, state, column, descending } = this.wish
    ;(this.part('search') as HTMLInputElement).value = search
    ;(this.part('sites') as HTMLSelectElement).value = site === null ? '' : `${site}`
    ;(this.part('states') as HTMLSelectElement).value = state
    for (const head of this.root.querySelectorAll<HTMLElement>('[data-live-sort]')) {
      const sorted = head.dataset['liveSort'] === column
      const direction = sorted ? (descending ? 'descending' : 'ascending') : 'none'
      head.closest('[role=columnheader]')?.setAttribute('aria-sort', direction)
    }
  }

  private part(name: string): HTMLElement {
    return this.root.querySelector(`[data-live=${name}]`) as HTMLElement
  }
}

/** Waits, but not beyond the moment at which the network is back. */
function pause(milliseconds: number): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      clearTimeout(timer)
      window.removeEventListener('online', end)
      done()
    }
    const timer = setTimeout(end, milliseconds)
    window.addEventListener('online', end)
  })
}

function remembered(): Partial<Wish> {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT_WISH) ?? '{}') as Partial<Wish>
  } catch {
    return {}
  }
}

const root = document.querySelector<HTMLElement>('#live-stock')
if (root) new LivePage(root).start()
