import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { entriesIn } from '../../audit/test-audit.ts'
import type { Guid } from '../../base/guid.ts'
import { emeaRegion, ofPeople, redirectUri, startGrants, verifier } from '../grants/test-grants.ts'
import { readJwt } from '../test-identity.ts'
import { createRefreshTokens } from './refresh-tokens.ts'
import { createProver } from './test-proofs.ts'
import { createUsesAtOnce } from './uses-at-once.ts'

const day = 86_400_000
const error = async (answer: Promise<{ statusCode: number; json(): { error: string } }>) => {
  const { statusCode, json } = await answer
  return statusCode === 200 ? 'none' : `${statusCode} ${json().error}`
}
const refused = '400 invalid_grant'

test('each use gives another refresh token and tokens of the same grant (RFC-44)', async (t) => {
  const { signIn, refresh, letsIn, signInId, clock } = await startGrants(t)
  const signedIn = clock.now()
  const { refreshToken, grantId } = await signIn()
  await clock.advance(60_000)
  const answer = await refresh(refreshToken)
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['cache-control'], 'no-store')
  const { access_token, refresh_token, id_token, scope } = answer.json()
  assert.match(refresh_token, /^[A-Za-z0-9_-]{64}$/)
  assert.notEqual(refresh_token, refreshToken)
  assert.equal(scope, undefined, 'it is the one that was granted')
  assert.equal(readJwt(access_token).claims.jti.split('.')[0], grantId)
  assert.equal(await letsIn(access_token), true)
  const { auth_time, nonce, sid } = readJwt(id_token).claims
  assert.deepEqual([auth_time, nonce, sid], [Math.floor(signedIn / 1000), undefined, signInId])
  assert.equal(await error(refresh(refresh_token)), 'none')
})

test('the second use of any used token of a grant revokes all of it (RFC-44)', async (t) => {
  for (const generation of [0, 1, 30]) {
    const { signIn, refresh, letsIn, lines } = await startGrants(t)
    const bystander = await signIn()
    const first = await signIn()
    const tokens = [first.refreshToken]
    const accessTokens = [first.accessToken]
    for (let use = 0; use <= generation; use += 1) {
      const { refresh_token, access_token } = (await refresh(tokens.at(-1) ?? '')).json()
      tokens.push(refresh_token)
      accessTokens.push(access_token)
    }
    assert.equal(await error(refresh(first.refreshToken)), refused)
    for (const token of tokens) assert.equal(await error(refresh(token)), refused)
    for (const token of accessTokens) assert.equal(await letsIn(token), false)
    assert.equal(await letsIn(bystander.accessToken), true)
    assert.equal(await error(refresh(bystander.refreshToken)), 'none')
    const logged = lines.join('')
    assert.ok(logged.includes('a refresh token was used twice'))
    for (const token of tokens) assert.ok(!logged.includes(token))
  }
})

test('of 20 uses at once exactly one succeeds and stays good, until another comes later (RFC-44)', async (t) => {
  const { signIn, refresh, letsIn } = await startGrants(t)
  const { refreshToken, accessToken } = await signIn()
  const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(refreshToken)))
  const [won, ...more] = answers.filter(({ statusCode }) => statusCode === 200).map((answer) => answer.json())
  assert.ok(won)
  assert.equal(more.length, 0)
  for (const answer of answers)
    if (answer.statusCode !== 200) assert.equal(answer.json().error, 'invalid_grant')
  assert.equal(await letsIn(accessToken), true)
  assert.equal(await letsIn(won.access_token), true)
  const next = (await refresh(won.refresh_token)).json()
  assert.equal(await error(refresh(refreshToken)), refused)
  assert.equal(await letsIn(next.access_token), false)
  assert.equal(await error(refresh(next.refresh_token)), refused)
})

test('a token that was used before is a replay, whatever is exchanged beside it (RFC-44)', async (t) => {
  const { signIn, refresh, letsIn } = await startGrants(t)
  const { refreshToken, accessToken } = await signIn()
  const { refresh_token: second } = (await refresh(refreshToken)).json()
  await Promise.all([refresh(second), refresh(refreshToken), refresh(second)])
  assert.equal(await letsIn(accessToken), false)
  assert.equal(await error(refresh(second)), refused)
})

test('what is refused beside a use spoils nothing: another client, a wider scope (RFC-44, RFC-14)', async (t) => {
  const { signIn, refresh, createClient, letsIn } = await startGrants(t)
  const thief = await createClient(ofPeople)
  const { refreshToken } = await signIn()
  const answers = await Promise.all([
    refresh(refreshToken, {}, thief),
    refresh(refreshToken, { scope: 'nonsense' }),
    refresh(refreshToken),
    refresh(refreshToken, {}, thief),
  ])
  assert.deepEqual(
    answers.map(({ statusCode }) => statusCode),
    [400, 400, 200, 400],
  )
  const { access_token, refresh_token } = answers[2]?.json() ?? {}
  assert.equal(await letsIn(access_token), true)
  assert.equal(await error(refresh(refresh_token)), 'none')
})

test('a token is good for 14 days from each use, and a grant for 90 (RFC-44)', async (t) => {
  const { signIn, refresh, clock } = await startGrants(t, {
    settings: { refreshTokenLifetimeSeconds: 14, grantLifetimeSeconds: 90 },
  })
  const [late, { refreshToken }] = [await signIn(), await signIn()]
  let token = refreshToken
  for (let use = 0; use < 6; use += 1) {
    await clock.advance(13_999)
    const answer = await refresh(token)
    assert.equal(answer.statusCode, 200, String(use))
    token = answer.json().refresh_token
  }
  assert.equal(await error(refresh(late.refreshToken)), refused)
  await clock.advance(90_000 - 6 * 13_999 - 1)
  const last = await refresh(token)
  assert.equal(last.statusCode, 200)
  await clock.advance(1)
  assert.equal(await error(refresh(last.json().refresh_token)), refused)
})

test('a token that lay for 14 days is refused at that very moment', async (t) => {
  const { signIn, refresh, clock } = await startGrants(t, { settings: { refreshTokenLifetimeSeconds: 14 } })
  const [one, other, third] = [await signIn(), await signIn(), await signIn()]
  await clock.advance(13_999)
  assert.equal(await error(refresh(one.refreshToken)), 'none')
  await clock.advance(1)
  assert.equal(await error(refresh(other.refreshToken)), refused)
  await clock.advance(1000)
  assert.equal(await error(refresh(third.refreshToken)), refused)
})

test('a token that has expired is refused for that, whatever is asked for with it', async (t) => {
  const { signIn, refresh, clock } = await startGrants(t, { settings: { refreshTokenLifetimeSeconds: 14 } })
  const { refreshToken } = await signIn()
  assert.equal(await error(refresh(refreshToken, { scope: 'nonsense' })), '400 invalid_scope')
  await clock.advance(14_000)
  assert.equal(await error(refresh(refreshToken, { scope: 'nonsense' })), refused)
})

test('the lifetimes are 14 and 90 days where nothing else is said', async (t) => {
  const { signIn, introspect, clock } = await startGrants(t)
  const { refreshToken } = await signIn()
  assert.equal((await introspect(refreshToken)).exp * 1000, clock.now() + 14 * day)
})

test('a narrower scope is the access token’s alone, and a wider one refused for nothing (RFC-4)', async (t) => {
  const { signIn, refresh } = await startGrants(t)
  const { refreshToken } = await signIn({ scope: 'globalpci offline_access' })
  for (const scope of ['globalpci users:read', 'users:read', 'openid', 'nonsense', ' ']) {
    assert.equal(await error(refresh(refreshToken, { scope })), '400 invalid_scope', scope)
  }
  const narrow = (await refresh(refreshToken, { scope: 'globalpci' })).json()
  assert.equal(readJwt(narrow.access_token).claims.scope, 'globalpci')
  const again = (await refresh(narrow.refresh_token)).json()
  assert.equal(readJwt(again.access_token).claims.scope, 'globalpci offline_access')
})

test('a scope that was taken from the client meanwhile is given no more', async (t) => {
  const { signIn, refresh, store, clientId, clock } = await startGrants(t)
  const setScopes = store.prepare((db, p: { id: Guid; scopes: string }) =>
    db.updateTable('client').set({ scopes: p.scopes }).where('id', '=', p.id),
  )
  const edit = async (scopes: string) => {
    await store.write((tx) => setScopes.run(tx, { id: clientId, scopes }))
    await clock.advance(1000)
  }
  const { refreshToken } = await signIn({ scope: 'globalpci users:read offline_access' })
  await edit('users:read offline_access')
  const { access_token, refresh_token, scope } = (await refresh(refreshToken)).json()
  assert.equal(readJwt(access_token).claims.scope, 'users:read offline_access')
  assert.equal(scope, 'users:read offline_access')
  assert.equal(await error(refresh(refresh_token, { scope: 'globalpci' })), '400 invalid_scope')
  await edit('users:read')
  assert.equal(await error(refresh(refresh_token)), '400 unauthorized_client')
})

test('another client gets nothing for a token, used or not, and spoils nothing (RFC-14, RFC-44)', async (t) => {
  const { signIn, refresh, createClient, letsIn } = await startGrants(t)
  const thieves = [await createClient(ofPeople), await createClient({ ...ofPeople, clientType: 'public' })]
  const { refreshToken, accessToken } = await signIn()
  for (const thief of thieves) assert.equal(await error(refresh(refreshToken, {}, thief)), refused)
  const { refresh_token } = (await refresh(refreshToken)).json()
  for (const thief of thieves) assert.equal(await error(refresh(refreshToken, {}, thief)), refused)
  assert.equal(await letsIn(accessToken), true)
  assert.equal(await error(refresh(refresh_token)), 'none')
})

test('a token of another region is unknown', async (t) => {
  const nam = await startGrants(t)
  const emea = await startGrants(t, { region: emeaRegion })
  const { refreshToken } = await nam.signIn()
  assert.equal(await error(emea.refresh(refreshToken)), refused)
  assert.equal(await error(nam.refresh(refreshToken)), 'none')
})

test('what is no refresh token is refused, and a code or an access token is none', async (t) => {
  const { signIn, issueCode, refresh } = await startGrants(t)
  const { accessToken, refreshToken } = await signIn()
  const strange = [
    accessToken,
    await issueCode(),
    'A'.repeat(64),
    'x',
    'A'.repeat(10_000),
    `${refreshToken}=`,
  ]
  for (const token of strange) assert.equal(await error(refresh(token)), refused, token)
  assert.equal(await error(refresh('')), '400 invalid_request')
  assert.equal(await error(refresh(refreshToken)), 'none')
})

test('a token has 384 bits of chance, and only hashes are kept (RFC-19)', async (t) => {
  const { signIn, store } = await startGrants(t)
  const { refreshToken } = await signIn()
  const bytes = Buffer.from(refreshToken, 'base64url')
  const all = store.prepare((db, _: object) => db.selectFrom('refresh_token').selectAll())
  const [row] = await all.all(store.reader, {})
  assert.ok(row)
  const { sha256, secret_sha256, ...rest } = row
  for (const kept of [sha256, secret_sha256].map((each) => Buffer.from(each))) {
    assert.equal(kept.length, 32)
    for (const part of [bytes.subarray(0, 16), bytes.subarray(16)]) assert.ok(!kept.includes(part))
  }
  assert.ok(!JSON.stringify(rest).includes(refreshToken))
})

test('a grant takes one row, however often it is refreshed', async (t) => {
  const { signIn, refresh, store } = await startGrants(t)
  let token = (await signIn()).refreshToken
  for (let use = 0; use < 20; use += 1) token = (await refresh(token)).json().refresh_token
  const all = store.prepare((db, _: object) => db.selectFrom('refresh_token').select('grant_id'))
  assert.equal((await all.all(store.reader, {})).length, 1)
})

test('a person who was disabled, or a client, gets no more tokens', async (t) => {
  const { signIn, refresh, disableUser, disableClient, clientId, clock } = await startGrants(t)
  const { refreshToken } = await signIn()
  await disableUser()
  await clock.advance(1000)
  assert.equal(await error(refresh(refreshToken)), refused)
  await disableClient(clientId)
  await clock.advance(1000)
  assert.equal(await error(refresh(refreshToken)), '400 invalid_client')
})

test('a use whose transaction fails leaves the token good', async (t) => {
  const { signIn, refresh, failWrites, letsIn } = await startGrants(t)
  const { refreshToken, accessToken } = await signIn()
  const mend = failWrites()
  assert.equal((await refresh(refreshToken)).statusCode, 500)
  mend()
  assert.equal(await letsIn(accessToken), true)
  assert.equal(await error(refresh(refreshToken)), 'none')
})

test('a reuse whose transaction fails revokes nothing by halves, and the next one does (RFC-44)', async (t) => {
  const { signIn, refresh, failWrites, letsIn, introspect } = await startGrants(t)
  const { refreshToken, accessToken } = await signIn()
  const { refresh_token } = (await refresh(refreshToken)).json()
  const mend = failWrites()
  assert.equal((await refresh(refreshToken)).statusCode, 500)
  mend()
  assert.equal(await letsIn(accessToken), true)
  assert.equal((await introspect(refresh_token)).active, true)
  assert.equal(await error(refresh(refreshToken)), refused)
  assert.equal(await letsIn(accessToken), false)
  assert.equal((await introspect(refresh_token)).active, false)
})

test('a refresh token of a revoked grant is not made any more', async (t) => {
  const { issueCode, redeem, other, store, clock, letsIn } = await startGrants(t)
  const grants = store.prepare((db, _: object) => db.selectFrom('authorization_code').select('grant_id'))
  const code = await issueCode()
  const [grant] = await grants.all(store.reader, {})
  assert.ok(grant)
  await other.revocations.revoke(grant.grant_id, clock.now() + day)
  assert.equal(await error(redeem(code)), refused)
  assert.equal(await letsIn('x'), false)
})

test('all that came of a sign-in is revoked together, and nothing else', async (t) => {
  const started = await startGrants(t)
  const { signIn, refresh, other, signInId, createClient, clock, letsIn, newGuid, own, store, account } =
    started
  const second = await createClient(ofPeople)
  const dead = [[await signIn(), own] as const, [await signIn({}, second), second] as const]
  const elsewhere = await signIn({ signInId: newGuid() })
  await other.revokeGrants.ofSignIn(signInId)
  await clock.advance(500)
  for (const [{ accessToken, refreshToken }, speaker] of dead) {
    assert.equal(await letsIn(accessToken), false)
    assert.equal(await error(refresh(refreshToken, {}, speaker)), refused)
  }
  const audited = (await entriesIn(store)).filter(({ action }) => action === 'token.revoke')
  assert.deepEqual(
    audited.map((entry) => [entry.account, entry.target.kind]),
    [
      [account.id, 'grant'],
      [account.id, 'grant'],
    ],
  )
  assert.equal(await letsIn(elsewhere.accessToken), true)
  assert.equal(await error(refresh(elsewhere.refreshToken)), 'none')
})

test('more grants of a sign-in than fit a transaction are revoked as well', async (t) => {
  const { issueCode, other, signInId, store } = await startGrants(t)
  await Promise.all(Array.from({ length: 450 }, () => issueCode()))
  await other.revokeGrants.ofSignIn(signInId)
  const codes = store.prepare((db, _: object) => db.selectFrom('authorization_code').select('grant_id'))
  const revoked = store.prepare((db, _: object) => db.selectFrom('revocation').select('id'))
  assert.equal((await codes.all(store.reader, {})).length, 0)
  assert.equal((await revoked.all(store.reader, {})).length, 450)
})

test('a public client’s token is bound to the key that it was issued with (RFC-44, RFC-56)', async (t) => {
  const { issueCode, post, own, region, clock } = await startGrants(t, { client: { clientType: 'public' } })
  const [owner, thief] = [await createProver(clock), await createProver(clock)]
  const request = { method: 'POST', url: `${region.issuer}/connect/token` }
  const refreshWith = async (token: string, prover?: typeof owner) => {
    const headers = prover && { dpop: await prover.prove(request) }
    return post('token', { grant_type: 'refresh_token', refresh_token: token }, own, headers)
  }
  const form = { grant_type: 'authorization_code', code: await issueCode(), redirect_uri: redirectUri }
  const headers = { dpop: await owner.prove(request) }
  const { refresh_token } = (await post('token', { ...form, code_verifier: verifier }, own, headers)).json()
  assert.equal(await error(refreshWith(refresh_token)), refused)
  const stolen = await refreshWith(refresh_token, thief)
  assert.equal(stolen.statusCode, 400)
  assert.deepEqual(stolen.json(), {
    error: 'invalid_grant',
    error_description: 'The refresh token is bound to a different key',
  })
  const answer = await refreshWith(refresh_token, owner)
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.json().token_type, 'DPoP')
  assert.deepEqual(readJwt(answer.json().access_token).claims.cnf, { jkt: owner.keyThumbprint })
  assert.equal(await error(refreshWith(answer.json().refresh_token)), refused)
})

test('a confidential client’s token is bound to the client, so that its key may change (RFC-56)', async (t) => {
  const { signIn, post, own, region, clock } = await startGrants(t)
  const { refreshToken } = await signIn()
  const request = { method: 'POST', url: `${region.issuer}/connect/token` }
  let token = refreshToken
  for (const prover of [await createProver(clock), await createProver(clock)]) {
    const form = { grant_type: 'refresh_token', refresh_token: token }
    const answer = await post('token', form, own, { dpop: await prover.prove(request) })
    assert.deepEqual(readJwt(answer.json().access_token).claims.cnf, { jkt: prover.keyThumbprint })
    token = answer.json().refresh_token
  }
})

/** Two processes on one store, each with a token that it has just found to be good. */
async function startFound(t: TestContext) {
  const { signIn, store, clock, random, log, lines, other } = await startGrants(t)
  const { refreshToken } = await signIn()
  const process = () =>
    createRefreshTokens({
      store,
      clock,
      random,
      log,
      uses: createUsesAtOnce(),
      ...other,
      refreshTokenLifetimeSeconds: 600,
      grantLifetimeSeconds: 1200,
    })
  const request = { arrival: 1, onAnswered: () => {} }
  const [one, another] = [process(), process()]
  const found = await one.find(refreshToken)
  assert.ok(found)
  return {
    found,
    clock,
    lines,
    refreshToken,
    find: one.find,
    rotateAs: (token: string) => one.rotate(token, found, request),
    rotate: () => one.rotate(refreshToken, found, request),
    rotateElsewhere: () => another.rotate(refreshToken, found, request),
  }
}

test('of two processes that have found a token good, one changes it, and the other revokes its grant (RFC-44)', async (t) => {
  const { rotate, rotateElsewhere, find } = await startFound(t)
  const next = await rotate()
  assert.equal((await find(next))?.state, 'live')
  await assert.rejects(rotateElsewhere(), { code: 'invalid_grant' })
  assert.equal(await find(next), undefined)
})

test('a token that expires between being found and being changed is not changed, and nobody called a thief', async (t) => {
  const { rotate, find, found, clock, lines, refreshToken } = await startFound(t)
  await clock.leap(found.expiresAt - 10_000 - clock.now())
  await clock.advance(10_000)
  await assert.rejects(rotate(), { code: 'invalid_grant' })
  assert.equal((await find(refreshToken))?.state, 'expired')
  assert.ok(!lines.join('').includes('a refresh token was used twice'))
})

test('a token that is changed in its last millisecond is good again', async (t) => {
  const { rotate, find, found, clock } = await startFound(t)
  await clock.leap(found.expiresAt - 1 - clock.now())
  assert.equal((await find(await rotate()))?.state, 'live')
})

test('what is no refresh token takes the place of none', async (t) => {
  const { rotateAs, rotate } = await startFound(t)
  for (const token of ['', 'x', 'A'.repeat(63), `${'A'.repeat(63)}.`]) {
    await assert.rejects(rotateAs(token), { code: 'invalid_grant' }, token)
  }
  assert.ok(await rotate())
})

test('a character more, before the token or behind it, makes it another one', async (t) => {
  const { signIn, refresh } = await startGrants(t)
  const { refreshToken } = await signIn()
  for (const more of ['.', ' ', '=', '\n', 'A']) {
    assert.equal(await error(refresh(more + refreshToken)), refused)
    assert.equal(await error(refresh(refreshToken + more)), refused)
  }
  assert.equal(await error(refresh(refreshToken)), 'none')
})
