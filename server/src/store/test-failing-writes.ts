import { StatementSync } from 'node:sqlite'
import type { TestContext } from 'node:test'

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

const writes = /^\s*(?:begin|commit|insert|update|delete|replace)\b/i

/** For the tests: SQLite itself fails at the writes of this process that are chosen, whichever database they go to. */
export function failWrites(t: TestContext) {
  let plan: Plan | undefined
  let count = 0

  function attempt<T>(statement: StatementSync, run: () => T): T {
    if (!writes.test(statement.sourceSQL)) return run()
    count += 1
    if (!plan?.fails(count)) return run()
    throw Object.assign(new Error(plan.fault), { errcode: sqliteFaults[plan.fault] })
  }

  for (const method of ['run', 'all'] as const) {
    const original = StatementSync.prototype[method] as (...values: unknown[]) => unknown
    t.mock.method(StatementSync.prototype, method, function (this: StatementSync, ...values: unknown[]) {
      return attempt(this, () => original.apply(this, values))
    })
  }

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
