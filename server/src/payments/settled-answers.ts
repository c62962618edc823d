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
const settledMilliseconds = 10_000

/**
 * Answers of sessions that have ended with a known outcome: they change no more, but for one whose payment is voided
 * afterwards, which another node may learn of ten seconds late.
 */
export const createSettledAnswers = () =>
  new LRUCache<string, Settled>({ max: maxSettled, ttl: settledMilliseconds, ttlAutopurge: true })

export type SettledAnswers = ReturnType<typeof createSettledAnswers>
