import type { TestContext } from 'node:test'
import { SqliteWriter } from './embedded/sqlite-writer.ts'
import { asStoreFailure } from './store-unavailable.ts'

/** What SQLite throws, by its primary result code. */
export const sqliteFaults = {
  'the lock is held for long': 5,
  'the disk is read-only': 8,
  'the disk does not write': 10,
  'the file is damaged': 11,
  'the disk is full': 13,
  'the process cannot open any more files': 14,
} as const

export type SqliteFault = keyof typeof sqliteFaults

/** Which of the writes fail, counted from 1, and how. */
interface Plan {
  readonly fault: SqliteFault
  readonly fails: (write: number) => boolean
}

const writes = /^\s*(?:insert|update|delete|replace)\b/i

/** For the tests: the engine fails at the writes of this process that are chosen, whichever database they go to. */
export function failWrites(t: TestContext) {
  let plan: Plan | undefined
  let count = 0

  /** A begin, a commit, or a statement that writes. @throws {StoreUnavailable} where it is to fail. */
  function write(): void {
    count += 1
    if (!plan?.fails(count)) return
    throw asStoreFailure(Object.assign(new Error(plan.fault), { errcode: sqliteFaults[plan.fault] }))
  }

  const { run, commit } = SqliteWriter.prototype
  t.mock.method(SqliteWriter.prototype, 'run', async function (this: SqliteWriter, ...[jobs, begins]) {
    if (begins) write()
    for (const [index, { statement }] of jobs.entries()) {
      try {
        if (writes.test(statement.sql)) write()
      } catch (error) {
        await run.call(this, jobs.slice(0, index), begins)
        throw error
      }
    }
    return run.call(this, jobs, begins)
  } satisfies typeof run)
  t.mock.method(SqliteWriter.prototype, 'commit', async function (this: SqliteWriter) {
    try {
      write()
    } catch (error) {
      await this.rollBack()
      throw error
    }
    await commit.call(this)
  } satisfies typeof commit)

  return {
    /** From now on; writes are counted from here. All of them fail unless it is said which. */
    fail(fault: SqliteFault, fails: Plan['fails'] = () => true): void {
      plan = { fault, fails }
      count = 0
    },
    heal(): void {
      plan = undefined
      count = 0
    },
    /** How many writes there have been since. */
    count: () => count,
  }
}
