/** The visible part of the live table: a few dozen row elements, filled anew as one scrolls or lines change. */
import { formatQuantity } from '../../sync/quantity'
import { dateWords } from '../../ui/ages'
import { numberWriter } from '../../ui/house'
import { t } from '../../ui/words'
import { isExpiring, type Order } from './order'
import type { StockLine } from './facts'

const SPARE_ROWS = 6
const FLASH_MS = 2400

interface Flash {
  at: number
  /** Millionths gained or lost. */
  change: bigint
}

interface RowParts {
  row: HTMLElement
  link: HTMLAnchorElement
  code: HTMLElement
  lot: HTMLElement
  expires: HTMLElement
  place: HTMLAnchorElement
  number: HTMLElement
  unit: HTMLElement
  change: HTMLElement
  key: string
}

interface Held {
  key: string
  part: 'link' | 'place'
}

const write = numberWriter({ maximumFractionDigits: 6 })

/** A quantity for a person: grouped digits, no unit. */
function shownNumber(millionths: bigint): string {
  return write(Number(formatQuantity(millionths)))
}

/** Draws the lines of an order into a scrolling box. */
export class RowsView {
  private readonly parts: RowParts[] = []
  private readonly flashes = new Map<string, Flash>()
  private rowHeight = 0
  private first = 0

  constructor(
    private readonly box: HTMLElement,
    private readonly body: HTMLElement,
    private readonly model: HTMLTemplateElement,
    private readonly order: Order,
  ) {
    box.addEventListener('scroll', () => this.draw(), { passive: true })
    body.addEventListener('focusin', ({ target }) => this.follow(target as HTMLElement))
    new ResizeObserver(() => this.resized()).observe(box)
  }

  /** Marks a line as just changed, so that the eye finds it. */
  flash(key: string, change: bigint, at: number): void {
    this.flashes.set(key, { at, change })
    setTimeout(() => {
      if (this.flashes.get(key)?.at === at) this.flashes.delete(key)
      this.draw()
    }, FLASH_MS)
  }

  /** Runs a change of the order and keeps the line at the top of the box where it stands on the screen. */
  keepingPlace(change: () => void): void {
    const { box, order } = this
    const first = Math.floor(box.scrollTop / this.height())
    const anchor = box.scrollTop > 0 ? order.line(first)?.key : undefined
    change()
    this.body.style.height = `${order.length * this.height()}px`
    const now = anchor === undefined ? -1 : order.indexOf(anchor)
    if (now >= 0 && now !== first) box.scrollTop += (now - first) * this.height()
    this.draw()
  }

  /** Back to the first line, after another search or sort. */
  toTop(): void {
    this.box.scrollTop = 0
    this.keepingPlace(() => undefined)
  }

  draw(): void {
    const height = this.height()
    const first = Math.max(0, Math.floor(this.box.scrollTop / height) - SPARE_ROWS)
    const count = Math.ceil(this.box.clientHeight / height) + 2 * SPARE_ROWS
    const held = this.held()
    while (this.parts.length < count) this.parts.push(this.makeRow())
    this.turn(first)
    this.parts.forEach((parts, index) => this.fill(parts, first + index, index < count))
    if (held) this.hold(held)
  }

  /** Takes the rows that went out at one end to the other: a line that stays keeps its element, and so the focus. */
  private turn(first: number): void {
    const by = first - this.first
    this.first = first
    if (by === 0 || Math.abs(by) >= this.parts.length) return
    const moved = this.parts.splice(by < 0 ? by : 0, Math.abs(by))
    const rows = moved.map(({ row }) => row)
    this.parts.splice(by < 0 ? 0 : this.parts.length, 0, ...moved)
    if (by < 0) this.body.prepend(...rows)
    else this.body.append(...rows)
  }

  /** Shows the line that a key came to, and draws what comes after it: the next key may be faster than the scroll event. */
  private follow(target: HTMLElement): void {
    const row = this.parts.find((parts) => parts.row.contains(target))?.row
    if (!row || !target.matches(':focus-visible')) return
    const top = (Number(row.getAttribute('aria-rowindex')) - 2) * this.height()
    const lowest = top + this.height() - this.box.clientHeight
    this.box.scrollTop = Math.max(lowest, Math.min(this.box.scrollTop, top))
    this.draw()
  }

  /** The line that has the focus, and the link of it. */
  private held(): Held | null {
    const active = document.activeElement
    const parts = this.parts.find((each) => each.row.contains(active))
    return parts ? { key: parts.key, part: active === parts.place ? 'place' : 'link' } : null
  }

  /** The focus goes with its line, whichever row shows it now; with none, the box keeps it. */
  private hold(held: Held): void {
    const parts = this.parts.find((each) => !each.row.hidden && each.key === held.key)
    const target = parts ? parts[held.part] : this.box
    if (target !== document.activeElement) target.focus({ preventScroll: true })
  }

  private resized(): void {
    this.rowHeight = 0
    this.keepingPlace(() => undefined)
  }

  private height(): number {
    if (!this.rowHeight) this.rowHeight = Number.parseFloat(getComputedStyle(this.box).getPropertyValue('--live-row')) || 44
    return this.rowHeight
  }

  private makeRow(): RowParts {
    const row = (this.model.content.cloneNode(true) as DocumentFragment).firstElementChild as HTMLElement
    const part = (name: string) => row.querySelector(`[data-part=${name}]`) as HTMLElement
    const links = { link: part('name') as HTMLAnchorElement, place: part('place') as HTMLAnchorElement }
    const texts = { code: part('code'), lot: part('lot'), expires: part('expires'), change: part('change') }
    this.body.append(row)
    return { row, ...links, ...texts, number: part('number'), unit: part('unit'), key: '' }
  }

  private fill(parts: RowParts, index: number, used: boolean): void {
    const line = used ? this.order.line(index) : undefined
    parts.row.hidden = !line
    if (!line) return
    parts.row.style.transform = `translateY(${index * this.height()}px)`
    parts.row.setAttribute('aria-rowindex', `${index + 2}`)
    this.write(parts, line)
    this.mark(parts, line)
    parts.key = line.key
  }

  private write(parts: RowParts, line: StockLine): void {
    text(parts.link, line.name)
    text(parts.code, line.code)
    text(parts.lot, line.lot)
    text(parts.expires, line.expiresOn === null ? '' : dateWords(line.expiresOn))
    text(parts.place, line.place)
    text(parts.number, shownNumber(line.quantity))
    text(parts.unit, line.unit)
    parts.link.href = `/stock/items/${line.item}`
    parts.place.href = `/locations/${line.location}`
    parts.expires.classList.toggle('soon', isExpiring(line, Date.now()))
    parts.row.classList.toggle('negative', line.quantity < 0n)
  }

  private mark(parts: RowParts, line: StockLine): void {
    const flash = this.flashes.get(line.key)
    const direction = flash ? (flash.change < 0n ? 'down' : 'up') : ''
    const stamp = flash ? `${line.key} ${flash.at}` : ''
    if (parts.row.dataset['flash'] === stamp) return
    parts.row.dataset['flash'] = stamp
    parts.row.classList.remove('up', 'down')
    text(parts.change, flash ? signed(flash.change) : '')
    if (direction) void parts.row.offsetWidth // begins the animation again on a row that is already marked
    if (direction) parts.row.classList.add(direction)
  }
}

function signed(change: bigint): string {
  return t(change < 0n ? 'live.less' : 'live.more', { number: shownNumber(change < 0n ? -change : change) })
}

function text(element: HTMLElement, words: string): void {
  if (element.textContent !== words) element.textContent = words
}
