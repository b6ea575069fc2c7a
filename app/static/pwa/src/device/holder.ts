/** Who holds this device: signing in, the PIN of a shared one, the office's invitation, locking and leaving. */
import type { Transport } from '../sync/asking'
import { uuid7 } from '../sync/operation'
import { changeSession, sessionOf } from '../store/records'
import type { SessionRecord } from '../store/schema'
import type { Vault } from '../store/vault'
import type { PageClock } from './clock'
import type { Crew } from './crew-store'
import { admit, givePin, join, leave, unnamed } from './entrance'
import { truth } from './state'

/** What else the device does when another holds it. */
export interface Around {
  deviceId: () => Promise<string>
  /** The session as it stands now was read. */
  read: (session: SessionRecord) => void
  /** It was changed here: every screen and tab must know. */
  changed: () => Promise<void>
  /** Another credential: the server is to be greeted anew. */
  enrolled: () => void
  /** Goes online or stays offline, as the session says. */
  go: () => void
}

export class Holder {
  session: SessionRecord | null = null
  /** The server told of other people than are known here. */
  peopleDue = false

  constructor(
    private readonly vault: Vault,
    private readonly clock: PageClock,
    private readonly crew: Crew,
    private readonly transport: Transport,
    private readonly around: Around,
  ) {}

  async signIn(email: string, password: string, named?: string, code?: string): Promise<void> {
    const device = await this.around.deviceId()
    const deviceName = named?.trim() || this.session?.deviceName || unnamed(navigator.userAgent)
    const held = this.session?.credential
    const enrolling = { device, name: deviceName, ...(held ? { former: held } : {}) }
    const { user, credential } = await admit(email, password, enrolling, code)
    await this.put({ user, credential, deviceName, locked: false, leaving: false, sess: this.freshId() })
    this.around.enrolled()
    await this.fetchPeople()
    truth.pinOffered.value = !this.peopleDue && !truth.people.peek().some(({ id }) => id === user.id)
    this.around.go()
  }

  /** Lets a person of this device in by their PIN; needs no network. Throws Error with words for a person. */
  async unlock(person: number, pin: string): Promise<void> {
    const { id, name, role } = await this.crew.prove(person, pin)
    await this.put({ user: { id, name, role }, locked: false, sess: this.freshId() })
    this.around.go()
  }

  /** Gives the person who has just signed in a PIN. Needs the network. Throws Error with words for a person. */
  async choosePin(pin: string): Promise<void> {
    await givePin(pin)
    truth.pinOffered.value = false
    await this.fetchPeople()
  }

  /** Becomes a device by the office's invitation. The facts stay hidden until somebody signs in. */
  async join(named: string): Promise<void> {
    const code = truth.invitation.peek()
    if (!code) return
    const device = await this.around.deviceId()
    const { credential, name } = await join(code, device, named.trim() || unnamed(navigator.userAgent))
    truth.invitation.value = null
    await this.put({ user: null, credential, deviceName: name, locked: true })
    this.around.enrolled()
    this.around.go()
  }

  /**
   * Hides the facts until somebody proves who they are. The person's session of the office ends as well, at once or
   * when the network returns: whoever holds the device next must not come upon it. What is unsent is sent all the same.
   */
  async lock(): Promise<void> {
    if (truth.locked.peek() || this.session?.credential == null) return
    truth.pinOffered.value = false
    // Before it is stored: the touch that wakes a phone must not press what was under the finger.
    truth.locked.value = true
    await this.put({ locked: true, user: null, sess: null, leaving: true })
    void this.leaveOffice().catch(() => undefined)
  }

  /** What could not be done while nobody answered: the office is left, people are asked for. */
  async catchUp(online: boolean): Promise<void> {
    if (this.session?.leaving) await this.leaveOffice()
    if (this.peopleDue && online) await this.fetchPeople()
  }

  async renamed(deviceName: string): Promise<void> {
    if (this.session && this.session.deviceName !== deviceName) await this.put({ deviceName })
  }

  /** Nobody holds it any more, and its credential is gone. */
  async shutOut(): Promise<void> {
    await this.crew.read()
    await this.put({ credential: null, user: null, sess: null })
  }

  async read(): Promise<void> {
    this.session = await this.vault.use(sessionOf)
    this.around.read(this.session)
  }

  async put(change: Partial<SessionRecord>): Promise<void> {
    await this.vault.use((tables) => changeSession(tables, change))
    await this.read()
    await this.around.changed()
  }

  freshId(): string {
    return uuid7(this.clock.now(), this.clock.randomBytes())
  }

  private async leaveOffice(): Promise<void> {
    if (await leave()) await this.put({ leaving: false })
  }

  /** Asks who may use this device; what was known stays where nobody answers. */
  private async fetchPeople(): Promise<void> {
    this.peopleDue = !(await this.crew.fetch(this.transport).catch(() => false))
  }
}
