import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startIdentity } from '../identity/test-identity.ts'
import { createConfigurations } from '../payments/configurations/configurations.ts'
import { createDemoAccount } from './demo-account.ts'

async function startDemo(t: Parameters<typeof startIdentity>[0]) {
  const started = await startIdentity(t)
  const { identity, store, clock, sealer, region, app } = started
  const payments = { configurations: createConfigurations({ store, clock }) }
  const create = () => createDemoAccount({ identity, payments, sealer, region })
  const tokenFor = async (form: Readonly<Record<string, string>>) =>
    app.inject({
      method: 'POST',
      url: '/auth/connect/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams(form).toString(),
    })
  return { ...started, create, tokenFor }
}

test('the demo account has a client for each way in, and people of each licence with names', async (t) => {
  const { create } = await startDemo(t)
  const { region } = await create()
  assert.deepEqual(
    region.clients.map(({ name, clientType, flows }) => [name, clientType, ...flows]),
    [
      ['backend', 'confidential', 'client_credentials'],
      ['store', 'confidential', 'authorization_code'],
      ['legacy', 'confidential', 'password'],
      ['browser', 'public', 'authorization_code', 'implicit'],
      ['resource-server', 'confidential'],
    ],
  )
  for (const { name, clientType, clientSecret, scopes } of region.clients) {
    assert.equal(clientSecret === undefined, clientType === 'public')
    assert.equal(scopes.includes('globalpci'), name !== 'resource-server')
  }
  assert.deepEqual(
    region.users.map(({ licence, displayName }) => [licence, displayName]),
    [
      ['agent', 'Alex Agent'],
      ['supervisor', 'Sam Supervisor'],
      ['administrator', 'Ada Administrator'],
    ],
  )
})

test('the secrets that it says are those that work', async (t) => {
  const { create, tokenFor } = await startDemo(t)
  const { region } = await create()
  const secretOf = (wanted: string) => {
    const { clientId = '', clientSecret = '' } = region.clients.find(({ name }) => name === wanted) ?? {}
    return { client_id: clientId, client_secret: clientSecret }
  }
  const backend = { grant_type: 'client_credentials', scope: 'globalpci', ...secretOf('backend') }
  assert.equal((await tokenFor(backend)).statusCode, 200)
  for (const { username, password } of region.users) {
    const form = { grant_type: 'password', scope: 'globalpci offline_access', username, password }
    const answer = await tokenFor({ ...form, ...secretOf('legacy') })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.ok(answer.json().refresh_token)
  }
})

test('what an older version left is brought up to date, under its ids and secrets', async (t) => {
  const { create, identity } = await startDemo(t)
  const before = await create()
  const [backend, store] = before.region.clients
  const agent = await identity.users.findByUsername('agent')
  assert.ok(backend && store && agent)
  await identity.clients.edit(store.clientId as never, {
    redirectUris: ['https://old.example/'],
    scopes: ['globalpci'],
  })
  for (const { clientId } of before.region.clients.slice(2)) await identity.clients.delete(clientId as never)
  await identity.users.edit(agent.id, { displayName: '' })

  const after = await create()
  const [backendAfter, storeAfter, ...made] = after.region.clients
  assert.deepEqual([backendAfter, storeAfter], [backend, store])
  assert.deepEqual(
    made.map(({ name }) => name),
    ['legacy', 'browser', 'resource-server'],
  )
  const kept = await identity.clients.findByName(after.accountId, 'store')
  assert.deepEqual(kept?.redirectUris, store.redirectUris)
  assert.deepEqual(kept?.scopes, store.scopes)
  assert.equal((await identity.users.findByUsername('agent'))?.displayName, 'Alex Agent')
  assert.equal((await identity.users.findByUsername('agent'))?.id, agent.id)
})

test('a second start changes nothing and writes nothing about clients and people', async (t) => {
  const { create, identity } = await startDemo(t)
  const before = await create()
  const edits = t.mock.method(identity.clients, 'edit')
  assert.deepEqual(await create(), before)
  assert.equal(edits.mock.callCount(), 0)
})
