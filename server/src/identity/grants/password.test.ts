import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { entriesIn } from '../../audit/test-audit.ts'
import type { Guid } from '../../base/guid.ts'
import type { NewClient } from '../clients/create-client.ts'
import { createKnownClients } from '../clients/known-clients.ts'
import { readFormParameters } from '../endpoints/form-parameters.ts'
import { nam, readJwt, startIdentity } from '../test-identity.ts'
import type { SignInOutcome } from '../users/authenticate-user.ts'
import type { NewUser } from '../users/create-user.ts'
import type { IssueForUser } from './issue-for-user.ts'
import { passwordGrant } from './password.ts'

const password = 'correct horse battery'
const wrongBody = '{"error":"invalid_grant","error_description":"The username or password is wrong"}'

const legacy: Partial<NewClient> = {
  flows: ['password'],
  scopes: ['globalpci', 'users:read', 'openid', 'profile', 'offline_access'],
}

/** An identity server with a person, and a client that sends their password. */
async function startPasswords(t: TestContext, client: Partial<NewClient> = {}) {
  const started = await startIdentity(t, { client: { ...legacy, ...client } })
  const { identity, account, requestToken } = started
  const createUser = (order: Partial<NewUser> = {}) =>
    identity.users.create({
      accountId: account.id,
      username: 'agent.one',
      displayName: 'Agent One',
      password,
      agentId: 'agent12345',
      licence: 'agent',
      ...order,
    })
  const { id: userId } = await createUser()
  const person = { grant_type: 'password', username: 'agent.one', password }
  return {
    ...started,
    userId,
    createUser,
    signIn: (changes: Readonly<Record<string, string | null>> = {}, address = '192.0.2.1') =>
      requestToken({ ...person, ...changes }, { address }),
  }
}

test('a person’s password gets a token in their name (RFC-17, RFC-5)', async (t) => {
  const { signIn, userId, clientId, account } = await startPasswords(t)
  const answer = await signIn()
  assert.equal(answer.statusCode, 200, answer.body)
  assert.deepEqual(Object.keys(answer.json()), ['access_token', 'expires_in', 'token_type'])
  assert.equal(answer.headers['cache-control'], 'no-store')
  const { claims } = readJwt(answer.json().access_token)
  assert.equal(claims.sub, userId)
  assert.equal(claims.client_id, clientId)
  assert.equal(claims.account, account.id)
  assert.equal(claims.agent_id, 'agent12345')
  assert.equal(claims.scope, 'globalpci')
})

test('the audit log says that the person has signed in, and by which client', async (t) => {
  const { signIn, store, userId: id, clientId: client } = await startPasswords(t)
  await signIn({ scope: 'globalpci' })
  const [entry] = (await entriesIn(store)).filter(({ action }) => action === 'user.sign-in')
  assert.deepEqual(entry?.actor, { kind: 'user', id, name: 'agent.one', client })
})

test('the token opens the Payment API for the agent, until the person is disabled', async (t) => {
  const { signIn, identity, userId, clock } = await startPasswords(t)
  const token = (await signIn()).json().access_token
  const request = {
    method: 'GET',
    url: '/globalpci/v1/session/1',
    headers: { authorization: `Bearer ${token}` },
  }
  assert.equal((await identity.bearer(request)).agentId, 'agent12345')
  await identity.users.setDisabled(userId, 'disabled')
  await clock.advance(1000)
  await assert.rejects(async () => identity.bearer(request), { code: 'invalid-token' })
})

test('the client may authenticate by Basic (RFC-1)', async (t) => {
  const { requestTokenByBasic } = await startPasswords(t)
  const person = { grant_type: 'password', username: 'agent.one', password }
  assert.equal((await requestTokenByBasic(person)).statusCode, 200)
})

test('offline_access gets a refresh token, which works, and is not asked for by itself', async (t) => {
  const { signIn, requestToken, userId } = await startPasswords(t)
  assert.equal('refresh_token' in (await signIn()).json(), false)
  const granted = (await signIn({ scope: 'globalpci offline_access' })).json()
  const again = await requestToken({
    grant_type: 'refresh_token',
    refresh_token: granted.refresh_token,
    scope: null,
  })
  assert.equal(again.statusCode, 200, again.body)
  assert.equal(readJwt(again.json().access_token).claims.sub, userId)
  const [grantId] = readJwt(granted.access_token).claims.jti.split('.')
  assert.equal(readJwt(again.json().access_token).claims.jti.split('.')[0], grantId)
})

test('openid gets an ID token that says when the person proved who they are', async (t) => {
  const { signIn, userId, clientId, clock } = await startPasswords(t)
  const { id_token } = (await signIn({ scope: 'globalpci openid profile' })).json()
  const { claims } = readJwt(id_token)
  assert.equal(claims.sub, userId)
  assert.equal(claims.aud, clientId)
  assert.equal(claims.auth_time, Math.floor(clock.now() / 1000))
  assert.equal(claims.name, 'Agent One')
  assert.equal('sid' in claims, false)
  assert.equal('nonce' in claims, false)
})

for (const name of ['username', 'password'] as const) {
  test(`without a ${name} it is an invalid request (RFC-17, RFC-6)`, async (t) => {
    const { signIn } = await startPasswords(t)
    for (const value of [null, '']) {
      const answer = await signIn({ [name]: value })
      assert.equal(answer.statusCode, 400)
      assert.equal(answer.body, `{"error":"invalid_request","error_description":"The ${name} is missing"}`)
    }
  })
}

test('wrong, unknown, disabled and of another account are answered byte for byte alike (RFC-17)', async (t) => {
  const { signIn, createUser, identity } = await startPasswords(t)
  const gone = await createUser({ username: 'agent.gone' })
  await identity.users.setDisabled(gone.id, 'disabled')
  const other = await identity.accounts.create({ name: 'Quay Lane Shoes', production: false })
  await createUser({ username: 'agent.other', accountId: other.id })
  const answers = [
    await signIn({ password: 'wrong' }),
    await signIn({ username: 'nobody' }),
    await signIn({ username: 'agent.gone' }),
    await signIn({ username: 'agent.other' }),
    await signIn({ username: 'x'.repeat(300) }),
    await signIn({ password: 'x'.repeat(2000) }),
  ]
  for (const { statusCode, body, headers } of answers) {
    assert.equal(statusCode, 400)
    assert.equal(body, wrongBody)
    assert.deepEqual(Object.keys(headers), Object.keys(answers[0]?.headers ?? {}))
  }
})

test('a right password that a program of another account sends is in the audit log, of the user’s account', async (t) => {
  const { signIn, createUser, identity, store } = await startPasswords(t)
  const other = await identity.accounts.create({ name: 'Quay Lane Shoes', production: false })
  const { id } = await createUser({ username: 'agent.other', accountId: other.id })
  await signIn({ username: 'agent.other' })
  const { account, target, details } = await eventually(async () =>
    (await entriesIn(store)).find(({ action }) => action === 'user.sign-in.refused'),
  )
  assert.deepEqual(
    [account, target, details],
    [other.id, { id, kind: 'user', name: 'agent.other' }, { reason: 'foreign-account' }],
  )
})

test('a client that was not registered for the flow is refused (RFC-17, RFC-43)', async (t) => {
  const { signIn } = await startPasswords(t, { flows: ['client_credentials', 'authorization_code'] })
  assert.equal((await signIn()).json().error, 'unauthorized_client')
})

test('the flow is for confidential clients, and none other can be registered for it (RFC-17)', async (t) => {
  const { signIn, createClient, store, clientId } = await startPasswords(t)
  await assert.rejects(createClient({ ...legacy, clientType: 'public' }), TypeError)
  const makePublic = store.prepare((db, p: { id: Guid }) =>
    db.updateTable('client').set({ client_type: 'public' }).where('id', '=', p.id),
  )
  await store.write((tx) => makePublic.run(tx, { id: clientId }))
  assert.equal((await signIn({ client_secret: null })).json().error, 'unauthorized_client')
})

test('the client authenticates before its request is looked at (RFC-1, RFC-17)', async (t) => {
  const { signIn } = await startPasswords(t)
  const answer = await signIn({ client_secret: 'x'.repeat(40), password: 'wrong' })
  assert.equal(answer.body, '{"error":"invalid_client"}')
})

test('a shared client takes no passwords', async (t) => {
  const { signIn } = await startPasswords(t, { shared: true })
  const answer = await signIn()
  assert.equal(answer.statusCode, 400)
  assert.equal(answer.json().error, 'invalid_grant')
  assert.equal((await signIn({ password: 'wrong' })).body, answer.body)
})

test('a scope that the client was not given is refused, before the password is looked at (RFC-4)', async (t) => {
  const { signIn } = await startPasswords(t)
  for (let count = 0; count < 20; count += 1) {
    const answer = await signIn({ scope: 'globalpci admin:write', password: 'wrong' })
    assert.equal(answer.json().error, 'invalid_scope')
  }
  assert.equal((await signIn()).statusCode, 200)
})

test('guessing has to wait, by 429 and Retry-After, and says nothing of the password (RFC-17, RFC-2)', async (t) => {
  const { signIn, clock } = await startPasswords(t)
  for (let count = 0; count < 5; count += 1)
    assert.equal((await signIn({ password: 'wrong' })).body, wrongBody)
  const answers = [await signIn(), await signIn({ password: 'wrong' })]
  for (const answer of answers) {
    assert.equal(answer.statusCode, 429)
    assert.equal(answer.headers['retry-after'], '1')
    assert.equal(answer.headers['cache-control'], 'no-store')
    assert.equal(
      answer.body,
      '{"error":"temporarily_unavailable","error_description":"Too many failed attempts. Try again later."}',
    )
  }
  assert.equal((await signIn({}, '203.0.113.9')).statusCode, 200)
  await clock.advance(1000)
  assert.equal((await signIn()).statusCode, 200)
})

test('an unknown username has to wait as a known one does (RFC-17)', async (t) => {
  const { signIn } = await startPasswords(t)
  const outcomes = async (username: string) => {
    const seen = []
    for (let count = 0; count < 7; count += 1) {
      const { statusCode, body, headers } = await signIn({ username, password: 'wrong' })
      seen.push([statusCode, body, headers['retry-after']])
    }
    return seen
  }
  assert.deepEqual(await outcomes('agent.one'), await outcomes('nobody'))
})

async function grantWith(t: TestContext, outcome: SignInOutcome) {
  const { store, clock, newGuid, log, clientId } = await startPasswords(t)
  const client = await createKnownClients({ store, clock }).find(clientId)
  assert.ok(client)
  const never = async () => assert.fail('a token was issued')
  const issueForUser: IssueForUser = { first: never, again: never }
  const authenticateUser = async () => outcome
  const parts = { store, newGuid, clock, log }
  const grant = passwordGrant({ ...parts, authenticateUser, issueForUser, warn: () => {} })
  const parameters = readFormParameters(
    Buffer.from(`scope=globalpci&username=agent.one&password=${encodeURIComponent(password)}`),
  )
  const request = { arrival: 1, onAnswered: () => {} }
  const sender = { client, address: '192.0.2.1', addresses: nam, keyThumbprint: null }
  return grant({ ...sender, parameters, request, admit: () => {} })
}

test('when too many people sign in at once it says when to come again (RFC-17)', async (t) => {
  await assert.rejects(grantWith(t, { outcome: 'busy', retryAfterSeconds: 2 }), {
    code: 'temporarily_unavailable',
    status: 429,
    headers: { 'retry-after': '2' },
    description: 'Too many sign-ins at the moment. Try again later.',
  })
})

test('no password is logged, be it right, wrong, throttled or ours to answer for (RFC-19)', async (t) => {
  const { signIn, lines, store } = await startPasswords(t)
  const guess = 'a guess that nobody shall read'
  await signIn()
  for (let count = 0; count < 7; count += 1) await signIn({ password: guess })
  await signIn({ username: guess })
  t.mock.method(store.reader, 'execute', async () => {
    throw new Error('disk gone')
  })
  assert.equal((await signIn({}, '203.0.113.9')).statusCode, 500)
  const all = lines.join('')
  assert.ok(all.includes('disk gone'))
  assert.ok(all.includes('"outcome":"refused"'))
  assert.ok(all.includes('"outcome":"throttled"'))
  for (const secret of [password, guess]) assert.ok(!all.includes(secret))
})

test('its use is warned of once, whatever comes of it (RFC-43)', async (t) => {
  const { signIn, lines, clientId } = await startPasswords(t)
  for (const changes of [{ password: 'wrong' }, {}, {}]) await signIn(changes)
  const warnings = lines.map((line) => JSON.parse(line)).filter(({ flow }) => flow === 'password')
  assert.deepEqual(
    warnings.map((entry) => [entry.level, entry.clientId]),
    [[40, clientId]],
  )
})
