import assert from 'node:assert/strict'
import { test } from 'node:test'
import { spoiltJwt } from '../../../test/harness/test-spoilt.ts'
import { entriesIn } from '../../audit/test-audit.ts'
import { createAccessTokens } from '../tokens/issue-access-token.ts'
import { readForm } from './test-authorize.ts'
import { afterSignOut, startInteraction } from './test-interaction.ts'

const path = '/auth/connect/endsession'

/** Ada, signed in, and ID tokens as the client has them. */
async function startSignedIn(t: Parameters<typeof startInteraction>[0]) {
  const started = await startInteraction(t)
  const { signedIn, issueIdToken, users, adaId, clientId, store, createClient, request } = started
  const ada = await signedIn()
  const rows = store.prepare((db, _: object) => db.selectFrom('sign_in').select('id'))
  const [row] = await rows.all(store.reader, {})
  const signInId = row?.id ?? assert.fail('nobody is signed in')
  const user = (await users.find(adaId)) ?? assert.fail('no such person')
  const idToken = (changes: { signInId?: string | null; userId?: string; clientId?: string } = {}) =>
    issueIdToken({
      client: { id: changes.clientId ?? clientId } as never,
      user: { ...user, id: (changes.userId ?? adaId) as typeof adaId },
      scope: 'openid',
      nonce: null,
      authenticatedAt: 0,
      accessToken: 'a',
      signInId: changes.signInId === undefined ? signInId : changes.signInId,
    })
  return {
    ...started,
    ada,
    signInId,
    idToken,
    createClient,
    end: (parameters: Readonly<Record<string, string>>) =>
      ada.visit(`${path}?${new URLSearchParams(parameters)}`),
    isSignedIn: async () => (await ada.visit(request())).statusCode === 303,
  }
}

test('with an ID token of the session the person is signed out at once, and sent back', async (t) => {
  const { end, idToken, isSignedIn, revoked, signInId, store, adaId } = await startSignedIn(t)
  assert.equal(await isSignedIn(), true)
  const answer = await end({
    id_token_hint: await idToken(),
    post_logout_redirect_uri: afterSignOut,
    state: 'a b&c',
  })
  assert.equal(answer.statusCode, 303)
  assert.equal(answer.headers.location, 'https://desktop.example.com/bye?from=tonegate&state=a+b%26c')
  const [cookie] = answer.cookies
  assert.deepEqual([cookie?.name, cookie?.value, cookie?.maxAge], ['__Host-tonegate-sign-in', '', 0])
  assert.deepEqual(revoked, [signInId])
  assert.equal(await isSignedIn(), false)
  const audited = (await entriesIn(store)).filter(({ actor }) => actor.id === adaId)
  assert.deepEqual(
    audited.map(({ action, target }) => [action, target.id]),
    [
      ['user.sign-in', adaId],
      ['user.sign-out', adaId],
    ],
  )
})

test('the cookie of a session that has ended is worth nothing, even when it was kept', async (t) => {
  const { end, idToken, ada, request, app } = await startSignedIn(t)
  const page = await ada.visit(request())
  const { cookie } = page.raw.req.headers as { cookie?: string }
  await end({ id_token_hint: await idToken() })
  const answer = await app.inject({ url: request(), headers: { cookie: cookie ?? '' } })
  assert.equal(answer.statusCode, 200)
})

test('an expired ID token is good enough, and one without a session that names the person', async (t) => {
  const { end, idToken, isSignedIn, clock } = await startSignedIn(t)
  const hint = await idToken({ signInId: null })
  await clock.advance(7_200_000)
  const answer = await end({ id_token_hint: hint })
  assert.match(answer.body, /<h1>You are signed out<\/h1>/)
  assert.equal(await isSignedIn(), false)
})

test('without a good ID token the person is asked: logout CSRF (RFC-19)', async (t) => {
  const { end, idToken, isSignedIn, adaId, newGuid, clientId, region, keyring, clock, users } =
    await startSignedIn(t)
  const good = await idToken()
  const issueAccessToken = createAccessTokens({
    clock,
    newGuid,
    region,
    keyring,
    lifetimeSeconds: 60,
    algorithm: 'ES256',
  })
  const user = await users.find(adaId)
  const elsewhere = createAccessTokens({
    clock,
    newGuid,
    keyring,
    lifetimeSeconds: 60,
    algorithm: 'ES256',
    region: { ...region, issuer: 'https://emea.example.com/auth' },
  })
  const client = { id: clientId, account: { id: 1 } } as never
  const bad: Readonly<Record<string, string>>[] = [
    {},
    { client_id: clientId },
    { id_token_hint: 'x' },
    { id_token_hint: spoiltJwt(good) },
    {
      id_token_hint: good.replace(/^[^.]+/, Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')),
    },
    { id_token_hint: await idToken({ signInId: newGuid() }) },
    { id_token_hint: await idToken({ userId: newGuid() }) },
    { id_token_hint: await issueAccessToken({ client, user, scope: 'openid' } as never) },
    { id_token_hint: await elsewhere({ client, user, scope: 'openid' } as never) },
    { id_token_hint: `${good.repeat(20)}` },
  ]
  for (const parameters of bad) {
    const answer = await end(parameters)
    assert.equal(answer.statusCode, 200)
    assert.match(answer.body, /<title>Sign out\?<\/title>/, JSON.stringify(parameters))
    assert.equal(await isSignedIn(), true)
  }
})

test('the person confirms, and goes where the client has registered', async (t) => {
  const { end, ada, clientId, isSignedIn, revoked, signInId } = await startSignedIn(t)
  const page = await end({ client_id: clientId, post_logout_redirect_uri: afterSignOut, state: 'x' })
  assert.match(page.body, /<bdi>Agent desktop<\/bdi><\/strong> wants to sign you out/)
  assert.match(page.body, /<bdi>Ada Byron<\/bdi>/)
  const answer = await ada.submit(page, {})
  assert.deepEqual([answer.statusCode, answer.headers.location], [303, `${afterSignOut}&state=x`])
  assert.deepEqual(revoked, [signInId])
  assert.equal(await isSignedIn(), false)
})

test('nobody is sent where the client has not registered (RFC-42)', async (t) => {
  const { end, ada, idToken, clientId, createClient } = await startSignedIn(t)
  const { clientId: otherId } = await createClient({
    postLogoutRedirectUris: ['https://other.example.com/bye'],
  })
  const uris = [
    `${afterSignOut}x`,
    afterSignOut.slice(0, -1),
    afterSignOut.toUpperCase(),
    'https://evil.example/',
    'https://other.example.com/bye',
    'https://desktop.example.com/cb',
  ]
  for (const post_logout_redirect_uri of uris) {
    const page = await end({ client_id: clientId, post_logout_redirect_uri })
    assert.doesNotMatch(String(page.headers['content-security-policy']), /https:/)
  }
  for (const parameters of [{}, { client_id: otherId.replace(/.$/, '0') }]) {
    const page = await end({ ...parameters, post_logout_redirect_uri: afterSignOut })
    assert.match(page.body, /Sign out\?/)
  }
  const page = await end({ client_id: clientId, post_logout_redirect_uri: 'https://evil.example/' })
  const confirmed = await ada.submitAndLoad(page, {})
  assert.deepEqual([confirmed.statusCode, confirmed.headers.location], [200, undefined])
  const answer = await end({
    id_token_hint: await idToken(),
    post_logout_redirect_uri: 'https://evil.example/',
  })
  assert.deepEqual([answer.statusCode, answer.headers.location], [200, undefined])
  assert.doesNotMatch(answer.body, /evil/)
})

test('a client_id that is not the one of the ID token is refused, and nobody signed out', async (t) => {
  const { end, idToken, createClient, isSignedIn } = await startSignedIn(t)
  const { clientId } = await createClient()
  const answer = await end({ id_token_hint: await idToken(), client_id: clientId })
  assert.equal(answer.statusCode, 400)
  assert.equal(await isSignedIn(), true)
})

test('who is not signed in is simply sent on', async (t) => {
  const { browser, clientId } = await startSignedIn(t)
  const parameters = { client_id: clientId, post_logout_redirect_uri: afterSignOut }
  const answer = await browser().visit(`${path}?${new URLSearchParams(parameters)}`)
  assert.deepEqual([answer.statusCode, answer.headers.location], [303, afterSignOut])
  const page = await browser().visit(path)
  assert.match(page.body, /You are signed out/)
})

test("a client's own form comes back as a GET, with which the cookie comes", async (t) => {
  const { ada, idToken, isSignedIn } = await startSignedIn(t)
  const form = new URLSearchParams({ id_token_hint: await idToken(), state: 'x', other: 'left out' })
  const answer = await ada.post(path, form.toString(), { 'sec-fetch-site': 'cross-site' })
  form.delete('other')
  assert.deepEqual([answer.statusCode, answer.headers.location], [303, `${path}?${form}`])
  assert.equal(await isSignedIn(), true)
  assert.match((await ada.visit(String(answer.headers.location))).body, /You are signed out/)
})

test('the question is not answered by another site, nor by an old form (RFC-19)', async (t) => {
  const { end, ada, isSignedIn, clock } = await startSignedIn(t)
  const { action, fields } = readForm((await end({})).body)
  const post = (form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
    ada.post(action, new URLSearchParams(form).toString(), headers)
  assert.equal((await post(fields, { 'sec-fetch-site': 'cross-site' })).statusCode, 403)
  assert.equal((await post({ ...fields, form_token: 'x' })).statusCode, 403)
  await clock.advance(3_600_000)
  const late = await post(fields)
  assert.equal(late.statusCode, 403)
  assert.match(late.body, /href="\/auth\/connect\/endsession\?"/)
  assert.equal(await isSignedIn(), true)
})

test('when the grants cannot be ended the person is not signed out, and can try again', async (t) => {
  const { end, idToken, isSignedIn, revoked, failToRevoke } = await startSignedIn(t)
  failToRevoke(true)
  assert.equal((await end({ id_token_hint: await idToken() })).statusCode, 500)
  assert.equal(await isSignedIn(), true)
  failToRevoke(false)
  assert.equal((await end({ id_token_hint: await idToken() })).statusCode, 200)
  assert.equal(revoked.length, 1)
})

test('a HEAD request signs nobody out', async (t) => {
  const { ada, idToken, isSignedIn } = await startSignedIn(t)
  const answer = await ada.visit(`${path}?id_token_hint=${await idToken()}`, { method: 'HEAD' })
  assert.equal(answer.statusCode, 405)
  assert.equal(await isSignedIn(), true)
})

test('of a loopback address the port may be any after signing out too (RFC-42)', async (t) => {
  const { browser, createClient } = await startSignedIn(t)
  const app = await createClient({
    clientType: 'public',
    flows: ['authorization_code'],
    scopes: ['openid'],
    redirectUris: ['http://127.0.0.1/cb'],
    postLogoutRedirectUris: ['http://127.0.0.1/bye', 'http://[::1]/bye', 'http://localhost:9000/bye'],
  })
  const goesTo = async (uri: string) => {
    const form = new URLSearchParams({ client_id: app.clientId, post_logout_redirect_uri: uri })
    return (await browser().visit(`${path}?${form}`)).headers.location
  }
  for (const uri of ['http://127.0.0.1:51234/bye', 'http://[::1]:8/bye', 'http://localhost:9000/bye']) {
    assert.equal(await goesTo(uri), uri)
  }
  for (const uri of ['http://127.0.0.1:51234/', 'http://localhost:9001/bye', 'http://127.0.0.2/bye']) {
    assert.equal(await goesTo(uri), undefined)
  }
})
