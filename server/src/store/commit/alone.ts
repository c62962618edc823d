import type { Connection, ExecutedRows } from '../store.ts'
import type { Job, Writer } from './writer.ts'

interface Asked extends Job {
  readonly answer: (rows: ExecutedRows) => void
  readonly refuse: (error: unknown) => void
}

/**
 * The connection of an operation that has a transaction to itself. What it asks for together goes to the engine in one
 * message, of which nothing is done behind a statement that fails; and once it has failed nothing of it is done any more,
 * which would be in no transaction, or in another one's.
 */
export function connectAlone(writer: Pick<Writer, 'run'>): {
  readonly connection: Connection
  hasBegun(): boolean
  /** @throws {Error} where the operation has not waited for all that it has asked for. */
  requireAnswered(): void
  /** Nothing more is taken of it; resolves when nothing of it is under way. */
  end(): Promise<void>
} {
  let asked: Asked[] = []
  let hasBegun = false
  let isOver = false
  let unanswered = 0
  let sending: Promise<void> | undefined

  async function sendAsked(): Promise<void> {
    await undefined
    while (asked.length > 0) {
      const jobs = asked
      asked = []
      const begins = !hasBegun
      hasBegun = true
      await writer.run(jobs, begins).then(
        (answers) => {
          unanswered -= jobs.length
          for (const [index, { answer }] of jobs.entries()) answer(answers[index] ?? noRows)
        },
        (error) => {
          unanswered -= jobs.length
          for (const { refuse } of jobs) refuse(error)
        },
      )
    }
    sending = undefined
  }

  return {
    connection: {
      execute(statement, parameters) {
        if (isOver) return Promise.reject(new Error('The operation is over.'))
        return new Promise((answer, refuse) => {
          asked.push({ statement, parameters, answer, refuse })
          unanswered += 1
          sending ??= sendAsked()
        })
      },
    },
    hasBegun: () => hasBegun,
    requireAnswered() {
      if (unanswered > 0) throw new Error('An operation did not wait for its statements.')
    },
    async end() {
      isOver = true
      for (const { refuse } of asked.splice(0)) refuse(new Error('The operation is over.'))
      await sending
    },
  }
}

const noRows: ExecutedRows = { rows: [], changes: 0 }
