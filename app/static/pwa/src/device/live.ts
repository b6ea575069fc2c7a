/** The socket: it says that something changed, never what. Losing every message costs time, not truth. */
import type { Socket } from 'socket.io-client'
import type { Delta } from '../sync/protocol'

const LONGEST_PAUSE_MS = 30_000

export interface Hint {
  sid: string
  head: number
  delta?: Delta
}

interface Listener {
  connected(): void
  hinted(hint: Hint): void
}

export class Live {
  private socket: Socket | null = null
  private wanted: string | null = null

  constructor(private readonly listener: Listener) {}

  /** Listens with a credential, or not at all with null. */
  async listen(credential: string | null): Promise<void> {
    if (credential === this.wanted) return
    this.wanted = credential
    this.socket?.disconnect()
    this.socket = null
    if (credential === null) return
    const { io } = await import('socket.io-client')
    if (this.wanted === credential) this.socket = this.connect(io, credential)
  }

  /** Tries again at once, after a network came back. */
  hurry(): void {
    if (this.socket && !this.socket.connected) this.socket.connect()
  }

  private connect(io: typeof import('socket.io-client').io, credential: string): Socket {
    const socket = io({
      path: '/socket.io',
      auth: { credential },
      withCredentials: false,
      transports: ['websocket', 'polling'],
      reconnectionDelay: 1000,
      reconnectionDelayMax: LONGEST_PAUSE_MS,
      randomizationFactor: 1,
    })
    socket.on('connect', () => this.listener.connected())
    socket.on('hint', (hint: Hint) => this.listener.hinted(hint))
    return socket
  }
}
