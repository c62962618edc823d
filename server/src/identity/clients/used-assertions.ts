import { hash } from 'node:crypto'
import type { Store } from '../../store/store.ts'

/** Which assertions have been used (RFC 7523 §3, 7), and which proofs of a key (RFC 9449 §11.1). */
export interface UsedAssertions {
  /**
   * Takes note of one, durable before it resolves.
   *
   * @param assertion.clientId whoever has chosen the `jti`: of a proof, the thumbprint of its key, which is no client's id.
   * @param assertion.expiresAt milliseconds since the epoch.
   * @returns false when it was used before.
   */
  use(assertion: {
    readonly clientId: string
    readonly jti: string
    readonly expiresAt: number
  }): Promise<boolean>
}

/** A node whose clock is behind must not take what another has forgotten. */
const clockSlackMilliseconds = 60_000

/**
 * Remembers assertions in the store until a minute after they have expired, so that a replay is refused by every node
 * and after a restart. Nobody but a client that holds a key can add to it, at the pace of its requests.
 */
export function createUsedAssertions(store: Store): UsedAssertions {
  const insert = store.prepare((db, p: { sha256: Uint8Array; expires_at: number }) =>
    db
      .insertInto('used_assertion')
      .values({ sha256: p.sha256, expires_at: p.expires_at })
      .onConflict((conflict) => conflict.column('sha256').doNothing()),
  )
  return {
    async use({ clientId, jti, expiresAt }) {
      const sha256 = hash('sha256', `${clientId} ${jti}`, 'buffer')
      const row = { sha256, expires_at: expiresAt + clockSlackMilliseconds }
      return (await store.write((tx) => insert.run(tx, row))) === 1
    },
  }
}
