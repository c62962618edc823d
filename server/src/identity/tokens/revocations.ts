import type { StoreParts } from '../../store/parts.ts'
import type { Connection, Store } from '../../store/store.ts'

/** What has been revoked before its time (RFC 7009). */
export interface Revocations {
  /**
   * Whether an access token is good no more: it, or the grant that it came of, has been revoked. A look-up in
   * memory; what another process has revoked is known within a second.
   *
   * @param jti a GUID, or two with a dot between: the grant's and the token's own.
   */
  isRevoked(jti: string): boolean
  /**
   * Revokes an access token (`jti`) or all that came of a grant (its id). Durable, and known here at once.
   *
   * @param expiresAt when every token that it concerns has expired, in milliseconds since the epoch.
   */
  revoke(id: string, expiresAt: number): Promise<void>
}

/** {@link Revocations.revoke} as a part of a larger transaction. */
export type Revoke = (id: string, expiresAt: number) => Promise<void>

/** Revocations that follow the store. */
export interface OpenRevocations extends Revocations {
  /**
   * Runs a transaction that may revoke, by the rules of `store.write`. What it has revoked is known here by the
   * time that it resolves; when it fails, nothing was revoked.
   */
  write<T>(operation: (transaction: Connection, revoke: Revoke) => Promise<T>): Promise<T>
  /** Stops following, and resolves when nothing of it is under way. */
  close(): Promise<void>
}

const readEveryMilliseconds = 500
/** Clocks of nodes differ, and a transaction is seen only some time after it has read its own. */
const readOverlapMilliseconds = 30_000
/** A revocation outlives its tokens by so much, for nodes whose clocks are behind. */
const clockSlackMilliseconds = 60_000
const forgetEveryMilliseconds = 60_000

/**
 * Reads what has been revoked, and follows what other processes revoke. It is kept in memory until the tokens
 * have expired anyway, so that memory is bounded by what is revoked in a token's life. What has expired while no process
 * was there is read once all the same: views that were opened by it have still to be closed.
 */
export async function createRevocations({
  store,
  clock,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'log'>): Promise<OpenRevocations> {
  const { insert, revokedSince } = prepareStatements(store)
  /** When each may be forgotten, by its id. */
  const revoked = new Map<string, number>()
  let readAt = Number.NEGATIVE_INFINITY
  let forgetAt = clock.now() + forgetEveryMilliseconds
  let failing = false
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    const now = clock.now()
    const isFirst = readAt === Number.NEGATIVE_INFINITY
    const since = isFirst ? 0 : readAt - readOverlapMilliseconds
    const until = isFirst ? 0 : now
    for (const { id, expires_at } of await revokedSince.all(store.reader, { since, now: until })) {
      revoked.set(id, expires_at)
    }
    readAt = now
  }

  function forgetExpired(): void {
    const now = clock.now()
    if (now < forgetAt) return
    forgetAt = now + forgetEveryMilliseconds
    for (const [id, expiresAt] of revoked) if (expiresAt <= now) revoked.delete(id)
  }

  async function follow(): Promise<void> {
    try {
      await read()
      failing = false
    } catch (error) {
      if (!failing) log.error({ err: error }, 'revocations could not be read; retrying')
      failing = true
    }
    forgetExpired()
  }

  async function write<T>(operation: (transaction: Connection, revoke: Revoke) => Promise<T>): Promise<T> {
    let ids: (readonly [string, number])[] = []
    const value = await store.write((transaction) => {
      ids = []
      return operation(transaction, async (id, expiresAt) => {
        const expires_at = expiresAt + clockSlackMilliseconds
        await insert.run(transaction, { id, revoked_at: clock.now(), expires_at })
        ids.push([id, expires_at])
      })
    })
    for (const [id, expiresAt] of ids) revoked.set(id, expiresAt)
    return value
  }

  function isRevoked(jti: string): boolean {
    if (revoked.has(jti)) return true
    const dot = jti.indexOf('.')
    return dot >= 0 && revoked.has(jti.slice(0, dot))
  }

  await read()
  const stop = clock.every(readEveryMilliseconds, () => {
    reading ??= follow().finally(() => {
      reading = undefined
    })
  })
  return {
    isRevoked,
    async revoke(id, expiresAt) {
      if (!isRevoked(id)) await write((_, revoke) => revoke(id, expiresAt))
    },
    write,
    async close() {
      stop()
      await reading
    },
  }
}

function prepareStatements(store: Store) {
  return {
    insert: store.prepare((db, p: { id: string; revoked_at: number; expires_at: number }) =>
      db
        .insertInto('revocation')
        .values({ id: p.id, revoked_at: p.revoked_at, expires_at: p.expires_at })
        .onConflict((conflict) => conflict.column('id').doNothing()),
    ),
    revokedSince: store.prepare((db, p: { since: number; now: number }) =>
      db
        .selectFrom('revocation')
        .select(['id', 'expires_at'])
        .where('revoked_at', '>=', p.since)
        .where('expires_at', '>', p.now),
    ),
  }
}
