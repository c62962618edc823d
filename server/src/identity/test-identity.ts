import '../../test/reference/test-hold-answers.ts'
import { createHash } from 'node:crypto'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { type Clock, createMovableClock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import { createGuids } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import type { Region } from '../base/region.ts'
import { createSealer } from '../base/seal.ts'
import { createHttp, type Http } from '../http/http.ts'
import type { StoreParts } from '../store/parts.ts'
import { openTestStore } from '../store/test-store.ts'
import type { NewClient } from './clients/create-client.ts'
import { createIdentity } from './identity.ts'
import { makeKey, type SigningKeyParts } from './keys/signing-keys.ts'
import { prepareStoredKeys, type StoredPair } from './keys/stored-keys.ts'
import type { IdentitySettings } from './token-issuing.ts'
import { quickHashing } from './users/test-hashing.ts'

export const nam: Region = {
  name: 'nam',
  issuer: 'https://nam.example.com/auth',
  apiUrl: 'https://nam.api.example.com/globalpci',
  paymentOrigin: 'https://nam.pay.example.com',
}

const usual: IdentitySettings = {
  tokenLifetimeSeconds: 3600,
  signingAlgorithm: 'ES256',
  idTokenAlgorithm: 'RS256',
  keyRotationDays: 90,
  tokenRequestsPerSecond: null,
}

interface StartOptions {
  readonly settings?: Partial<IdentitySettings>
  readonly region?: Region
  readonly client?: Partial<NewClient>
}

const rsaPairs = new Map<string, Promise<StoredPair>>()

/** To find an RSA key takes as long as all the rest of a test: those of one process share theirs. */
function rsaPairOf(parts: Pick<SigningKeyParts, 'sealer' | 'region'>): Promise<StoredPair> {
  const { name } = parts.region
  const pair = rsaPairs.get(name) ?? makeKey('RS256', parts)
  rsaPairs.set(name, pair)
  return pair
}

/** For the tests: an identity server on a real store, with an account and one client, on a movable clock. */
export const startIdentity = (t: TestContext, options: StartOptions = {}) =>
  startIdentityOn(createMovableClock(), t, options)

/** The same on a clock of the test's own. */
export async function startIdentityOn<C extends Clock>(
  clock: C,
  t: TestContext,
  { settings = {}, region = nam, client = {} }: StartOptions = {},
) {
  const folder = makeTestFolder('tonegate-identity')
  const store = await openTestStore(join(folder, 'nam.db'))
  const random = systemRandom
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const parts = {
    store,
    clock,
    random,
    newGuid: createGuids({ clock, random }),
    sealer: createSealer(Buffer.alloc(32, 7), random),
    log,
    region,
    stylesheet: '/assets/pages.css',
    settings: { ...usual, ...settings },
  }
  await prepareStoredKeys(store).addFirst(await rsaPairOf(parts), clock.now())
  const identity = await createIdentity({ ...parts, ...quickHashing() })
  t.after(async () => {
    await identity.close()
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const account = await identity.accounts.create({ name: 'Harbour Street Books', production: false })
  const createClient = (order: Partial<NewClient> = {}) =>
    identity.clients.create({
      accountId: account.id,
      name: `client ${parts.newGuid()}`,
      flows: ['client_credentials'],
      scopes: ['globalpci', 'users:read'],
      ...order,
    })
  const { clientId, clientSecret } = await createClient(client)
  const secret = clientSecret ?? ''
  const app = createHttp({ region, log, proxy: 'none' })
  identity.routes(app)
  t.after(() => app.close())
  /** Opens the database once more, as another node has it. */
  async function openAgain() {
    const again = await openTestStore(join(folder, 'nam.db'))
    t.after(() => again.close())
    return again
  }

  return {
    ...parts,
    openAgain,
    /** Starts another node on the database. */
    async startAgain() {
      const other = { ...parts, store: await openAgain() }
      const otherIdentity = await createIdentity({ ...other, ...quickHashing() })
      t.after(() => otherIdentity.close())
      const otherApp = createHttp({ region, log, proxy: 'none' })
      otherIdentity.routes(otherApp)
      t.after(() => otherApp.close())
      return { ...other, identity: otherIdentity, app: otherApp }
    },
    identity,
    account,
    app,
    lines,
    clientId,
    secret,
    createClient,
    ...tokenRequests(app, clientId, secret),
    ...rowsBeside(parts),
  }
}

/** How the client asks for tokens. */
function tokenRequests(app: Http, clientId: string, secret: string) {
  const credentials = { client_id: clientId, client_secret: secret }
  const wellFormed = { grant_type: 'client_credentials', scope: 'globalpci', ...credentials }

  /** Sends a form; parameters that are `null` are left out of the well-formed request. */
  function requestToken(
    changes: Readonly<Record<string, string | null>> = {},
    { headers = {}, address = '192.0.2.1' }: RequestOptions = {},
  ) {
    const parameters = Object.entries({ ...wellFormed, ...changes }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    )
    return app.inject({
      method: 'POST',
      url: '/auth/connect/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      payload: new URLSearchParams(parameters).toString(),
      remoteAddress: address,
    })
  }

  /** The same with the credentials in an `Authorization` header. */
  const requestTokenByBasic = (
    changes: Readonly<Record<string, string | null>> = {},
    { authorization = basic(clientId, secret), ...options }: RequestOptions & BasicOptions = {},
  ) =>
    requestToken(
      { client_id: null, client_secret: null, ...changes },
      { ...options, headers: { authorization } },
    )

  const issue = async (changes: Readonly<Record<string, string | null>> = {}): Promise<string> =>
    (await requestToken(changes)).json().access_token

  return { requestToken, requestTokenByBasic, issue }
}

/** What is written to the store past the server. */
function rowsBeside({ store, clock, newGuid }: Pick<StoreParts, 'store' | 'clock' | 'newGuid'>) {
  const disable = store.prepare((db, p: { id: Guid; at: number }) =>
    db.updateTable('client').set({ disabled_at: p.at }).where('id', '=', p.id),
  )
  const addSecretRow = store.prepare((db, p: { id: Guid; client_id: Guid; sha256: Uint8Array }) =>
    db
      .insertInto('client_secret')
      .values({ id: p.id, client_id: p.client_id, sha256: p.sha256, created_at: 0 }),
  )
  return {
    disableClient: (id: Guid) => store.write((tx) => disable.run(tx, { id, at: clock.now() })),
    addSecret: (id: Guid, text: string) =>
      store.write((tx) =>
        addSecretRow.run(tx, {
          id: newGuid(),
          client_id: id,
          sha256: createHash('sha256').update(text).digest(),
        }),
      ),
  }
}

interface RequestOptions {
  readonly headers?: Readonly<Record<string, string>>
  readonly address?: string
}

interface BasicOptions {
  readonly authorization?: string
}

/** `Authorization: Basic` with both parts raw. */
export const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`

/** A request to the Payment API with this `Authorization` header. */
export const authorized = (authorization: string | undefined) => ({
  method: 'GET',
  url: '/globalpci/v1/session/1',
  headers: { authorization },
})

/** The header and the claims of a JWT. */
export function readJwt(token: string) {
  const [header = '', payload = ''] = token.split('.')
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString())
  return { header: read(header), claims: read(payload) }
}
