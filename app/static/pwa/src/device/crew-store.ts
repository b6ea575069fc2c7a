/** The people of this device as they are kept on it, and who of them has proved who they are. */
import { askServer, type Transport } from '../sync/asking'
import type { PeopleReply, StaffPerson } from '../sync/protocol'
import { atomic } from '../store/atomic'
import { changePeople, peopleOf } from '../store/records'
import type { Tables } from '../store/schema'
import type { Vault } from '../store/vault'
import { keepHouse, keptHouse } from '../ui/house'
import { idleLimit } from '../ui/preferences'
import { t } from '../ui/words'
import { proves, tried, waitOf } from './crew'
import { truth } from './state'

const SECOND_MS = 1000

export class Crew {
  constructor(
    private readonly vault: Vault,
    private readonly clock: { now(): number },
  ) {}

  /** Shows who can switch here, and how soon the house has it lock. */
  async read(): Promise<void> {
    const { people } = await this.vault.use(peopleOf)
    idleLimit.value = keptHouse().idle_minutes
    truth.people.value = people.map(({ id, name, role }) => ({ id, name, role }))
  }

  /** Asks the server who may use this device and how; true when it said. Throws Refused or Unreachable. */
  async fetch(transport: Transport): Promise<boolean> {
    const { people, house } = await askServer<PeopleReply>(transport, 'people', null)
    if (house) keepHouse(house)
    await this.vault.use((tables) => changePeople(tables, { people }))
    await this.read()
    return true
  }

  /** The person whose PIN this is. Throws Error with words where it is not, or where it is too early to try. */
  async prove(person: number, pin: string): Promise<StaffPerson> {
    const found = await this.attempt(person)
    if (!(await proves(pin, found))) throw new Error(await this.wrong())
    await this.vault.use((tables) => changePeople(tables, { failures: 0, againAt: 0 }))
    return found
  }

  /** Counts an attempt before it is looked at. Throws Error with words where it is too early. */
  private async attempt(person: number): Promise<StaffPerson> {
    const now = this.clock.now()
    const { people, wait } = await this.vault.use((tables) => counted(tables, now))
    const found = people.find(({ id }) => id === person)
    if (!found) throw new Error(t('sync.pin_unknown'))
    if (wait > 0) throw new Error(t('sync.pin_wait', { count: Math.ceil(wait / SECOND_MS) }))
    return found
  }

  private async wrong(): Promise<string> {
    const wait = waitOf(await this.vault.use(peopleOf), this.clock.now())
    return wait > 0 ? t('sync.pin_wrong_wait', { count: Math.ceil(wait / SECOND_MS) }) : t('sync.pin_wrong')
  }
}

/** Counts one attempt, in one transaction, so that several tabs win nothing; none where it is too early for one. */
function counted(tables: Tables, now: number): Promise<{ people: StaffPerson[]; wait: number }> {
  return atomic(tables, 'rw', [tables.meta], async () => {
    const record = await peopleOf(tables)
    const wait = waitOf(record, now)
    if (wait === 0) await tables.meta.put({ ...record, ...tried(record, now) })
    return { people: record.people, wait }
  })
}
