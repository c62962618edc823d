import type { CompiledStatement, Connection, ExecutedRows } from '../store.ts'
import { createClaims } from './claims.ts'
import type { Job } from './writer.ts'

export type Operation = (transaction: Connection) => Promise<unknown>

interface Asked extends Job {
  readonly of: Running
  readonly answer: (rows: ExecutedRows) => void
}

/** An operation that is not over. */
interface Running {
  /** How many of its statements are not answered. Without any, it is about to ask for more, or to end. */
  unanswered: number
}

/** Operations wait for one another's end, and none can go on. */
export class Entangled extends Error {
  constructor() {
    super('Operations of one transaction wait for one another.')
    this.name = 'Entangled'
  }
}

/**
 * Runs operations in one transaction, side by side: what all of them ask for next goes to the engine in one message. So a
 * hundred operations of three statements each take three messages, and not three hundred.
 *
 * @param send runs statements in their order.
 * @returns what the operations return, in their order.
 * @throws what the first that fails throws, {@link Entangled}; the others are left where they are.
 */
export function runSideBySide(
  operations: readonly Operation[],
  send: (jobs: readonly Job[]) => Promise<readonly ExecutedRows[]>,
): Promise<readonly unknown[]> {
  const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>()
  const claims = createClaims<Running>()
  const values: unknown[] = []
  let asked: Asked[] = []
  /** Operations that are not over, and those of them that wait for no statement. */
  let left = operations.length
  let busy = operations.length
  let failed = false

  function fail(error: unknown): void {
    failed = true
    reject(error)
  }

  /** Everything that is asked for in one turn is sent together. */
  function idle(): void {
    busy -= 1
    if (busy === 0) queueMicrotask(sendAsked)
  }

  function sendAsked(): void {
    if (failed || busy > 0) return
    if (left === 0) {
      resolve(values)
      return
    }
    const { due = [], held = [] } = Object.groupBy(asked, ({ of, statement }) =>
      claims.take(of, statement) ? 'due' : 'held',
    )
    if (due.length === 0) {
      fail(new Entangled())
      return
    }
    asked = held
    // Nobody is idle while a message is under way, so that nothing else is sent before its answer.
    busy += 1
    send(due).then((answers) => {
      for (const [index, { of, answer }] of due.entries()) {
        of.unanswered -= 1
        if (of.unanswered === 0) busy += 1
        answer(answers[index] ?? noRows)
      }
      idle()
    }, fail)
  }

  function ask(of: Running, statement: CompiledStatement, parameters: readonly unknown[]) {
    return new Promise<ExecutedRows>((answer) => {
      asked.push({ of, statement, parameters, answer })
      of.unanswered += 1
      if (of.unanswered === 1) idle()
    })
  }

  for (const [index, operation] of operations.entries()) {
    const running: Running = { unanswered: 0 }
    const transaction: Connection = {
      execute: (statement, parameters) => ask(running, statement, parameters),
    }
    Promise.try(operation, transaction).then((value) => {
      if (running.unanswered > 0) return fail(new Error('An operation did not wait for its statements.'))
      values[index] = value
      left -= 1
      claims.release(running)
      idle()
    }, fail)
  }
  return promise
}

const noRows: ExecutedRows = { rows: [], changes: 0 }
