/** The transactions that run, so that a page that is put aside can take them back. */
import type { DBCore, DBCoreTransaction } from 'dexie'
import type { Tables } from './schema'

export class Running {
  private readonly transactions = new Set<IDBTransaction>()

  /** Knows of every transaction that begins on this handle, which is not open yet. */
  watch(tables: Tables): void {
    tables.use({ stack: 'dbcore', name: 'running', create: (core) => ({ ...core, transaction: this.noting(core) }) })
  }

  /** Takes back what runs; what is already on its way to the disk gets there. */
  abort(): void {
    for (const transaction of this.transactions) takeBack(transaction)
    this.transactions.clear()
  }

  private noting({ transaction }: DBCore): DBCore['transaction'] {
    return (...given) => this.noted(transaction(...given))
  }

  private noted(begun: DBCoreTransaction): DBCoreTransaction {
    const transaction = begun as IDBTransaction
    this.transactions.add(transaction)
    const ended = () => this.transactions.delete(transaction)
    for (const end of ['complete', 'abort']) transaction.addEventListener(end, ended)
    return begun
  }
}

function takeBack(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {
    // It has just ended by itself.
  }
}
