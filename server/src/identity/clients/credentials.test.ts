import assert from 'node:assert/strict'
import { argon2Sync, createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import { systemRandom } from '../../base/random.ts'
import { UniqueViolation } from '../../store/store.ts'
import { startIdentity } from '../test-identity.ts'
import { hashPassword } from '../users/hash-password.ts'

test('an account is found by its name, and names are unique', async (t) => {
  const { identity, account } = await startIdentity(t)
  assert.deepEqual(await identity.accounts.findByName('Harbour Street Books'), account)
  assert.equal(await identity.accounts.findByName('Nobody'), undefined)
  const live = await identity.accounts.create({ name: 'Live', production: true })
  assert.equal(live.id, account.id + 1)
  assert.equal((await identity.accounts.findByName('Live'))?.production, true)
  await assert.rejects(identity.accounts.create({ name: 'Live', production: true }), UniqueViolation)
})

test('an id is a GUID, a secret 40 characters of chance, and only its hash is kept (RFC-19)', async (t) => {
  const { createClient, store } = await startIdentity(t)
  const [one, other] = [await createClient(), await createClient()]
  assert.match(one.clientId, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  assert.match(one.clientSecret ?? '', /^[A-Za-z0-9]{40}$/)
  assert.notEqual(one.clientSecret, other.clientSecret)
  const secrets = store.prepare((db, p: { id: Guid }) =>
    db.selectFrom('client_secret').selectAll().where('client_id', '=', p.id),
  )
  const row = await secrets.first(store.reader, { id: one.clientId })
  assert.ok(row)
  assert.deepEqual(
    Buffer.from(row.sha256),
    createHash('sha256')
      .update(one.clientSecret ?? '')
      .digest(),
  )
  assert.ok(!JSON.stringify(row).includes(one.clientSecret ?? ''))
})

test('a client is found by its name in its account, without its secret', async (t) => {
  const { createClient, identity, account, disableClient } = await startIdentity(t)
  const order = {
    name: 'shop',
    clientType: 'public',
    flows: ['authorization_code'],
    scopes: ['globalpci', 'stats'],
    redirectUris: ['https://a.example/cb', 'https://b.example/cb'],
  } as const
  const { clientId, clientSecret } = await createClient(order)
  assert.equal(clientSecret, null)
  const found = await identity.clients.findByName(account.id, 'shop')
  assert.deepEqual(found, {
    clientId,
    accountId: account.id,
    ...order,
    postLogoutRedirectUris: [],
    allowedOrigins: [],
    authentication: 'none',
    publicKeys: [],
    dpopBound: false,
    shared: false,
    idTokenAlgorithm: null,
    accessTokenAlgorithm: null,
    disabled: false,
  })
  assert.equal(await identity.clients.findByName(account.id + 1, 'shop'), undefined)
  await assert.rejects(createClient(order), UniqueViolation)
  await disableClient(clientId)
  assert.equal((await identity.clients.findByName(account.id, 'shop'))?.disabled, true)
})

test('a secret may be given, so that it can be derived again', async (t) => {
  const { createClient, requestToken } = await startIdentity(t)
  const clientSecret = 'S'.repeat(40)
  const { clientId } = await createClient({ clientSecret })
  const answer = await requestToken({ client_id: clientId, client_secret: clientSecret })
  assert.equal(answer.statusCode, 200)
})

test('an order that contradicts itself is refused', async (t) => {
  const { createClient } = await startIdentity(t)
  for (const order of [
    { clientSecret: 'short' },
    { clientSecret: `${'x'.repeat(39)}:` },
    { clientType: 'public', clientSecret: 'S'.repeat(40), flows: [] },
    { clientType: 'public', flows: ['client_credentials'] },
    { redirectUris: ['https://a.example/ https://b.example/'] },
  ] as const) {
    await assert.rejects(createClient(order), TypeError)
  }
})

test('a user is found by the username in either case', async (t) => {
  const { identity, account } = await startIdentity(t)
  const order = {
    accountId: account.id,
    username: 'Agent.One',
    agentId: 'agent12345',
    licence: 'agent',
  } as const
  const { id } = await identity.users.create({ ...order, password: 'correct horse' })
  const { username: _, ...rest } = order
  assert.deepEqual(await identity.users.findByUsername('AGENT.one'), {
    id,
    username: 'agent.one',
    displayName: 'Agent.One',
    ...rest,
    disabled: false,
  })
  assert.equal(await identity.users.findByUsername('agent.two'), undefined)
  await assert.rejects(identity.users.create({ ...order, password: 'x' }), UniqueViolation)
})

test('a password is kept as Argon2id with its parameters and a salt of its own (RFC-19)', async () => {
  const [one, other] = [
    await hashPassword('correct horse', systemRandom),
    await hashPassword('correct horse', systemRandom),
  ]
  assert.notEqual(one, other)
  const [, scheme, version, parameters, salt = '', tag = ''] = one.split('$')
  assert.deepEqual([scheme, version, parameters], ['argon2id', 'v=19', 'm=19456,t=2,p=1'])
  const expected = argon2Sync('argon2id', {
    message: 'correct horse',
    nonce: Buffer.from(salt, 'base64'),
    parallelism: 1,
    tagLength: 32,
    memory: 19_456,
    passes: 2,
  })
  assert.deepEqual(Buffer.from(tag, 'base64'), expected)
})
