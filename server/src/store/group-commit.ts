import { Problem } from '../base/problem.ts'
import { outsideRequests } from '../base/request-scope.ts'
import type { Connection } from './store.ts'
import { StoreUnavailable } from './store-unavailable.ts'

interface Waiting {
  readonly operation: (transaction: Connection) => Promise<unknown>
  readonly resolve: (value: unknown) => void
  readonly reject: (reason: unknown) => void
}

/** The transaction statements of an engine that has one writer. */
export interface Writer extends Connection {
  /**
   * Begins a transaction that writes, as soon as no other program holds the lock.
   *
   * @throws {StoreUnavailable} when it is held for long.
   */
  begin(): Promise<void>
  /** Runs a statement without parameters and rows. */
  exec(sql: string): void
}

/** More operations than this do not wait; the caller is told to come again. */
const maxWaiting = 10_000

/**
 * Lets operations that arrive in one turn of the event loop share a transaction, so that durability (one
 * fsync) is paid once a turn and not once an operation. One that fails takes back its own rows and nobody
 * else's. Nobody hears of success before the commit.
 *
 * @param committed hears of each transaction: that it is on disk, or why it cannot be.
 */
export function createGroupCommit(
  writer: Writer,
  committed: (failure: StoreUnavailable | undefined) => void = () => {},
) {
  let waiting: Waiting[] = []
  let between: (() => void)[] = []
  let running: Promise<void> | undefined

  async function drain(): Promise<void> {
    while (waiting.length + between.length > 0) {
      await new Promise((resolve) => setImmediate(resolve))
      const due = between
      between = []
      for (const each of due) each()
      const group = waiting
      waiting = []
      if (group.length > 0) committed(await commitGroup(writer, group))
    }
    running = undefined
  }

  return {
    write<T>(operation: (transaction: Connection) => Promise<T>): Promise<T> {
      if (waiting.length >= maxWaiting) {
        return Promise.reject(
          new Problem('overloaded', 'The server is overloaded. Try again in a second.', {
            headers: { 'retry-after': '1' },
          }),
        )
      }
      return new Promise<T>((resolve, reject) => {
        waiting.push({ operation, resolve: resolve as (value: unknown) => void, reject })
        running ??= outsideRequests(drain)
      })
    },
    /** Runs what cannot be part of a transaction, between two of them. */
    between(operation: () => void): Promise<void> {
      return new Promise((resolve, reject) => {
        between.push(() => {
          try {
            operation()
            resolve()
          } catch (error) {
            reject(error)
          }
        })
        running ??= outsideRequests(drain)
      })
    },
    /** Resolves when nothing waits. */
    async idle(): Promise<void> {
      while (running) await running
    },
  }
}

/**
 * Nearly always every operation of a group succeeds, so the group is tried without savepoints, which would
 * cost as much as an operation. When one fails, all is taken back and done again with a savepoint for each. When the
 * engine fails, all of them have failed.
 *
 * @returns why the engine could not write.
 */
async function commitGroup(writer: Writer, group: readonly Waiting[]): Promise<StoreUnavailable | undefined> {
  try {
    await writer.begin()
    const values: unknown[] = []
    for (const { operation } of group) values.push(await operation(writer))
    writer.exec('COMMIT')
    for (const [index, { resolve }] of group.entries()) resolve(values[index])
  } catch (error) {
    rollBack(writer)
    if (error instanceof StoreUnavailable) return rejectAll(group, error)
    const [only, ...others] = group
    if (others.length > 0) return commitEachApart(writer, group)
    only?.reject(error)
  }
  return undefined
}

async function commitEachApart(
  writer: Writer,
  group: readonly Waiting[],
): Promise<StoreUnavailable | undefined> {
  const settle: (() => void)[] = []
  try {
    await writer.begin()
    for (const { operation, resolve, reject } of group) {
      writer.exec('SAVEPOINT operation')
      try {
        const value = await operation(writer)
        settle.push(() => resolve(value))
      } catch (error) {
        if (error instanceof StoreUnavailable) throw error
        writer.exec('ROLLBACK TO operation')
        settle.push(() => reject(error))
      }
      writer.exec('RELEASE operation')
    }
    writer.exec('COMMIT')
  } catch (error) {
    rollBack(writer)
    return rejectAll(group, error)
  }
  for (const each of settle) each()
  return undefined
}

function rejectAll(group: readonly Waiting[], error: unknown): StoreUnavailable | undefined {
  for (const { reject } of group) reject(error)
  return error instanceof StoreUnavailable ? error : undefined
}

function rollBack(writer: Writer): void {
  try {
    writer.exec('ROLLBACK')
  } catch {
    // SQLite rolls back by itself after a full disk or an I/O error, and then there is nothing to roll back.
  }
}
