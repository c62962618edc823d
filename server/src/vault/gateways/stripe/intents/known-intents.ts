import { createBoundedCache } from '../../../../base/bounded-cache.ts'

/** An intent, by its path in the API. */
export interface KnownIntent {
  readonly path: string
  /** The sum that was asked for, as Stripe counts it; `undefined` where it was looked up, or is of no sum. */
  readonly units?: number
}

export type KnownIntents = ReturnType<typeof createKnownIntents>

/** More than can be at their banks at one time. */
const most = 10_000

/** The intents whose customers are with their banks, by the keys of their payments. Lost, they can be looked up. */
export function createKnownIntents() {
  const intents = createBoundedCache<string, KnownIntent>(most)
  return {
    put: (key: string, intent: KnownIntent) => void intents.set(key, intent),
    find: (key: string): KnownIntent | undefined => intents.get(key),
    forget: (key: string) => void intents.delete(key),
  }
}
