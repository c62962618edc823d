import { LRUCache } from 'lru-cache'
import type { Owner } from './reach.ts'

/** An answer that stays as it is until a time: milliseconds since the epoch. */
export interface Settled {
  /** Whose session it speaks of. */
  readonly owner: Owner
  readonly text: string
  readonly until: number
}

const maxSettled = 1000

/** What another node changes in a session that has ended, such as that its payment is voided, is seen after so long. */
export const settledMilliseconds = 1_000

/** Answers of sessions that have ended with a known outcome: programs ask for a result more than once. */
export const createSettledAnswers = () =>
  new LRUCache<string, Settled>({ max: maxSettled, ttl: settledMilliseconds, ttlAutopurge: true })

export type SettledAnswers = ReturnType<typeof createSettledAnswers>
