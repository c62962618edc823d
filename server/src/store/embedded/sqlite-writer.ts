import type { Job, Writer } from '../commit/writer.ts'
import { type ExecutedRows, UniqueViolation } from '../store.ts'
import { asStoreFailure } from '../store-unavailable.ts'
import { packJobs, type ThreadJob } from './packed-jobs.ts'
import type { ThreadOrder, ThreadRows, ToldStatement } from './thread-orders.ts'
import { type Thread, takeThread } from './threads.ts'

/** A {@link Writer} whose database is written by a thread of its own. */
export class SqliteWriter implements Writer {
  /** None once it is closed: somebody else may have it by then. */
  #thread: Thread | undefined
  /** Resolves when nothing can be written any longer, whatever is tried. */
  readonly lost: Promise<void>
  /** Of the statements that the thread has been told, by their text. */
  readonly #numbers = new Map<string, number>()

  private constructor(thread: Thread) {
    this.#thread = thread
    this.lost = thread.lost
  }

  /** @param lockPatience milliseconds that another program's lock is waited for. @throws {StoreUnavailable} */
  static async open(file: string, lockPatience: number): Promise<SqliteWriter> {
    const writer = new SqliteWriter(takeThread())
    await writer.#ask({ order: 'open', file, lockPatience })
    return writer
  }

  async run(jobs: readonly Job[], begins: boolean): Promise<readonly ExecutedRows[]> {
    const told: ToldStatement[] = []
    const numbered: ThreadJob[] = []
    for (const job of jobs) numbered.push([this.#numberOf(job, told), job.parameters])
    return (await this.#ask({ order: 'run', begins, told, jobs: packJobs(numbered) })).map(executed)
  }

  async commit(): Promise<void> {
    await this.#ask({ order: 'commit' })
  }

  async rollBack(): Promise<void> {
    await this.#ask({ order: 'roll-back' }).catch(() => {})
  }

  /** Brings everything into the file, and leaves nothing in the write-ahead log. @throws {StoreUnavailable} */
  async checkpoint(): Promise<void> {
    await this.#ask({ order: 'checkpoint' })
  }

  async close(): Promise<void> {
    const thread = this.#thread
    this.#thread = undefined
    await thread?.ask({ order: 'close' }).catch(() => {})
    thread?.leave()
  }

  /** The text of a statement goes to the thread once, and then its number. */
  #numberOf({ statement: { sql, returnsRows } }: Job, told: ToldStatement[]): number {
    const known = this.#numbers.get(sql)
    if (known !== undefined) return known
    const number = this.#numbers.size
    this.#numbers.set(sql, number)
    told.push({ number, sql, returnsRows })
    return number
  }

  async #ask(order: ThreadOrder): Promise<readonly ThreadRows[]> {
    if (!this.#thread) throw new Error('The database is closed.')
    try {
      return await this.#thread.ask(order)
    } catch (error) {
      throw isUniqueViolation(error) ? new UniqueViolation(error) : asStoreFailure(error)
    }
  }
}

const executed = (rows: ThreadRows): ExecutedRows =>
  typeof rows === 'number' ? { rows: [], changes: rows } : { rows, changes: 0 }

/** SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY. */
const isUniqueViolation = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && (error.errcode === 2067 || error.errcode === 1555)
