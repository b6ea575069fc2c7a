/** Beside the live table: latest movements, devices, open discrepancies, and the line of the watermark. */
import { amountOf, amountText } from '../../ui/amounts'
import { t } from '../../ui/words'
import { ago, moment } from '../moments'
import type { DiscrepancyLine } from '../../sync/facts'
import type { DeviceLine, LiveFacts } from './facts'
import { isLate, watermark } from './watermark'

export interface MovementLine {
  operation_id: string
  item_name: string | null
  unit: string | null
  lot: string
  serial: string
  from_code: string | null
  to_code: string | null
  quantity: string
  effective_at: number
  actor_name: string | null
  device_name: string | null
}

/** The whole house's watermark, as the server tells it to one who knows some of its devices only. */
export interface HouseMark {
  at: number | null
  waiting: string[]
}

const MOST_DISCREPANCIES = 8

/** Fills the lists beside the table; each has its words for "nothing". */
export class Side {
  /** The whole house's: null while the page's own devices are all there are, ``asked`` until the server told. */
  house: HouseMark | 'asked' | null = null

  constructor(
    private readonly root: ParentNode,
    private readonly facts: LiveFacts,
  ) {}

  draw(now: number): void {
    this.drawWatermark(now)
    this.fill('devices', this.devices(), (line) => this.deviceRow(line, now))
    const open = [...this.facts.discrepancies.values()].sort((a, b) => rank(a) - rank(b) || b.at - a.at)
    this.fill('discrepancies', open.slice(0, MOST_DISCREPANCIES), (line) => this.discrepancyRow(line, now))
    this.count('discrepancies', open.length)
  }

  drawMovements(movements: readonly MovementLine[], now: number): void {
    this.fill('movements', movements, (line) => this.movementRow(line, now))
  }

  private devices(): DeviceLine[] {
    const lines = [...this.facts.devices.values()].filter((device) => !device.revoked)
    this.count('devices', lines.length)
    return lines.sort((a, b) => b.pending - a.pending || (b.contactAt ?? 0) - (a.contactAt ?? 0))
  }

  private drawWatermark(now: number): void {
    if (this.house === 'asked') return
    const own = watermark(this.facts.devices.values(), now)
    const { at, waiting } = this.house ?? { at: own.at, waiting: own.waiting.map((device) => device.name) }
    const names = waiting.slice(0, 3)
    const complete = at === null ? t('live.no_devices') : t('live.complete_to', { time: moment(at, now) })
    const more = waiting.length - names.length
    const who = more > 0 ? t('live.names_more', { names: names.join(', '), count: more }) : names.join(', ')
    const line = this.part('watermark')
    line.textContent = names.length ? t('live.waiting_for', { complete, who }) : complete
    line.classList.toggle('waiting', names.length > 0)
  }

  private deviceRow(line: DeviceLine, now: number): HTMLElement {
    const contact = line.contactAt === null ? t('live.never_heard') : ago(line.contactAt, now)
    if (isLate(line, now)) return listRow(line.name, contact, t('live.held_up', { count: line.pending }), 'red')
    const unsent = line.pending ? t('live.unsent', { count: line.pending }) : t('live.all_sent')
    return listRow(line.name, contact, unsent, line.pending ? 'amber' : 'green')
  }

  private discrepancyRow(line: DiscrepancyLine, now: number): HTMLElement {
    const what = [this.facts.itemName(line.item), line.lot, this.facts.placeCode(line.location)].filter(Boolean).join(' · ')
    const state = line.state === 'firm' ? t('live.firm') : t('live.provisional')
    const row = listRow(t(`live.kind_${line.kind}`), `${what} · ${ago(line.at, now)}`, state, line.state === 'firm' ? 'red' : '')
    return led(row, `/discrepancies/${line.id}`)
  }

  private movementRow(line: MovementLine, now: number): HTMLElement {
    const route = `${line.from_code ?? '?'} → ${line.to_code ?? '?'}`
    const who = line.actor_name ?? line.device_name ?? ''
    const detail = [route, ago(line.effective_at, now), line.lot || line.serial, who].filter(Boolean).join(' · ')
    const row = listRow(line.item_name ?? '?', detail, `${amountText(amountOf(line.quantity) ?? 0n)} ${line.unit ?? ''}`, '', 'live-number')
    return led(row, `/movements/${line.operation_id}`)
  }

  private fill<Line>(name: string, lines: readonly Line[], row: (line: Line) => HTMLElement): void {
    const list = this.part(name)
    list.replaceChildren(...(lines.length ? lines.map(row) : [nothing(t(`live.no_${name}`))]))
    list.removeAttribute('aria-busy')
  }

  private count(name: string, number: number): void {
    const badge = this.root.querySelector(`[data-live-count=${name}]`)
    if (badge) badge.textContent = `${number}`
  }

  private part(name: string): HTMLElement {
    return this.root.querySelector(`[data-live=${name}]`) as HTMLElement
  }
}

function rank(line: DiscrepancyLine): number {
  return line.state === 'firm' ? 0 : 1
}

function listRow(title: string, detail: string, end: string, colour: string, look = 'chip'): HTMLElement {
  const row = element('li', 'list-row', '')
  const words = element('span', 'grow', '')
  words.append(element('span', 'title', title), element('span', 'detail', detail))
  row.append(words, element('span', `${look} ${colour}`.trim(), end))
  return row
}

/** The row with its title leading somewhere. */
function led(row: HTMLElement, address: string): HTMLElement {
  const title = row.querySelector('.title')
  const link = document.createElement('a')
  link.className = 'quiet-link'
  link.href = address
  link.append(...(title?.childNodes ?? []))
  title?.append(link)
  return row
}

function nothing(words: string): HTMLElement {
  return element('li', 'live-nothing soft', words)
}

function element(tag: string, look: string, words: string): HTMLElement {
  const made = document.createElement(tag)
  made.className = look
  if (words) made.textContent = words
  return made
}
