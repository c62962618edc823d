import { hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Store } from '../../store/store.ts'
import { prepareHoldUser } from '../users/hold-user.ts'
import type { KnownUser, KnownUsers } from '../users/known-users.ts'
import { createSecretCookie } from './secret-cookie.ts'

/** A person who has signed in with a browser. */
export interface SignIn {
  /** Names it where the cookie must not be: in codes, refresh tokens, ID tokens (`sid`). */
  readonly id: Guid
  readonly user: KnownUser
  /** When the person proved who they are, in milliseconds since the epoch. */
  readonly authenticatedAt: number
}

/** Which person a browser is signed in as. */
export interface SignIns {
  /** The one of the request's cookie; `undefined` when there is none, it has ended, or the person is disabled. */
  current(request: FastifyRequest): Promise<SignIn | undefined>
  /**
   * Signs the person in under a new cookie, durable before it resolves. The old one is worth nothing after that,
   * so that it does not help to have planted it (session fixation). The id stays while the person does.
   *
   * @param user as they were when the password was looked at.
   * @returns `undefined`, and nobody is signed in, when what it had opened was ended meanwhile: it may have been changed.
   */
  start(request: FastifyRequest, reply: FastifyReply, user: KnownUser): Promise<SignIn | undefined>
  /** Ends the browser's sign-in and takes its cookie back. */
  end(request: FastifyRequest, reply: FastifyReply): Promise<void>
}

const signInLifetimeMilliseconds = 12 * 3_600_000

/** Browser sessions: twelve hours from the password on, at most until the browser is closed. */
export function createSignIns({
  store,
  clock,
  random,
  newGuid,
  region,
  users,
}: Pick<StoreParts, 'store' | 'clock' | 'random' | 'newGuid' | 'region'> & {
  readonly users: KnownUsers
}): SignIns {
  const statements = prepareStatements(store)
  const holdUser = prepareHoldUser(store)
  const record = prepareRecord({ store, clock })
  const cookie = createSecretCookie('tonegate-sign-in', { region, random })
  const sha256Of = (secret: string) => hash('sha256', secret, 'buffer')

  return {
    async current(request) {
      const secret = cookie.read(request)
      if (secret === undefined) return undefined
      const row = await statements.find.first(store.reader, { sha256: sha256Of(secret), now: clock.now() })
      const user = row && (await users.find(row.user_id))
      return user && { id: row.id, user, authenticatedAt: row.authenticated_at }
    },
    async start(request, reply, user) {
      const before = cookie.read(request)
      const sha256 = sha256Of(cookie.renew(reply))
      const now = clock.now()
      const newId = newGuid()
      const id = await store.write(async (tx) => {
        if ((await holdUser(tx, user.id)) !== user.tokensValidFrom) return undefined
        const old = before && (await statements.remove.first(tx, { sha256: sha256Of(before) }))
        const stays = old && old.user_id === user.id && old.expires_at > now
        const id = stays ? old.id : newId
        const times = { authenticated_at: now, expires_at: now + signInLifetimeMilliseconds }
        await statements.insert.run(tx, { sha256, id, user_id: user.id, ...times })
        const target = { kind: 'user', id: user.id, name: user.username }
        const entry = { action: 'user.sign-in', target, account: user.account.id } as const
        await record(tx, entry, { kind: 'user', id: user.id, name: user.username })
        return id
      })
      return id && { id, user, authenticatedAt: now }
    },
    async end(request, reply) {
      const secret = cookie.read(request)
      cookie.clear(reply)
      if (secret === undefined) return
      await store.write(async (tx) => {
        const ended = await statements.remove.first(tx, { sha256: sha256Of(secret) })
        const user = ended && (await statements.account.first(tx, { id: ended.user_id }))
        if (!ended || !user) return
        const target = { kind: 'user', id: ended.user_id, name: user.username }
        const entry = { action: 'user.sign-out', target, account: user.account_id } as const
        await record(tx, entry, { kind: 'user', id: ended.user_id, name: user.username })
      })
    },
  }
}

function prepareStatements(store: Store) {
  interface SignInRow {
    readonly sha256: Uint8Array
    readonly id: Guid
    readonly user_id: Guid
    readonly authenticated_at: number
    readonly expires_at: number
  }
  return {
    find: store.prepare((db, p: { sha256: Uint8Array; now: number }) =>
      db
        .selectFrom('sign_in')
        .select(['id', 'user_id', 'authenticated_at'])
        .where('sha256', '=', p.sha256)
        .where('expires_at', '>', p.now),
    ),
    insert: store.prepare((db, p: SignInRow) =>
      db.insertInto('sign_in').values({
        sha256: p.sha256,
        id: p.id,
        user_id: p.user_id,
        authenticated_at: p.authenticated_at,
        expires_at: p.expires_at,
      }),
    ),
    account: store.prepare((db, p: { id: Guid }) =>
      db.selectFrom('user').select(['account_id', 'username']).where('id', '=', p.id),
    ),
    /** Answers what it has removed: to one alone of several who do. */
    remove: store.prepare((db, p: { sha256: Uint8Array }) =>
      db.deleteFrom('sign_in').where('sha256', '=', p.sha256).returning(['id', 'user_id', 'expires_at']),
    ),
  }
}
