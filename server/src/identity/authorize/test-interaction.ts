import type { TestContext } from 'node:test'
import type { Region } from '../../base/region.ts'
import { createHttp, type Http } from '../../http/http.ts'
import type { NewClient } from '../clients/create-client.ts'
import { createKnownClients } from '../clients/known-clients.ts'
import { createDeprecationWarnings } from '../endpoints/deprecated-flow.ts'
import { createKeyring } from '../keys/keyring.ts'
import { nam, startIdentity } from '../test-identity.ts'
import { createIdTokens } from '../tokens/id-token.ts'
import type { AuthenticateUser, SignInOutcome } from '../users/authenticate-user.ts'
import { createKnownUsers, type KnownUsers } from '../users/known-users.ts'
import { createAuthorizationRequests, createAuthorizeUrl } from './authorization-request.ts'
import { createAuthorizationResponses } from './authorization-response.ts'
import { addAuthorizeEndpoint } from './authorize-endpoint.ts'
import { createIdTokenHints } from './id-token-hints.ts'
import { createInteraction } from './interaction.ts'
import { codeChallenge, openBrowser } from './test-authorize.ts'

export const redirectUri = 'https://desktop.example.com/cb'
export const afterSignOut = 'https://desktop.example.com/bye?from=tonegate'
export const password = 'correct horse battery'

interface StartOptions {
  readonly issuer?: string
  readonly stylesheet?: string
  readonly client?: Partial<NewClient>
}

/**
 * For the tests: the pages and what their forms are sent to, with an authorization endpoint whose code is always
 * `the-code`. Everybody's password is the same, and is checked without the cost of Argon2id.
 */
export async function startInteraction(
  t: TestContext,
  { issuer = nam.issuer, stylesheet = '/assets/pages.css', client = {} }: StartOptions = {},
) {
  const region = { ...nam, issuer }
  const started = await startDesktop(t, region, client)
  const { store, clock, log } = started
  const keyring = await createKeyring({
    ...started,
    keyRotationDays: 90,
    tokenLifetimeSeconds: 3600,
    defaults: { accessTokens: 'ES256', idTokens: 'RS256' },
  })
  t.after(() => keyring.close())
  const users = createKnownUsers({ store, clock })
  const clients = createKnownClients({ store, clock })
  const readHint = createIdTokenHints({ region, keyring })
  const read = createAuthorizationRequests({ clients, readHint })
  const answerClient = createAuthorizationResponses(region, stylesheet)
  const { authenticateUser, revokeOfSignIn, ...played } = playedOutcomes(started.identity, users)
  const interaction = createInteraction({
    ...started,
    region,
    stylesheet,
    clients,
    users,
    read,
    readHint,
    urlOf: createAuthorizeUrl(region),
    answerClient,
    authenticateUser,
    revokeOfSignIn,
  })

  const app = createHttp({ region, log, proxy: 'none' })
  t.after(() => app.close())
  interaction.routes(app)
  addAuthorizeEndpoint(app, '/auth/connect/authorize', {
    ...interaction,
    region,
    read,
    answerClient,
    clock,
    log,
    lifetimeSeconds: 3600,
    codes: { issue: async () => 'the-code' },
    issueAccessToken: async () => 'the-token',
    warnOfDeprecatedFlow: createDeprecationWarnings({ log, clock }),
  })
  return {
    ...started,
    region,
    app,
    interaction,
    users,
    keyring,
    ...played,
    ...(await createPeople(started)),
    ...browsing(app, started.clientId),
    issueIdToken: createIdTokens({ clock, region, keyring, algorithm: 'RS256', lifetimeSeconds: 3600 }),
  }
}

type Started = Awaited<ReturnType<typeof startIdentity>>

const startDesktop = (t: TestContext, region: Region, client: Partial<NewClient>) =>
  startIdentity(t, {
    region,
    client: {
      name: 'Agent desktop',
      flows: ['authorization_code'],
      scopes: ['globalpci', 'users:read', 'openid', 'profile', 'offline_access'],
      redirectUris: [redirectUri],
      postLogoutRedirectUris: [afterSignOut],
      ...client,
    },
  })

/** What checks passwords and ends grants, and does as the test says. */
function playedOutcomes(identity: Started['identity'], users: KnownUsers) {
  let outcome: SignInOutcome | undefined
  let failing = false
  const attempts: string[] = []
  const revoked: string[] = []
  return {
    async authenticateUser(attempt: Parameters<AuthenticateUser>[0]): Promise<SignInOutcome> {
      attempts.push(attempt.username)
      if (outcome !== undefined) return outcome
      const found = await identity.users.findByUsername(attempt.username)
      const user = found && (await users.find(found.id))
      const isRight = user !== undefined && Buffer.from(attempt.password).toString() === password
      return isRight ? { outcome: 'authenticated', user } : { outcome: 'refused' }
    },
    async revokeOfSignIn(signInId: string): Promise<void> {
      if (failing) throw new Error('the disk is full')
      revoked.push(signInId)
    },
    /** The usernames that were tried. */
    attempts,
    /** The sign-ins whose grants were ended. */
    revoked,
    /** Has the password check say this from here on. */
    answerAttempts(next: SignInOutcome) {
      outcome = next
    },
    /** Whether ending grants fails from here on. */
    failToRevoke(state: boolean) {
      failing = state
    },
  }
}

/** Ada, of the client's account, and Zoë, of another. */
async function createPeople({ identity, account }: Started) {
  const createUser = (username: string, displayName: string, accountId = account.id) =>
    identity.users.create({
      accountId,
      username,
      displayName,
      password,
      agentId: null,
      licence: 'agent',
    })
  const { id: adaId } = await createUser('ada', 'Ada Byron')
  const elsewhere = await identity.accounts.create({ name: 'Northern Lights', production: false })
  const { id: zoeId } = await createUser('zoe', 'Zoë Nowak', elsewhere.id)
  return { adaId, zoeId }
}

function browsing(app: Http, clientId: string) {
  const usual = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    scope: 'openid globalpci',
    state: 'xyz',
    code_challenge: codeChallenge,
    code_challenge_method: 'S256',
  }
  /** The address of an authorization request. */
  const request = (changes: Readonly<Record<string, string>> = {}) =>
    `/auth/connect/authorize?${new URLSearchParams({ ...usual, ...changes })}`

  /** A browser in which somebody has signed in. */
  async function signedIn(username: 'ada' | 'zoe' = 'ada') {
    const browser = openBrowser(app)
    await browser.submit(await browser.visit(request()), { username, password })
    return browser
  }
  return { request, signedIn, browser: () => openBrowser(app) }
}
