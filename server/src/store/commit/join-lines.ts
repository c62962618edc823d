import type { ExecutedRows } from '../store.ts'
import type { Job } from './writer.ts'

/**
 * What is asked for together, with one job for all that are of the same joined statement, whose lines it has; it stands
 * where the first of them stood.
 *
 * @returns the jobs to be run, and what makes of their answers those to the jobs that were given.
 */
export function joinLines(jobs: readonly Job[]): {
  readonly joined: readonly Job[]
  readonly answersOf: (answers: readonly ExecutedRows[]) => readonly ExecutedRows[]
} {
  if (!jobs.some(isJoined)) return { joined: jobs, answersOf: (answers) => answers }
  const lines = new Map<string, unknown[]>()
  const joined: Job[] = []
  /** Of each job that was given, the place of the one that is run for it; -1 where its lines are in another one's. */
  const places = jobs.map((job) => {
    if (!isJoined(job)) return joined.push(job) - 1
    const known = lines.get(job.statement.sql)
    if (known) {
      known.push(job.parameters[0])
      return -1
    }
    const own = [job.parameters[0]]
    lines.set(job.statement.sql, own)
    return joined.push({ statement: job.statement, parameters: own }) - 1
  })
  return {
    joined: joined.map((job) => (isJoined(job) ? { ...job, parameters: [job.parameters.join('\n')] } : job)),
    answersOf: (answers) => places.map((place) => answers[place] ?? nothing),
  }
}

const isJoined = ({ statement }: Job): boolean => statement.isJoined === true

const nothing: ExecutedRows = { rows: [], changes: 0 }
