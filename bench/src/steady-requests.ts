import type { Clock } from '../../server/src/base/clock.ts'

/** Requests that are sent at a steady pace until they are stopped. */
export interface SteadyRequests {
  /** Sends no more and waits for the answers. */
  stop(): Promise<SteadyResult>
}

export interface SteadyResult {
  /** Answers of status 200. */
  readonly accepted: number
  /** Answers of any other status, how many of each; 0 stands for none at all. */
  readonly refused: ReadonlyMap<number, number>
  /** From the beginning until all were answered. */
  readonly milliseconds: number
}

/**
 * Sends so many requests a second, whether or not those before them have been answered.
 *
 * @param send resolves with the status of the answer.
 */
export function startSteadyRequests(
  send: () => Promise<number>,
  perSecond: number,
  clock: Pick<Clock, 'now' | 'every'>,
): SteadyRequests {
  const start = clock.now()
  const answers: Promise<number>[] = []
  const stop = clock.every(1000 / perSecond, () => void answers.push(statusOrNone(send())))
  return {
    async stop() {
      stop()
      const refused = new Map<number, number>()
      const statuses = await Promise.all(answers)
      const others = statuses.filter((status) => status !== 200)
      for (const status of others) refused.set(status, (refused.get(status) ?? 0) + 1)
      return { accepted: statuses.length - others.length, refused, milliseconds: clock.now() - start }
    },
  }
}

const statusOrNone = (status: Promise<number>): Promise<number> => status.catch(() => 0)
