import { createBoundedCache } from '../../../../base/bounded-cache.ts'

export type HeardOutcomes = ReturnType<typeof createHeardOutcomes>

/** More are not waited for at one time. */
const most = 10_000

/**
 * What Adyen has told this process of payments, by their keys. Whoever is told it by the vault needs it not; a
 * notification that came to another process is heard there.
 */
export function createHeardOutcomes() {
  const outcomes = createBoundedCache<string, { readonly tells: string }>(most)
  return {
    /** What is told first stands, until a payment is told to be authorised. */
    put(key: string, tells: string, is: 'authorised' | 'not-authorised'): void {
      if (is === 'authorised' || !outcomes.has(key)) outcomes.set(key, { tells })
    },
    find: (key: string): string | undefined => outcomes.get(key)?.tells,
  }
}
