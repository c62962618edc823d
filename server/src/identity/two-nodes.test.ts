import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Guid } from '../base/guid.ts'
import { prepareCreateAccount } from './accounts/create-account.ts'
import { createConsents } from './authorize/consents.ts'
import { createSignIns } from './authorize/sign-ins.ts'
import type { NewClient } from './clients/create-client.ts'
import { prepareEditClient } from './clients/edit-client.ts'
import { prepareRotateSecret } from './clients/rotate-secret.ts'
import { createUsedAssertions } from './clients/used-assertions.ts'
import { redirectUri, startGrants, startOther, verifier } from './grants/test-grants.ts'
import { authorized, startIdentity } from './test-identity.ts'
import { createProofCheck } from './tokens/dpop-proof.ts'
import { createRefreshTokens } from './tokens/refresh-tokens.ts'
import { createProver } from './tokens/test-proofs.ts'
import { createUsesAtOnce } from './tokens/uses-at-once.ts'
import { prepareEditUser } from './users/edit-user.ts'
import { createKnownUsers, type KnownUser } from './users/known-users.ts'

const rounds = 20
const times = Array.from({ length: rounds }, (_, index) => index)

/** An identity server, and what two nodes need that have its database. */
async function startNodes(t: TestContext, client: Partial<NewClient> = {}) {
  const started = await startIdentity(t, { client })
  const { identity, account, store, openAgain } = started
  const stores = [store, await openAgain()] as const
  const { id: userId } = await identity.users.create({
    accountId: account.id,
    username: 'agent.one',
    displayName: 'Agent One',
    password: 'correct horse battery',
    agentId: 'agent12345',
    licence: 'agent',
  })
  return { ...started, stores, userId }
}

test('what a person allows a client at two nodes at once is allowed, all of it', async (t) => {
  const { stores, clock, createClient, userId } = await startNodes(t)
  const [one, other] = stores.map((store) => createConsents({ store, clock }))
  for (const _ of times) {
    const { clientId } = await createClient()
    const give = () =>
      Promise.all([one?.give(userId, clientId, 'globalpci'), other?.give(userId, clientId, 'users:read')])
    await give()
    assert.ok(await one?.covers(userId, clientId, 'globalpci users:read'))
    await Promise.all([one?.give(userId, clientId, 'openid'), other?.give(userId, clientId, 'profile')])
    assert.ok(await one?.covers(userId, clientId, 'globalpci users:read openid profile'))
  }
})

test('two nodes give a client one more secret, and leave it one', async (t) => {
  const { stores, createClient, clock, random, newGuid } = await startNodes(t)
  const nodes = stores.map((store) => prepareRotateSecret({ store, clock, random, newGuid }))
  for (const _ of times) {
    const { clientId } = await createClient()
    const added = await Promise.all(nodes.map(({ add }) => add(clientId)))
    assert.deepEqual(added.map(({ outcome }) => outcome).sort(), ['added', 'has-two-already'])
    const live = await nodes[0]?.list(clientId)
    assert.equal(live?.length, 2)
    const removed = await Promise.all(nodes.map(({ remove }, at) => remove(clientId, live?.[at]?.id as Guid)))
    assert.deepEqual([...removed].sort(), ['only-one-left', 'removed'])
    assert.equal((await nodes[0]?.list(clientId))?.length, 1)
  }
})

test('what two nodes edit of a client, or of a person, at once is all there', async (t) => {
  const { stores, clock, createClient, userId, identity } = await startNodes(t)
  const [editClient, editClientElsewhere] = stores.map((store) => prepareEditClient({ store, clock }))
  const [editUser, editUserElsewhere] = stores.map((store) => prepareEditUser({ store, clock }))
  for (const each of times) {
    const { clientId } = await createClient()
    const allowedOrigins = ['https://desk.example.com']
    await Promise.all([
      editClient?.(clientId, { allowedOrigins }),
      editClientElsewhere?.(clientId, { dpopBound: true }),
      editUser?.(userId, { displayName: `Agent ${each}` }),
      editUserElsewhere?.(userId, { agentId: `agent${each}` }),
    ])
    const client = await identity.clients.find(clientId)
    assert.deepEqual([client?.allowedOrigins, client?.dpopBound], [allowedOrigins, true])
    const user = await identity.users.findByUsername('agent.one')
    assert.deepEqual([user?.displayName, user?.agentId], [`Agent ${each}`, `agent${each}`])
  }
})

test('accounts that two nodes make at once have numbers of their own', async (t) => {
  const { stores, clock } = await startNodes(t)
  const create = stores.map((store) => prepareCreateAccount({ store, clock }))
  const ids = new Set<number>()
  for (const each of times) {
    const made = await Promise.all(
      create.map((make, node) => make({ name: `${each} of ${node}`, production: false })),
    )
    for (const { id } of made) ids.add(id)
  }
  assert.equal(ids.size, 2 * rounds)
})

test('a browser that signs in at two nodes at once is signed in at both, and its id goes on with one of them', async (t) => {
  const { stores, clock, random, newGuid, region, userId, account } = await startNodes(t)
  const user = { id: userId, username: 'agent.one', account, tokensValidFrom: 0 } as unknown as KnownUser
  const users = { find: async () => user }
  const nodes = stores.map((store) =>
    createSignIns({ store, clock, random, newGuid, region, users: users as never }),
  )
  const start = async (node: (typeof nodes)[number] | undefined, cookie = '') => {
    let sent = ''
    const reply = { header: (_: string, value: string) => (sent = value) } as unknown as FastifyReply
    const signIn = await node?.start({ headers: { cookie } } as FastifyRequest, reply, user)
    return { id: signIn?.id, cookie: sent.split(';')[0] }
  }
  for (const _ of times) {
    const before = await start(nodes[0])
    const after = await Promise.all(nodes.map((node) => start(node, before.cookie)))
    assert.equal(after.filter(({ id }) => id === before.id).length, 1)
    for (const { cookie, id } of after) {
      const request = { headers: { cookie } } as FastifyRequest
      assert.equal((await nodes[0]?.current(request))?.id, id)
    }
  }
})

test('no refresh token is left of a code that comes to another node while it is exchanged', async (t) => {
  const { store, openAgain, clock, random, newGuid, log, issueCode, clientId } = await startGrants(t)
  const parts = { clock, random, newGuid, log }
  const [one, other] = [
    await startOther(t, { ...parts, store }),
    await startOther(t, { ...parts, store: await openAgain() }),
  ]
  const refreshTokens = createRefreshTokens({
    ...parts,
    ...one,
    store,
    uses: createUsesAtOnce(),
    refreshTokenLifetimeSeconds: 3600,
    grantLifetimeSeconds: 3600,
  })
  const left = store.prepare((db, _: object) => db.selectFrom('refresh_token').select('grant_id'))
  const client = { id: clientId, clientType: 'confidential' } as never
  for (const _ of times) {
    const code = await issueCode()
    const redemption = { code, client, redirectUri, codeVerifier: verifier, keyThumbprint: null }
    const order = await one.codes.redeem(redemption)
    await clock.advance(2_000)
    await Promise.allSettled([refreshTokens.issue(order), other.codes.redeem(redemption)])
    assert.deepEqual(await left.all(store.reader, {}), [])
  }
})

/** Who brings one thing to two nodes at once, and what becomes of them. */
async function startTwoTabs(t: TestContext) {
  const started = await startGrants(t)
  const other = await started.startAgain()
  const goodAt = (node: Pick<typeof started, 'identity'>, token: string) =>
    Promise.try(node.identity.bearer, authorized(`Bearer ${token}`)).then(
      () => true,
      () => false,
    )
  return {
    ...started,
    other,
    /** Sends twenty, to one node and the other in turn; all but one are refused. */
    async bringAtOnce(
      send: (node: Pick<typeof started, 'redeem' | 'refresh'>) => ReturnType<typeof started.redeem>,
    ) {
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) => send(index % 2 === 0 ? started : other)),
      )
      const [won, ...more] = answers.filter(({ statusCode }) => statusCode === 200)
      assert.equal(more.length, 0)
      for (const answer of answers) {
        if (answer !== won) assert.equal(answer.json().error, 'invalid_grant')
      }
      assert.ok(won, 'nobody has it')
      return won.json() as { readonly access_token: string; readonly refresh_token: string }
    },
    goodAtBoth: async (token: string) => [await goodAt(started, token), await goodAt(other, token)],
    hasSaid: (text: string) => started.lines.some((line) => line.includes(text)),
  }
}

test('of twenty who bring one code to two nodes at once one has the tokens, and they stay good (RFC-11)', async (t) => {
  const { bringAtOnce, goodAtBoth, issueCode, clock, other, refresh, hasSaid } = await startTwoTabs(t)
  for (const _ of times) {
    const code = await issueCode()
    const { access_token, refresh_token } = await bringAtOnce(({ redeem }) => redeem(code))
    await clock.advance(1_000)
    assert.deepEqual(await goodAtBoth(access_token), [true, true])
    assert.equal((await refresh(refresh_token)).statusCode, 200)
  }
  assert.ok(hasSaid('an authorization code was sent several times at once'))
  assert.ok(!hasSaid('possible theft'))
  const code = await issueCode()
  const { access_token } = await bringAtOnce(({ redeem }) => redeem(code))
  await clock.advance(2_000)
  assert.equal((await other.redeem(code)).json().error, 'invalid_grant')
  await clock.advance(500)
  assert.deepEqual(await goodAtBoth(access_token), [false, false])
})

test('the same of one refresh token (RFC-44)', async (t) => {
  const { bringAtOnce, goodAtBoth, signIn, clock, other, refresh, hasSaid } = await startTwoTabs(t)
  let { refreshToken } = await signIn()
  for (const _ of times) {
    const used = refreshToken
    const { access_token, refresh_token } = await bringAtOnce((node) => node.refresh(used))
    assert.deepEqual(await goodAtBoth(access_token), [true, true])
    refreshToken = refresh_token
    await clock.advance(1_000)
  }
  assert.ok(hasSaid('a refresh token was sent several times at once'))
  assert.ok(!hasSaid('possible theft'))
  const before = refreshToken
  const { access_token, refresh_token } = await bringAtOnce((node) => node.refresh(before))
  await clock.advance(2_000)
  assert.equal((await other.refresh(before)).json().error, 'invalid_grant')
  await clock.advance(500)
  assert.deepEqual(await goodAtBoth(access_token), [false, false])
  assert.equal((await refresh(refresh_token)).json().error, 'invalid_grant')
})

test('a refresh token that was used before the last one is a thief’s, at another node too (RFC-44)', async (t) => {
  const { signIn, refresh, other, goodAtBoth, clock } = await startTwoTabs(t)
  const first = (await signIn()).refreshToken
  const second = (await refresh(first)).json().refresh_token
  const { access_token } = (await refresh(second)).json()
  assert.equal((await other.refresh(first)).json().error, 'invalid_grant')
  await clock.advance(500)
  assert.deepEqual(await goodAtBoth(access_token), [false, false])
})

/** What is granted at one node while a password is set at the other. */
async function startReset(t: TestContext) {
  const started = await startGrants(t)
  const { store, clock, random, newGuid, log, region, issueCode, clientId, userId } = started
  const other = await started.startAgain()
  const parts = { store, clock, random, newGuid, log }
  const refreshTokens = createRefreshTokens({
    ...parts,
    ...(await startOther(t, parts)),
    uses: createUsesAtOnce(),
    refreshTokenLifetimeSeconds: 3600,
    grantLifetimeSeconds: 3600,
  })
  const users = createKnownUsers({ store, clock })
  const signIns = createSignIns({ ...parts, region, users })
  const count = (table: 'refresh_token' | 'sign_in' | 'authorization_code') => {
    const all = store.prepare((db, _: object) => db.selectFrom(table).select('user_id'))
    return async () => (await all.all(store.reader, {})).length
  }
  return {
    ...started,
    setPasswordElsewhere: () => other.identity.users.setPassword(userId, 'another horse battery'),
    /** In each way in which somebody comes by something for a password. */
    ways: {
      refresh_token: () => {
        const ids = { grantId: newGuid(), clientId, userId, signInId: null }
        const grant = { ...ids, scope: 'globalpci', authenticatedAt: clock.now(), keyThumbprint: null }
        return refreshTokens.issue(grant)
      },
      authorization_code: () => issueCode(),
      sign_in: async (user: KnownUser) => {
        const reply = { header: () => {} } as unknown as FastifyReply
        return signIns.start({ headers: {} } as FastifyRequest, reply, user)
      },
    },
    userBefore: async () => (await users.find(userId)) as KnownUser,
    count,
  }
}

for (const table of ['refresh_token', 'authorization_code', 'sign_in'] as const) {
  test(`no ${table} is left of a password that is set at another node at this moment`, async (t) => {
    const { ways, setPasswordElsewhere, userBefore, count, clock } = await startReset(t)
    const left = count(table)
    await ways[table](await userBefore())
    assert.equal(await left(), 1)
    for (const each of times) {
      await clock.advance(1000)
      const user = await userBefore()
      const setting = setPasswordElsewhere()
      for (let turn = 0; turn < each; turn += 1) await new Promise((resolve) => setImmediate(resolve))
      await Promise.allSettled([ways[table](user), setting])
      assert.equal(await left(), 0)
    }
  })
}

test('a refresh that is under way while the password is set at another node gives nothing that is good', async (t) => {
  const { signIn, refresh, store, clock, setPasswordElsewhere, letsIn } = await startReset(t)
  const { refreshToken } = await signIn()
  const { write } = store
  t.mock.method(store, 'write', async (operation: Parameters<typeof write>[0]) => {
    t.mock.restoreAll()
    const rotated = await write(operation)
    await clock.advance(5)
    await setPasswordElsewhere()
    await clock.advance(5)
    return rotated
  })
  const { access_token, refresh_token } = (await refresh(refreshToken)).json()
  await clock.advance(1000)
  assert.equal(await letsIn(access_token), false)
  assert.equal((await refresh(refresh_token)).json().error, 'invalid_grant')
})

for (const scope of ['globalpci', 'globalpci offline_access']) {
  test(`a password that another node replaces while it is checked opens nothing: ${scope}`, async (t) => {
    const client: Partial<NewClient> = { flows: ['password'], scopes: ['globalpci', 'offline_access'] }
    const { stores, clock, requestToken, userId: id } = await startNodes(t, client)
    const [store, other] = stores
    const { write } = store
    const reset = other.prepare((db, p: { id: Guid; begun: number }) =>
      db
        .updateTable('user')
        .set({ password_hash: 'another', tokens_valid_from: p.begun })
        .where('id', '=', p.id),
    )
    let resetting: Promise<number> | undefined
    t.mock.method(store, 'write', async (operation: Parameters<typeof write>[0]) => {
      resetting ??= other.write((tx) => reset.run(tx, { id, begun: clock.now() - 1 }))
      await resetting
      return write(operation)
    })
    const person = { grant_type: 'password', username: 'agent.one', password: 'correct horse battery' }
    assert.equal((await requestToken({ ...person, scope })).json().error, 'invalid_grant')
  })
}

test('a DPoP proof of a request that may change something is good once at two nodes together (RFC-56)', async (t) => {
  const { stores, clock } = await startNodes(t)
  const checks = stores.map((store) => createProofCheck({ clock, usedAnywhere: createUsedAssertions(store) }))
  const { prove } = await createProver(clock)
  const url = 'https://nam.example.com/auth/connect/token'
  const outcomesOf = async (method: string) => {
    const proof = await prove({ method, url })
    const checked = await Promise.all(checks.map((check) => check({ method, url, proof })))
    return checked.map(({ outcome }) => outcome).sort()
  }
  for (const _ of times) assert.deepEqual(await outcomesOf('POST'), ['proven', 'refused'])
  assert.deepEqual(await outcomesOf('GET'), ['proven', 'proven'])
})

test('a token request’s DPoP proof is refused at another node of the database (RFC-56)', async (t) => {
  const started = await startGrants(t, { client: { flows: ['client_credentials'], scopes: ['globalpci'] } })
  const other = await started.startAgain()
  if (!started.store.isShared) return t.skip('a file has one server')
  const { prove } = await createProver(started.clock)
  const url = `${started.region.issuer}/connect/token`
  const dpop = await prove({ method: 'POST', url })
  const form = { grant_type: 'client_credentials', scope: 'globalpci' }
  assert.equal((await started.post('token', form, started.own, { dpop })).statusCode, 200)
  assert.equal((await other.post('token', form, started.own, { dpop })).json().error, 'invalid_dpop_proof')
})
