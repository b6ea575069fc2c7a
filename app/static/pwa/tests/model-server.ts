/** A small server in memory that keeps the protocol's promises: the other side in tests of the exchange. */
import { createHash } from 'node:crypto'
import { Unreachable, type Answer, type Transport } from '../src/sync/asking'
import type { CountBody, MoveBody, Operation, ReverseBody } from '../src/sync/operation'
import { COLUMNS, stockHash, type Changes, type Entity, type Row, type WireVerdict } from '../src/sync/protocol'
import { formatQuantity, parseBalance } from '../src/sync/quantity'

interface Kept {
  entity: Entity
  row: Row
  position: number
}

interface Recorded {
  operation: Operation
  device: string
  content: string
  verdict: WireVerdict
}

interface PushAsked {
  device: string
  sid: string | null
  epoch: number
  operations: Operation[]
}

interface PullAsked {
  device: string
  epoch: number
  sid: string | null
  cursor: number
  limit: number
  scopes?: string
}

/** What a backup would hold. */
interface Books {
  position: number
  kept: Map<string, Kept>
  recorded: Map<string, Recorded>
  applied: Map<string, number>
}

export class ModelServer {
  sid = 'first'
  now = 1_795_370_000_000
  pageRows = 2000
  partRows = 2
  mostOperations = 500
  /** Answers a request before it is looked at. */
  refusing: ((path: string) => Answer | null) | null = null
  /** The places that are closed to the device, and what its scope is called. */
  closed: readonly number[] = []
  get scopes(): string {
    return this.closed.length ? `not ${this.closed.join()}` : 'all'
  }
  poison: (operation: Operation) => boolean = () => false
  readonly requests: string[] = []
  private books: Books = { position: 0, kept: new Map(), recorded: new Map(), applied: new Map() }

  /** Everything recorded, in the order in which it arrived. */
  get operations(): Operation[] {
    return [...this.books.recorded.values()].filter(({ verdict }) => verdict.status === 'applied').map(({ operation }) => operation)
  }

  get quarantined(): string[] {
    return [...this.books.recorded.values()].filter(({ verdict }) => verdict.status === 'quarantined').map(({ operation }) => operation.id)
  }

  get head(): number {
    return this.books.position
  }

  appliedSeq(device: string, epoch: number): number {
    return this.books.applied.get(`${device}|${epoch}`) ?? 0
  }

  quantity(item: number, lot: string, location: number): bigint {
    const kept = this.books.kept.get(`stock|${item}|${lot}|${location}`)
    return parseBalance(String(kept?.row[3] ?? '0'))
  }

  put(entity: Entity, row: Row): void {
    this.books.position += 1
    const key = [entity, ...row.slice(0, COLUMNS[entity].key)].join('|')
    this.books.kept.set(key, { entity, row, position: this.books.position })
  }

  backup(): Books {
    return structuredClone(this.books)
  }

  /** Yesterday's backup, on a server that says so. */
  restore(books: Books, sid: string | null): void {
    this.books = structuredClone(books)
    this.sid = sid ?? this.sid
  }

  answer(path: string, body: unknown): Answer {
    this.requests.push(path)
    const refused = this.refusing?.(path)
    if (refused) return refused
    if (path === 'hello') return this.hello(body as PullAsked)
    if (path === 'push') return this.push(body as PushAsked)
    if (path === 'pull') return this.pull(body as PullAsked)
    return path === 'snapshot' ? this.snapshot() : { status: 404, body: { code: 'not_found', message: '' } }
  }

  part(hash: string): Uint8Array {
    this.requests.push(`snapshot/${hash}`)
    const part = this.parts().find((each) => each.hash === hash)
    if (!part) throw new Unreachable('HTTP 404')
    return part.bytes
  }

  private hello({ device, epoch }: PullAsked): Answer {
    const feed = { head: this.books.position, floor: 0 }
    const standing = { device_seq: this.appliedSeq(device, epoch), feed, minimum_pull_version: 1, scopes: ['all'], directives: [] }
    return { status: 200, body: { sid: this.sid, server_time: this.now, ...standing } }
  }

  private push({ device, epoch, sid, operations }: PushAsked): Answer {
    if (sid !== null && sid !== this.sid) return { status: 409, body: { code: 'other_server', message: 'restored', sid: this.sid } }
    if (operations.length > this.mostOperations) return { status: 413, body: { code: 'too_large', message: 'too large' } }
    const verdicts: WireVerdict[] = []
    for (const operation of structuredClone(operations)) {
      const last = this.appliedSeq(device, epoch)
      const known = this.books.recorded.get(operation.id)
      if (!known && operation.seq <= last) return { status: 409, body: { code: 'fork', message: 'fork', last } }
      if (operation.seq > last + 1) return { status: 409, body: { code: 'gap', message: 'gap', expect: last + 1 } }
      verdicts.push(known ? this.again(known, operation) : this.record(device, operation))
      this.books.applied.set(`${device}|${epoch}`, Math.max(last, operation.seq))
    }
    const standing = { device_seq: this.appliedSeq(device, epoch), head: this.books.position, server_time: this.now }
    return { status: 200, body: { sid: this.sid, ...standing, verdicts } }
  }

  private again(known: Recorded, operation: Operation): WireVerdict {
    if (contentOf(operation) !== known.content) throw new Error(`operation ${operation.id} came back with other content`)
    return known.verdict.status === 'quarantined' ? known.verdict : { ...known.verdict, status: 'duplicate' }
  }

  private record(device: string, operation: Operation): WireVerdict {
    const bad = this.poison(operation)
    const verdict: WireVerdict = bad
      ? { id: operation.id, status: 'quarantined', reason: 'bad_body', message: 'poison', discrepancies: [] }
      : { id: operation.id, status: 'applied', discrepancies: [] }
    this.books.recorded.set(operation.id, { operation, device, content: contentOf(operation), verdict })
    if (bad) this.put('outcome', [operation.id, 'quarantined', 'bad_body', 'poison'])
    else this.post(operation)
    return verdict
  }

  private post({ kind, body }: Operation): void {
    if (kind === 'move') this.move(body as MoveBody, 1n)
    if (kind === 'count') this.count(body as CountBody)
    if (kind === 'reverse') this.reverse(body as ReverseBody)
  }

  private move({ item, lot, from, to, quantity }: MoveBody, sign: bigint): void {
    this.change(item ?? 1, lot ?? '', from, -sign * parseBalance(quantity))
    this.change(item ?? 1, lot ?? '', to, sign * parseBalance(quantity))
  }

  private count({ item, lot, location, quantity }: CountBody): void {
    const before = this.quantity(item ?? 1, lot ?? '', location)
    this.change(item ?? 1, lot ?? '', location, parseBalance(quantity) - before)
  }

  private reverse({ target }: ReverseBody): void {
    const found = this.books.recorded.get(target)?.operation
    if (found?.kind === 'move') this.move(found.body as MoveBody, -1n)
  }

  private change(item: number, lot: string, location: number, difference: bigint): void {
    if (location <= 5 || difference === 0n) return
    this.put('stock', [item, lot, location, formatQuantity(this.quantity(item, lot, location) + difference)])
  }

  private pull({ device, epoch, sid, cursor, scopes }: PullAsked): Answer {
    const foreign = sid !== this.sid || cursor > this.books.position || (scopes ?? this.scopes) !== this.scopes
    if (foreign) return { status: 409, body: { code: 'snapshot_required', message: 'start afresh' } }
    const changed = this.seen().filter(({ position }) => position > cursor)
    const page = changed.sort((first, second) => first.position - second.position).slice(0, this.pageRows)
    const more = page.length < changed.length
    const changes: Changes = {}
    for (const { entity, row } of page) (changes[entity] ??= []).push(row)
    const standing = { sid: this.sid, head: this.books.position, more, changes: structuredClone(changes) }
    const end = more ? (page.at(-1)?.position ?? 0) : this.books.position
    const last = more ? {} : { device_seq: this.appliedSeq(device, epoch), checksum: this.checksum() }
    return { status: 200, body: { ...standing, cursor: end, ...last } }
  }

  private seen(): Kept[] {
    return [...this.books.kept.values()].filter(({ entity, row }) => entity !== 'stock' || !this.closed.includes(Number(row[2])))
  }

  checksum(): number {
    const stock = this.seen().filter(({ entity }) => entity === 'stock')
    return stock.reduce((sum, { row }) => (sum + stockHash(Number(row[0]), String(row[1]), Number(row[2]), String(row[3]))) % 2 ** 32, 0)
  }

  private snapshot(): Answer {
    const parts = this.parts().map(({ hash, bytes, rows }) => ({ hash, bytes: bytes.length, rows }))
    return { status: 200, body: { sid: this.sid, scopes: this.scopes, cursor: this.books.position, checksum: this.checksum(), parts, own: {} } }
  }

  private parts(): { hash: string; bytes: Uint8Array; rows: number }[] {
    const entities: Entity[] = ['location', 'item', 'lot', 'stock', 'serial', 'discrepancy']
    return entities.flatMap((entity) => {
      const rows = this.seen().filter((kept) => kept.entity === entity).map(({ row }) => row)
      const starts = Array.from({ length: Math.ceil(rows.length / this.partRows) }, (_, index) => index * this.partRows)
      const slices = starts.map((start) => rows.slice(start, start + this.partRows))
      return slices.map((slice) => {
        const bytes = new TextEncoder().encode(JSON.stringify({ entity, rows: slice }))
        return { bytes, rows: slice.length, hash: createHash('sha256').update(bytes).digest('hex') }
      })
    })
  }
}

function contentOf(operation: Operation): string {
  const { seq: _seq, ...content } = operation
  return JSON.stringify(content)
}

export type Fault = 'none' | 'lost_request' | 'lost_reply' | 'unavailable' | 'twice' | 'late'

/** A network that loses, repeats and delays as it is told; after the last fault it is a good one. */
export class FaultyNetwork implements Transport {
  private late: (() => void)[] = []

  constructor(
    private readonly server: ModelServer,
    private readonly faults: Fault[] = [],
  ) {}

  async ask(path: string, body: object | null): Promise<Answer> {
    const wire = structuredClone(body)
    const fault = this.faults.shift() ?? 'none'
    if (fault === 'lost_request') throw new Unreachable('lost on the way there')
    if (fault === 'unavailable') return { status: 503, body: { code: 'unavailable', message: 'come again', retry_after: 1 } }
    if (fault === 'late') {
      this.late.push(() => void this.server.answer(path, wire))
      throw new Unreachable('it took too long')
    }
    const answer = this.server.answer(path, wire)
    for (const arrives of this.late.splice(0)) arrives()
    if (fault === 'twice') this.server.answer(path, structuredClone(body))
    if (fault === 'lost_reply') throw new Unreachable('lost on the way back')
    return structuredClone(answer)
  }

  async bytes(path: string): Promise<Uint8Array> {
    const fault = this.faults.shift() ?? 'none'
    if (fault === 'lost_request' || fault === 'lost_reply' || fault === 'late') throw new Unreachable('lost')
    return this.server.part(path.replace('snapshot/', ''))
  }
}
