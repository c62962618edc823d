import { hash } from 'node:crypto'
import type { TestContext } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import type { Region } from '../../base/region.ts'
import type { Store } from '../../store/store.ts'
import { type CodeOrder, createAuthorizationCodes } from '../authorize/authorization-codes.ts'
import type { NewClient } from '../clients/create-client.ts'
import { nam, readJwt, startIdentity } from '../test-identity.ts'
import { createRevocations } from '../tokens/revocations.ts'
import { createRevokeGrants } from '../tokens/revoke-grants.ts'

export const redirectUri = 'https://desktop.example.com/callback'
export const verifier = 'a-verifier-of-43-characters-and-then-some~._'
export const challenge = hash('sha256', verifier, 'base64url')
export const fullScope = 'globalpci openid offline_access'

/** Another region, with a store and keys of its own. */
export const emeaRegion: Region = {
  name: 'emea',
  issuer: nam.issuer.replace('nam', 'emea'),
  apiUrl: nam.apiUrl.replace('nam', 'emea'),
  paymentOrigin: nam.paymentOrigin.replace('nam', 'emea'),
}

export type Changes = Readonly<Record<string, string | null>>

/** A client that people sign in with. */
export const ofPeople: Partial<NewClient> = {
  flows: ['authorization_code'],
  scopes: ['globalpci', 'users:read', 'openid', 'profile', 'offline_access'],
  redirectUris: [redirectUri],
}

/** A client as it speaks: with its secret, or without one when it is public. */
export interface Speaker {
  readonly clientId: Guid
  readonly clientSecret: string | null
}

/**
 * For the tests: an identity server with a person, a client that they sign in with, and codes as the authorization
 * endpoint makes them. `other` is what another process has on the same store.
 */
export async function startGrants(
  t: TestContext,
  options: NonNullable<Parameters<typeof startIdentity>[1]> = {},
) {
  const started = await startIdentity(t, { ...options, client: { ...ofPeople, ...options.client } })
  const { store, clock, newGuid, identity, account, app, clientId, secret } = started
  const own: Speaker = { clientId, clientSecret: secret === '' ? null : secret }
  const person = {
    accountId: account.id,
    username: 'agent.one',
    displayName: 'Agent One',
    password: 'correct horse battery',
    agentId: 'agent12345',
    licence: 'agent',
  } as const
  const { id: userId } = await identity.users.create(person)
  const signInId = newGuid()
  const other = await startOther(t, started)

  const issueCode = (changes: Partial<CodeOrder> = {}): Promise<string> =>
    other.codes.issue({
      clientId,
      userId,
      signInId,
      redirectUri,
      redirectUriSent: true,
      scope: fullScope,
      codeChallenge: challenge,
      nonce: 'n-1',
      authenticatedAt: clock.now(),
      keyThumbprint: null,
      ...changes,
    })

  const disableRow = store.prepare((db, p: { id: Guid; at: number }) =>
    db.updateTable('user').set({ disabled_at: p.at }).where('id', '=', p.id),
  )

  async function letsIn(accessToken: string): Promise<boolean> {
    const headers = { authorization: `Bearer ${accessToken}` }
    try {
      await identity.bearer({ method: 'GET', url: '/globalpci/v1/sessions', headers })
      return true
    } catch {
      return false
    }
  }

  return {
    ...started,
    /** Starts another node on the database, and says how the client speaks to it. */
    async startAgain() {
      const again = await started.startAgain()
      return { ...again, ...grantRequests(again.app, own, issueCode) }
    },
    own,
    person,
    userId,
    signInId,
    other,
    issueCode,
    ...grantRequests(app, own, issueCode),
    letsIn,
    disableUser: () => store.write((tx) => disableRow.run(tx, { id: userId, at: clock.now() })),
    ...failures(t, store),
  }
}

type Started = Awaited<ReturnType<typeof startIdentity>>

/** The codes of another node, on this store or another one of the same database. */
export async function startOther(
  t: TestContext,
  { store, clock, random, newGuid, log }: Pick<Started, 'store' | 'clock' | 'random' | 'newGuid' | 'log'>,
) {
  const revocations = await createRevocations({ store, clock, log })
  t.after(() => revocations.close())
  const revokeGrants = createRevokeGrants({ store, clock, revocations, tokenLifetimeSeconds: 3600 })
  const codes = createAuthorizationCodes({
    store,
    clock,
    random,
    newGuid,
    log,
    revocations,
    revokeGrants,
    revocationLifetimeMilliseconds: 86_400_000,
    grantLifetimeSeconds: 90 * 86_400,
  })
  return { revocations, revokeGrants, codes }
}

/** What a client sends, `own` unless another one is said. */
function grantRequests(
  app: Started['app'],
  own: Speaker,
  issueCode: (changes?: Partial<CodeOrder>) => Promise<string>,
) {
  /** Sends a form as a client; parameters that are `null` are left out. */
  function post(
    path: string,
    form: Changes,
    { clientId, clientSecret }: Speaker = own,
    headers: Readonly<Record<string, string>> = {},
  ) {
    const sent = Object.entries({ client_id: clientId, client_secret: clientSecret, ...form }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    )
    return app.inject({
      method: 'POST',
      url: `/auth/connect/${path}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(sent).toString(),
    })
  }

  const redeem = (code: string, changes: Changes = {}, speaker?: Speaker) => {
    const form = { code, redirect_uri: redirectUri, code_verifier: verifier, ...changes }
    return post('token', { grant_type: 'authorization_code', ...form }, speaker)
  }
  const refresh = (token: string, changes: Changes = {}, speaker?: Speaker) =>
    post('token', { grant_type: 'refresh_token', refresh_token: token, ...changes }, speaker)

  /** What the client holds after a sign-in. */
  async function signIn(changes: Partial<CodeOrder> = {}, speaker: Speaker = own): Promise<Held> {
    const code = await issueCode({ clientId: speaker.clientId, ...changes })
    const answer = await redeem(code, {}, speaker)
    if (answer.statusCode !== 200) throw new Error(answer.body)
    const { access_token: accessToken, refresh_token: refreshToken, ...rest } = answer.json()
    return { code, accessToken, refreshToken, rest, grantId: readJwt(accessToken).claims.jti.split('.')[0] }
  }

  const introspect = async (token: string, speaker?: Speaker) =>
    (await post('introspect', { token }, speaker)).json()

  return { post, redeem, refresh, signIn, introspect }
}

function failures(t: TestContext, store: Store) {
  return {
    /** Has the next transactions fail at their end, as a crash before the commit would. */
    failWrites() {
      const { write } = store
      t.mock.method(store, 'write', (operation: Parameters<typeof write>[0]) =>
        write(async (transaction) => {
          await operation(transaction)
          throw new Error('the machine stopped')
        }),
      )
      return () => t.mock.restoreAll()
    },
    /** Has one transaction fail, and those that come after it not. */
    failNextWrite() {
      const { write } = store
      t.mock.method(store, 'write', (operation: Parameters<typeof write>[0]) => {
        t.mock.restoreAll()
        return write(async (transaction) => {
          await operation(transaction)
          throw new Error('the machine stopped')
        })
      })
    },
  }
}

interface Held {
  readonly code: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly grantId: Guid
  readonly rest: Readonly<Record<string, unknown>>
}
