import assert from 'node:assert/strict'
import { hash } from 'node:crypto'
import { test } from 'node:test'
import { createKnownClients } from '../clients/known-clients.ts'
import {
  challenge,
  emeaRegion,
  fullScope,
  ofPeople,
  redirectUri,
  startGrants,
  verifier,
} from '../grants/test-grants.ts'
import { readJwt } from '../test-identity.ts'

const error = async (answer: Promise<{ statusCode: number; json(): { error: string } }>) => {
  const { statusCode, json } = await answer
  return statusCode === 200 ? 'none' : `${statusCode} ${json().error}`
}
const refused = '400 invalid_grant'

test('a code is exchanged for an access token, a refresh token and an ID token (RFC-5, RFC-11)', async (t) => {
  const { issueCode, redeem, userId, clientId, account, signInId, letsIn } = await startGrants(t)
  const answer = await redeem(await issueCode())
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['cache-control'], 'no-store')
  const { access_token, refresh_token, id_token, scope, token_type } = answer.json()
  assert.equal(scope, undefined, 'it is the one that was asked for')
  assert.equal(token_type, 'Bearer')
  assert.match(refresh_token, /^[A-Za-z0-9_-]{64}$/)
  const { claims } = readJwt(access_token)
  assert.deepEqual(
    [claims.sub, claims.client_id, claims.account, claims.agent_id, claims.scope],
    [userId, clientId, account.id, 'agent12345', fullScope],
  )
  const identity = readJwt(id_token).claims
  assert.deepEqual(
    [identity.sub, identity.aud, identity.nonce, identity.sid],
    [userId, clientId, 'n-1', signInId],
  )
  assert.equal(await letsIn(access_token), true)
})

test('there is a refresh token with offline_access alone, and an ID token with openid alone', async (t) => {
  const { signIn, issueCode, redeem } = await startGrants(t)
  assert.equal((await signIn({ scope: 'globalpci openid' })).refreshToken, undefined)
  const { refreshToken, rest } = await signIn({ scope: 'globalpci offline_access' })
  assert.equal(typeof refreshToken, 'string')
  assert.equal('id_token' in rest, false)
  const answer = (await redeem(await issueCode({ scope: 'globalpci' }))).json()
  assert.deepEqual(Object.keys(answer), ['access_token', 'expires_in', 'token_type'])
})

test('a code holds 256 bits of chance and is kept as its SHA-256 alone (RFC-19)', async (t) => {
  const { issueCode, store } = await startGrants(t)
  const codes = await Promise.all(Array.from({ length: 50 }, () => issueCode()))
  assert.equal(new Set(codes).size, 50)
  for (const code of codes) assert.match(code, /^[A-Za-z0-9_-]{43}$/)
  const all = store.prepare((db, _: object) => db.selectFrom('authorization_code').selectAll())
  const rows = await all.all(store.reader, {})
  assert.equal(rows.length, 50)
  const kept =
    JSON.stringify(rows) + rows.map(({ sha256 }) => Buffer.from(sha256).toString('base64url')).join()
  for (const code of codes) assert.ok(!kept.includes(code))
})

test('a code is good for 60 seconds, and not a millisecond longer (RFC-11)', async (t) => {
  const { issueCode, redeem, clock } = await startGrants(t)
  const [inTime, late, expired] = [await issueCode(), await issueCode(), await issueCode()]
  await clock.advance(59_999)
  assert.equal(await error(redeem(inTime)), 'none')
  await clock.advance(1)
  assert.equal(await error(redeem(late)), refused)
  await clock.advance(1000)
  assert.equal(await error(redeem(expired)), refused)
})

test('a second use is refused and revokes all that came of the first (RFC-11, RFC-48)', async (t) => {
  const { signIn, redeem, refresh, letsIn, lines } = await startGrants(t)
  const { code, accessToken, refreshToken } = await signIn()
  const bystander = await signIn()
  const { refresh_token: second, access_token: another } = (await refresh(refreshToken)).json()
  assert.equal(await error(redeem(code)), refused)
  assert.equal(await letsIn(accessToken), false)
  assert.equal(await letsIn(another), false)
  assert.equal(await error(refresh(second)), refused)
  assert.equal(await letsIn(bystander.accessToken), true)
  assert.equal(await error(refresh(bystander.refreshToken)), 'none')
  const logged = lines.join('')
  assert.ok(logged.includes('an authorization code was used twice'))
  for (const each of [code, refreshToken, second, verifier]) assert.ok(!logged.includes(each))
})

test('a second use revokes long after the code has expired (RFC-11)', async (t) => {
  const { signIn, redeem, refresh, clock, letsIn } = await startGrants(t)
  const { code, accessToken, refreshToken } = await signIn()
  await clock.advance(3_000_000)
  assert.equal(await letsIn(accessToken), true)
  assert.equal(await error(redeem(code)), refused)
  assert.equal(await letsIn(accessToken), false)
  assert.equal(await error(refresh(refreshToken)), refused)
})

test('of 20 uses at once exactly one succeeds and stays good, until another comes later (RFC-11)', async (t) => {
  const { issueCode, redeem, refresh, letsIn, lines } = await startGrants(t)
  const code = await issueCode()
  const outcomes = Array.from({ length: 20 }, () => redeem(code))
  const answers = await Promise.all(outcomes)
  const [won, ...more] = answers.filter(({ statusCode }) => statusCode === 200)
  assert.ok(won)
  assert.equal(more.length, 0)
  for (const answer of answers)
    if (answer.statusCode !== 200) assert.equal(answer.json().error, 'invalid_grant')
  assert.equal(await letsIn(won.json().access_token), true)
  const { refresh_token, access_token } = (await refresh(won.json().refresh_token)).json()
  assert.ok(!lines.join('').includes('was used twice'))
  assert.equal(await error(redeem(code)), refused)
  assert.equal(await letsIn(won.json().access_token), false)
  assert.equal(await letsIn(access_token), false)
  assert.equal(await error(refresh(refresh_token)), refused)
})

test('when the use that came first fails, one of those beside it has the code (RFC-11)', async (t) => {
  const { issueCode, redeem, failNextWrite, letsIn } = await startGrants(t)
  const code = await issueCode()
  failNextWrite()
  const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(code)))
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, ...Array(18).fill(400), 500])
  const won = answers.find(({ statusCode }) => statusCode === 200)
  assert.equal(await letsIn(won?.json().access_token), true)
})

test('of 20 uses at once exactly one takes the code (RFC-11)', async (t) => {
  const { issueCode, other, clientId, store, clock } = await startGrants(t)
  const client = await createKnownClients({ store, clock }).find(clientId)
  assert.ok(client)
  const code = await issueCode()
  const redemption = { code, client, redirectUri, codeVerifier: verifier, keyThumbprint: null }
  const uses = await Promise.allSettled(Array.from({ length: 20 }, () => other.codes.redeem(redemption)))
  assert.equal(uses.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('another client gets nothing for a code, and cannot spoil it or what came of it (RFC-14)', async (t) => {
  const { issueCode, redeem, createClient, letsIn, refresh } = await startGrants(t)
  const thief = await createClient(ofPeople)
  const stranger = await createClient({ ...ofPeople, clientType: 'public' })
  const code = await issueCode()
  for (const speaker of [thief, stranger]) assert.equal(await error(redeem(code, {}, speaker)), refused)
  const answer = await redeem(code)
  assert.equal(answer.statusCode, 200)
  for (const speaker of [thief, stranger]) assert.equal(await error(redeem(code, {}, speaker)), refused)
  assert.equal(await letsIn(answer.json().access_token), true)
  assert.equal(await error(refresh(answer.json().refresh_token)), 'none')
})

test('a code of another region is unknown', async (t) => {
  const nam = await startGrants(t)
  const emea = await startGrants(t, { region: emeaRegion })
  assert.equal(await error(emea.redeem(await nam.issueCode())), refused)
})

const wrongRedemptions: readonly (readonly [string, Record<string, string | null>])[] = [
  ['another redirect URI (RFC-12)', { redirect_uri: 'https://desktop.example.com/callback/' }],
  ['the redirect URI in another case (RFC-12)', { redirect_uri: redirectUri.toUpperCase() }],
  ['no redirect URI (RFC-12)', { redirect_uri: null }],
  ['another verifier (RFC-29)', { code_verifier: verifier.replace('a', 'b') }],
  ['no verifier (RFC-29)', { code_verifier: null }],
  ['the challenge as its verifier (RFC-27, RFC-29)', { code_verifier: challenge }],
  ['a verifier of 42 characters (RFC-26)', { code_verifier: 'v'.repeat(42) }],
  ['a verifier of 129 characters (RFC-26)', { code_verifier: 'v'.repeat(129) }],
]

for (const [name, changes] of wrongRedemptions) {
  test(`${name} is refused, and neither uses the code up nor revokes what came of it`, async (t) => {
    const { issueCode, redeem, refresh, letsIn } = await startGrants(t)
    const code = await issueCode()
    assert.equal(await error(redeem(code, changes)), refused)
    const [before, won, after] = await Promise.all([
      redeem(code, changes),
      redeem(code),
      redeem(code, changes),
    ])
    assert.deepEqual(
      [before, won, after].map(({ statusCode }) => statusCode),
      [400, 200, 400],
    )
    assert.equal(await error(redeem(code, changes)), refused)
    assert.equal(await letsIn(won.json().access_token), true)
    assert.equal(await error(refresh(won.json().refresh_token)), 'none')
  })
}

test('a verifier has 43 to 128 unreserved characters, also where its hash would fit (RFC-26)', async (t) => {
  const { issueCode, redeem } = await startGrants(t)
  const outcomeOf = async (codeVerifier: string) => {
    const code = await issueCode({ codeChallenge: hash('sha256', codeVerifier, 'base64url') })
    return error(redeem(code, { code_verifier: codeVerifier }))
  }
  for (const good of ['v'.repeat(43), 'v'.repeat(128), `${'v'.repeat(39)}-._~`]) {
    assert.equal(await outcomeOf(good), 'none', good)
  }
  for (const bad of [
    'v'.repeat(42),
    'v'.repeat(129),
    `${'v'.repeat(43)} `,
    `${'v'.repeat(43)}é`,
    `${'v'.repeat(43)}+`,
  ]) {
    assert.equal(await outcomeOf(bad), refused, bad)
  }
})

test('the verifier of RFC 7636 Appendix B fits its challenge (RFC-27)', async (t) => {
  const { issueCode, redeem } = await startGrants(t)
  const code = await issueCode({ codeChallenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM' })
  const answer = await redeem(code, { code_verifier: 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk' })
  assert.equal(answer.statusCode, 200)
})

test('a verifier is refused when there was no challenge, so that PKCE cannot be taken away (RFC-42)', async (t) => {
  const { issueCode, redeem } = await startGrants(t)
  assert.equal(await error(redeem(await issueCode({ codeChallenge: null }))), refused)
  const without = { code_verifier: null }
  assert.equal(await error(redeem(await issueCode({ codeChallenge: null }), without)), 'none')
})

test('a public client needs no secret but PKCE (RFC-42)', async (t) => {
  const { issueCode, redeem, own } = await startGrants(t, { client: { clientType: 'public' } })
  assert.equal(own.clientSecret, null)
  assert.equal(await error(redeem(await issueCode())), 'none')
  const without = { code_verifier: null }
  assert.equal(await error(redeem(await issueCode({ codeChallenge: null }), without)), refused)
})

test('a redirect URI that the authorization request left out may be left out, or be right (RFC-12)', async (t) => {
  const { issueCode, redeem } = await startGrants(t)
  const leftOut = () => issueCode({ redirectUriSent: false })
  assert.equal(await error(redeem(await leftOut(), { redirect_uri: null })), 'none')
  assert.equal(await error(redeem(await leftOut())), 'none')
  assert.equal(await error(redeem(await leftOut(), { redirect_uri: 'https://evil.example/' })), refused)
})

test('a code that is bound to a key is refused without it (RFC-56)', async (t) => {
  const { issueCode, redeem, lines } = await startGrants(t)
  const answer = await redeem(await issueCode({ keyThumbprint: 'k'.repeat(43) }))
  assert.equal(answer.json().error, 'invalid_grant')
  assert.match(answer.json().error_description, /a different key/)
  assert.ok(!lines.join('').includes('k'.repeat(43)))
})

test('the flow has to be registered, and a code sent (RFC-6)', async (t) => {
  const { issueCode, redeem, createClient } = await startGrants(t)
  assert.equal(await error(redeem('', {})), '400 invalid_request')
  const machine = await createClient()
  const code = await issueCode({ clientId: machine.clientId })
  assert.equal(await error(redeem(code, {}, machine)), '400 unauthorized_client')
  for (const nonsense of ['x', 'é'.repeat(40), 'A'.repeat(10_000)]) {
    assert.equal(await error(redeem(nonsense)), refused)
  }
})

test('a person who was disabled meanwhile gets no token', async (t) => {
  const { issueCode, redeem, disableUser } = await startGrants(t)
  const code = await issueCode()
  await disableUser()
  assert.equal(await error(redeem(code)), refused)
})

test('a person of another account gets a token only with a shared client, and for their own account', async (t) => {
  const { issueCode, redeem, createClient, identity, person } = await startGrants(t)
  const { id: accountId } = await identity.accounts.create({ name: 'Other', production: false })
  const { id: userId } = await identity.users.create({ ...person, accountId, username: 'visitor' })
  assert.equal(await error(redeem(await issueCode({ userId }))), refused)
  const shared = await createClient({ ...ofPeople, shared: true })
  const answer = await redeem(await issueCode({ userId, clientId: shared.clientId }), {}, shared)
  assert.equal(readJwt(answer.json().access_token).claims.account, accountId)
})

test('a use whose transaction fails has used nothing up', async (t) => {
  const { issueCode, redeem, failWrites, letsIn } = await startGrants(t)
  const code = await issueCode()
  const mend = failWrites()
  assert.equal((await redeem(code)).statusCode, 500)
  mend()
  const answer = await redeem(code)
  assert.equal(answer.statusCode, 200)
  assert.equal(await letsIn(answer.json().access_token), true)
})

test('a second use whose transaction fails revokes nothing by halves, and the next one does (RFC-11)', async (t) => {
  const { signIn, redeem, refresh, failWrites, letsIn } = await startGrants(t)
  const { code, accessToken, refreshToken } = await signIn()
  const mend = failWrites()
  assert.equal((await redeem(code)).statusCode, 500)
  mend()
  assert.equal(await letsIn(accessToken), true)
  assert.equal(await error(redeem(code)), refused)
  assert.equal(await letsIn(accessToken), false)
  assert.equal(await error(refresh(refreshToken)), refused)
})

test('codes of a sign-in that has ended are good no more, used or not', async (t) => {
  const { signIn, issueCode, redeem, other, signInId, clock, letsIn, newGuid } = await startGrants(t)
  const { accessToken } = await signIn({ scope: 'globalpci' })
  const code = await issueCode()
  const elsewhere = await issueCode({ signInId: newGuid() })
  await other.revokeGrants.ofSignIn(signInId)
  assert.equal(await error(redeem(code)), refused)
  assert.equal(await error(redeem(elsewhere)), 'none')
  await clock.advance(500)
  assert.equal(await letsIn(accessToken), false)
})

test('a code is good for a minute and not a millisecond more, though its row is still there', async (t) => {
  const { issueCode, redeem, clock, store } = await startGrants(t)
  await clock.advance(30_000)
  const [inTime, late] = [await issueCode(), await issueCode()]
  await clock.advance(59_999)
  assert.equal(await error(redeem(inTime)), 'none')
  await clock.advance(1)
  assert.equal(await error(redeem(late)), refused)
  const all = store.prepare((db, _: object) => db.selectFrom('authorization_code').select('used_at'))
  const used = (await all.all(store.reader, {})).map(({ used_at }) => used_at !== null)
  assert.deepEqual(used.sort(), [false, true])
})
