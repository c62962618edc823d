import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createHttp, type Http } from '../http/http.ts'
import { openBrowser, startAuthorize } from './authorize/test-authorize.ts'
import { createIdentity } from './identity.ts'
import { startIdentity } from './test-identity.ts'
import { quickHashing } from './users/test-hashing.ts'

type Form = Readonly<Record<string, string>>

/** What the next process makes of the store and the sealing key that this one leaves. */
async function restart(t: TestContext, started: Awaited<ReturnType<typeof startIdentity>>): Promise<Http> {
  await started.identity.close()
  const identity = await createIdentity({ ...started, ...quickHashing() })
  const app = createHttp({ region: started.region, log: started.log, proxy: 'none' })
  identity.routes(app)
  t.after(async () => {
    await app.close()
    await identity.close()
  })
  return app
}

const asking = (app: Http) => async (form: Form, remoteAddress: string) => {
  const { statusCode } = await app.inject({
    method: 'POST',
    url: '/auth/connect/token',
    remoteAddress,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams(form).toString(),
  })
  return statusCode
}

test('what is closed to wrong secrets is closed after a restart, and a right one is let in (RFC-2)', async (t) => {
  const started = await startIdentity(t)
  const { requestToken, clientId, secret, clock } = started
  const right = {
    grant_type: 'client_credentials',
    scope: 'globalpci',
    client_id: clientId,
    client_secret: secret,
  }
  const wrong = { ...right, client_secret: 'x'.repeat(40) }
  for (let count = 0; count < 11; count += 1) await requestToken(wrong)
  const ask = asking(await restart(t, started))
  assert.equal(await ask(wrong, '192.0.2.1'), 429)
  assert.equal(await ask(right, '192.0.2.1'), 200)
  assert.equal(await ask(wrong, '203.0.113.9'), 400)
  await clock.advance(60_000)
  assert.equal(await ask(wrong, '192.0.2.1'), 400)
  const rows = started.store.prepare((db, _: object) => db.selectFrom('throttled').selectAll())
  assert.ok((await rows.all(started.store.reader, {})).length > 0)
  assert.ok(!JSON.stringify(await rows.all(started.store.reader, {})).includes(clientId))
})

test('a program that has signed a person in gets through after a restart, whatever others try (RFC-17)', async (t) => {
  const started = await startIdentity(t, { client: { flows: ['password'], scopes: ['globalpci'] } })
  const { identity, account, createClient, clientId, secret, store } = started
  const password = 'correct horse battery'
  const order = { accountId: account.id, password, agentId: null, licence: 'agent' } as const
  await identity.users.create({ ...order, username: 'agent.one' })
  const other = await createClient({ flows: ['password'], scopes: ['globalpci'] })
  const person = { grant_type: 'password', scope: 'globalpci', username: 'agent.one', password }
  const known: Form = { ...person, client_id: clientId, client_secret: secret }
  const unknown: Form = { ...person, client_id: other.clientId, client_secret: other.clientSecret ?? '' }
  assert.equal(await asking(started.app)(known, '192.0.2.1'), 200)

  const ask = asking(await restart(t, started))
  for (let count = 0; count < 20; count += 1) {
    await ask({ ...unknown, password: 'a guess' }, `198.51.100.${count}`)
  }
  assert.equal(await ask(unknown, '203.0.113.9'), 429)
  assert.equal(await ask(known, '192.0.2.1'), 200)
  assert.equal(await ask(known, '203.0.113.10'), 200, 'the program has moved')

  const third = asking(await restart(t, { ...started, identity: { ...identity, close: async () => {} } }))
  assert.equal(await third(unknown, '203.0.113.9'), 429, 'the name is closed still')
  assert.equal(await third(known, '203.0.113.10'), 200)
  const rows = store.prepare((db, _: object) => db.selectFrom('known_source').selectAll())
  assert.ok(!JSON.stringify(await rows.all(store.reader, {})).includes('agent.one'))
})

test('a known program that guesses waits as well, after a restart too (RFC-17)', async (t) => {
  const started = await startIdentity(t, { client: { flows: ['password'], scopes: ['globalpci'] } })
  const { identity, account, clientId, secret } = started
  const password = 'correct horse battery'
  const order = { accountId: account.id, password, agentId: null, licence: 'agent' } as const
  await identity.users.create({ ...order, username: 'agent.one' })
  const form = { grant_type: 'password', scope: 'globalpci', username: 'agent.one', password }
  const known: Form = { ...form, client_id: clientId, client_secret: secret }
  const ask = asking(started.app)
  assert.equal(await ask(known, '192.0.2.1'), 200)
  for (let count = 0; count < 5; count += 1) await ask({ ...known, password: 'a guess' }, '192.0.2.1')
  assert.equal(await ask(known, '192.0.2.1'), 429)
  assert.equal(await asking(await restart(t, started))(known, '192.0.2.1'), 429)
})

test('a browser with which a user signed in gets through after a restart (RFC-17)', async (t) => {
  const started = await startAuthorize(t)
  const { urlOf, password } = started
  const before = await started.signedIn()
  const page = await before.visit(urlOf({ prompt: 'login' }))
  const app = await restart(t, started)
  const known = openBrowser(app, before.cookies())
  const guess = async (browser: ReturnType<typeof openBrowser>, typed: string) =>
    (
      await browser.submitAndLoad(await browser.visit(urlOf({ prompt: 'login' })), {
        username: 'ada',
        password: typed,
      })
    ).statusCode
  for (let count = 0; count < 6; count += 1) await guess(openBrowser(app), 'a guess')
  assert.equal(await guess(openBrowser(app), password), 429)
  assert.equal(await guess(known, password), 303)
  assert.equal((await known.submit(page, { username: 'ada', password })).statusCode, 303)
})
