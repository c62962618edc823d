import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import type { NewClient } from '../clients/create-client.ts'
import { authorized, nam, readJwt } from '../test-identity.ts'
import type { NewUser } from '../users/create-user.ts'
import { createRevocations } from './revocations.ts'
import { type Claims, expired, invalid, metadata, startBearer } from './test-bearer.ts'

interface UserChanges {
  readonly agent_id: string | null
  readonly account_id: number
  readonly disabled_at: number | null
}

/** An agent of the client's account, or of another one, and a token that the client got for them. */
async function startWithPerson(
  t: TestContext,
  order: {
    readonly client?: Partial<NewClient>
    readonly user?: Partial<NewUser>
    readonly claims?: Claims
  } = {},
) {
  const started = await startBearer(t, order.client === undefined ? {} : { client: order.client })
  const { identity, account, store, clock, forge } = started
  const elsewhere = await identity.accounts.create({ name: 'Elsewhere', production: true })
  const { id: userId } = await identity.users.create({
    accountId: account.id,
    username: 'ada',
    password: 'correct horse battery',
    agentId: 'agent12345',
    licence: 'agent',
    ...order.user,
  })
  const personToken = await forge({ sub: userId, agent_id: 'agent12345', ...order.claims })
  const update = store.prepare((db, p: UserChanges & { id: Guid }) =>
    db
      .updateTable('user')
      .set({ agent_id: p.agent_id, account_id: p.account_id, disabled_at: p.disabled_at })
      .where('id', '=', p.id),
  )
  const remove = store.prepare((db, p: { id: Guid }) => db.deleteFrom('user').where('id', '=', p.id))
  const asItWas: UserChanges = { agent_id: 'agent12345', account_id: account.id, disabled_at: null }
  const change = (changes: Partial<UserChanges>) =>
    store.write((tx) => update.run(tx, { id: userId, ...asItWas, ...changes }))
  return {
    ...started,
    elsewhere,
    userId,
    personToken,
    deleteUser: () => store.write((tx) => remove.run(tx, { id: userId })),
    changeUser: change,
    disableUser: () => change({ disabled_at: clock.now() }),
  }
}

test('a token of a person names the agent, and the second time without a promise (RFC-38)', async (t) => {
  const { identity, personToken, clientId, account, userId } = await startWithPerson(t)
  const caller = await identity.bearer(authorized(`Bearer ${personToken}`))
  const { access, expiresAt, ...about } = caller
  assert.equal(expiresAt, Number(readJwt(personToken).claims.exp) * 1000)
  assert.deepEqual(about, { clientId, account, agentId: 'agent12345', allowedOrigins: new Set() })
  const { jti, madeAt, ...holder } = access
  assert.deepEqual(holder, { clientId, accountId: account.id, userId, agentId: 'agent12345' })
  assert.equal(jti, readJwt(personToken).claims.jti)
  assert.equal(typeof madeAt, 'number')
  assert.equal(identity.bearer(authorized(`Bearer ${personToken}`)), caller)
})

for (const licence of ['agent', 'supervisor', 'administrator'] as const) {
  for (const agentId of [null, ''] as const) {
    test(`a person who is no agent (licence ${licence}, agent id ${agentId}) is let in nowhere, least of all as a back end`, async (t) => {
      const user = { agentId, licence }
      const claims = { agent_id: agentId ?? undefined }
      const { identity, personToken, token } = await startWithPerson(t, { user, claims })
      for (const _ of ['first', 'again']) {
        await assert.rejects(async () => identity.bearer(authorized(`Bearer ${personToken}`)), {
          code: 'person-without-agent',
          status: 403,
        })
      }
      assert.equal('agentId' in (await identity.bearer(authorized(`Bearer ${token}`))), false)
    })
  }
}

for (const what of ['disabled', 'deleted'] as const) {
  test(`the tokens of a ${what} person stop working within a second, those of the client do not`, async (t) => {
    const { refusalOf, personToken, token, disableUser, deleteUser, clock } = await startWithPerson(t)
    assert.equal(await refusalOf(`Bearer ${personToken}`), 'let in')
    await (what === 'disabled' ? disableUser() : deleteUser())
    await clock.advance(1000)
    assert.deepEqual(await refusalOf(`Bearer ${personToken}`), invalid)
    assert.equal(await refusalOf(`Bearer ${token}`), 'let in')
  })
}

test('who is refused is known to the log', async (t) => {
  const started = await startWithPerson(t)
  const { identity, personToken, token, clientId, account, userId, disableUser, disableClient, clock } =
    started
  await disableUser()
  await disableClient(clientId)
  await clock.advance(1000)
  for (const [text, refused] of [
    [token, { clientId, accountId: account.id }],
    [personToken, { clientId, accountId: account.id, userId, agentId: 'agent12345' }],
  ] as const) {
    await assert.rejects(
      async () => identity.bearer(authorized(`Bearer ${text}`)),
      (error) => {
        assert.ok(error instanceof Problem)
        assert.deepEqual(error.options.refused, refused)
        return true
      },
    )
  }
})

test('the tokens of a deleted client stop working within a second', async (t) => {
  const { refusalOf, token, identity, clientId, clock } = await startWithPerson(t)
  assert.equal(await refusalOf(`Bearer ${token}`), 'let in')
  await identity.clients.delete(clientId)
  await clock.advance(1000)
  assert.deepEqual(await refusalOf(`Bearer ${token}`), invalid)
})

test('the tokens of a person stop working with their client', async (t) => {
  const { refusalOf, personToken, disableClient, clientId, clock } = await startWithPerson(t)
  assert.equal(await refusalOf(`Bearer ${personToken}`), 'let in')
  await disableClient(clientId)
  await clock.advance(1000)
  assert.deepEqual(await refusalOf(`Bearer ${personToken}`), invalid)
})

for (const [what, changes] of [
  ['become another agent', { agent_id: 'agent2' }],
  ['become no agent, which would let them act for every one', { agent_id: null }],
] as const) {
  test(`a person who has ${what} needs another token`, async (t) => {
    const { refusalOf, personToken, changeUser, clock } = await startWithPerson(t)
    assert.equal(await refusalOf(`Bearer ${personToken}`), 'let in')
    await changeUser(changes)
    await clock.advance(1000)
    assert.deepEqual(await refusalOf(`Bearer ${personToken}`), invalid)
    await changeUser({})
    await clock.advance(1000)
    assert.equal(await refusalOf(`Bearer ${personToken}`), 'let in')
  })
}

test('what the check of one token has read of a person counts for their other tokens at once', async (t) => {
  const { refusalOf, token, personToken, forge, userId, disableUser, clock } = await startWithPerson(t)
  const other = await forge({ sub: userId, agent_id: 'agent12345', jti: 'another' })
  const all = [token, personToken, other]
  await clock.advance(500)
  for (const each of all) assert.equal(await refusalOf(`Bearer ${each}`), 'let in')
  await clock.advance(500)
  for (const each of all) assert.equal(await refusalOf(`Bearer ${each}`), 'let in')
  await disableUser()
  await clock.advance(500)
  for (const each of [personToken, other]) assert.deepEqual(await refusalOf(`Bearer ${each}`), invalid)
})

test('what the check of one token has read of a client counts for its other tokens at once', async (t) => {
  const { refusalOf, token, personToken, disableClient, clientId, clock } = await startWithPerson(t)
  await clock.advance(500)
  for (const each of [token, personToken]) assert.equal(await refusalOf(`Bearer ${each}`), 'let in')
  await disableClient(clientId)
  await clock.advance(500)
  for (const each of [token, personToken]) assert.deepEqual(await refusalOf(`Bearer ${each}`), invalid)
})

test('a person who has moved to another account needs another token', async (t) => {
  const { refusalOf, personToken, changeUser, elsewhere, clock } = await startWithPerson(t)
  assert.equal(await refusalOf(`Bearer ${personToken}`), 'let in')
  await changeUser({ account_id: elsewhere.id })
  await clock.advance(1000)
  assert.deepEqual(await refusalOf(`Bearer ${personToken}`), invalid)
})

test('with a shared client a person acts for their own account, with another one not at all', async (t) => {
  for (const shared of [true, false]) {
    const { identity, refusalOf, forge, elsewhere, account } = await startWithPerson(t, {
      client: { shared },
    })
    const { id: sub } = await identity.users.create({
      accountId: elsewhere.id,
      username: 'zoe',
      password: 'correct horse battery',
      agentId: 'agent2',
      licence: 'supervisor',
    })
    const own = await forge({ sub, account: elsewhere.id, agent_id: 'agent2' })
    if (shared) {
      const caller = await identity.bearer(authorized(`Bearer ${own}`))
      assert.deepEqual(caller.account, elsewhere)
    } else assert.deepEqual(await refusalOf(`Bearer ${own}`), invalid)
    assert.deepEqual(
      await refusalOf(`Bearer ${await forge({ sub, account: account.id, agent_id: 'agent2' })}`),
      invalid,
    )
  }
})

test('a shared client without a person acts for its own account alone', async (t) => {
  const { refusalOf, forge, elsewhere } = await startWithPerson(t, { client: { shared: true } })
  assert.deepEqual(await refusalOf(`Bearer ${await forge({ account: elsewhere.id })}`), invalid)
})

test('an unknown person is nobody (RFC-51)', async (t) => {
  const { refusalOf, forge } = await startWithPerson(t)
  const sub = '3f2b8c1e-0000-4000-8000-000000000000'
  assert.deepEqual(await refusalOf(`Bearer ${await forge({ sub })}`), invalid)
})

test('another client’s id is no person (RFC-51)', async (t) => {
  const { refusalOf, forge, createClient } = await startWithPerson(t)
  const { clientId: sub } = await createClient()
  assert.deepEqual(await refusalOf(`Bearer ${await forge({ sub })}`), invalid)
})

test('client and person cost one read of the store a second each', async (t) => {
  const { identity, personToken, clock, store } = await startWithPerson(t)
  const request = authorized(`Bearer ${personToken}`)
  await identity.bearer(request)
  await clock.advance(1000)
  const execute = t.mock.method(store.reader, 'execute')
  await Promise.all(Array.from({ length: 20 }, () => identity.bearer(request)))
  for (let count = 0; count < 20; count += 1) identity.bearer(request)
  assert.equal(execute.mock.callCount(), 2)
})

test('what another process revokes, a token or its whole grant, stops working within a second (RFC-32)', async (t) => {
  const { refusalOf, forge, store, clock, log } = await startWithPerson(t)
  const elsewhere = await createRevocations({ store, clock, log })
  t.after(() => elsewhere.close())
  const grant = '01890000-0000-7000-8000-000000000001'
  const alone = await forge({ jti: '01890000-0000-7000-8000-00000000000a' })
  const ofGrant = await forge({ jti: `${grant}.01890000-0000-7000-8000-00000000000b` })
  const other = await forge({ jti: '01890000-0000-7000-8000-00000000000c' })
  const all = [alone, ofGrant, other]
  for (const token of all) assert.equal(await refusalOf(`Bearer ${token}`), 'let in')
  for (const id of ['01890000-0000-7000-8000-00000000000a', grant]) {
    await elsewhere.revoke(id, clock.now() + 3_600_000)
  }
  await clock.advance(1000)
  assert.deepEqual(await refusalOf(`Bearer ${alone}`), invalid)
  assert.deepEqual(await refusalOf(`Bearer ${ofGrant}`), invalid)
  assert.equal(await refusalOf(`Bearer ${other}`), 'let in')
  const unseen = await forge({ jti: `${grant}.01890000-0000-7000-8000-00000000000d` })
  assert.deepEqual(await refusalOf(`Bearer ${unseen}`), invalid)
})

test('the tokens of a key that was removed stop working within a second, also those that were seen before', async (t) => {
  const { refusalOf, token, keys, store, clock } = await startWithPerson(t)
  assert.equal(await refusalOf(`Bearer ${token}`), 'let in')
  const remove = store.prepare((db, p: { kid: string }) =>
    db.deleteFrom('signing_key').where('kid', '=', p.kid),
  )
  const unused = keys.find(({ algorithm }) => algorithm === 'RS256')
  const used = keys.find(({ algorithm }) => algorithm === 'ES256')
  await store.write((tx) => remove.run(tx, { kid: unused?.kid ?? '' }))
  await clock.advance(1000)
  assert.equal(await refusalOf(`Bearer ${token}`), 'let in')
  await store.write((tx) => remove.run(tx, { kid: used?.kid ?? '' }))
  await clock.advance(1000)
  assert.deepEqual(await refusalOf(`Bearer ${token}`), invalid)
})

test('tokens of other kinds are refused (RFC-39, RFC-53)', async (t) => {
  const { refusalOf, forge, userId, claims, clientId } = await startWithPerson(t)
  const { iss, exp, iat } = claims
  const only = (kept: Claims) => ({
    ...Object.fromEntries(Object.keys(claims).map((name) => [name])),
    ...kept,
  })
  const idToken = await forge(only({ iss, exp, iat, sub: userId, aud: clientId }), { typ: 'JWT' })
  for (const [what, text] of Object.entries({
    'an ID token': idToken,
    'an ID token for our audience': await forge({ aud: nam.apiUrl, sub: userId }, { typ: 'JWT' }),
    'a logout token': await forge({ events: {} }, { typ: 'logout+jwt' }),
    'a refresh token': '0123456789abcdef0123456789abcdef01234567890',
    'an access token of the agent view': 'eyJ.AAAA.0123456789abcdef',
    'a DPoP proof': await forge({}, { typ: 'dpop+jwt' }),
  })) {
    assert.deepEqual(await refusalOf(`Bearer ${text}`), invalid, what)
  }
})

test('a token for userinfo alone is not for the Payment API; one for both is (RFC-45)', async (t) => {
  const { refusalOf, forge } = await startWithPerson(t)
  const { issuer, apiUrl } = nam
  assert.deepEqual(await refusalOf(`Bearer ${await forge({ aud: issuer })}`), invalid)
  assert.deepEqual(await refusalOf(`Bearer ${await forge({ aud: [issuer] })}`), invalid)
  assert.equal(await refusalOf(`Bearer ${await forge({ aud: [apiUrl, issuer] })}`), 'let in')
})

test('a clock that is ahead or behind moves no expiry: one second late is late (RFC-39)', async (t) => {
  const { refusalOf, forge, clock } = await startWithPerson(t)
  const now = Math.floor(clock.now() / 1000)
  assert.deepEqual(await refusalOf(`Bearer ${await forge({ exp: now - 1 })}`), expired)
  assert.deepEqual(await refusalOf(`Bearer ${await forge({ exp: now })}`), expired)
  assert.equal(await refusalOf(`Bearer ${await forge({ exp: now + 1 })}`), 'let in')
  assert.equal(await refusalOf(`Bearer ${await forge({ iat: now + 5, nbf: now + 5 })}`), 'let in')
  assert.deepEqual(await refusalOf(`Bearer ${await forge({ iat: now + 6, nbf: now + 6 })}`), invalid)
})

test('a token without the scope is refused in the name of the scheme it came by (RFC-24)', async (t) => {
  const { refusalOf, forge, userId } = await startWithPerson(t)
  const token = await forge({ sub: userId, agent_id: 'agent12345', scope: 'openid' })
  assert.deepEqual(await refusalOf(`Bearer ${token}`), {
    status: 403,
    challenge: `Bearer error="insufficient_scope", scope="globalpci", ${metadata}`,
  })
})
