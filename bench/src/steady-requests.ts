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

/** Sends so many requests a second from this process, whether or not those before them have been answered. */
export function startSteadyRequests(
  send: () => Promise<Response>,
  perSecond: number,
  clock: Pick<Clock, 'now' | 'every'>,
): SteadyRequests {
  const start = clock.now()
  const answers: Promise<number>[] = []
  const stop = clock.every(1000 / perSecond, () => void answers.push(statusOf(send())))
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

async function statusOf(answering: Promise<Response>): Promise<number> {
  try {
    const answer = await answering
    await answer.arrayBuffer()
    return answer.status
  } catch {
    return 0
  }
}
