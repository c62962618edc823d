import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { failWrites } from '../store/test-failing-writes.ts'
import { readAnswer, readForm, redirectUri, startAuthorize } from './authorize/test-authorize.ts'
import { nam } from './test-identity.ts'

/** Of RFC 7636 Appendix B. */
const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'

async function start(t: TestContext) {
  const started = await startAuthorize(t, {
    clientType: 'confidential',
    flows: ['authorization_code', 'password', 'client_credentials'],
  })
  const disk = failWrites(t)
  const { requestToken, app, clientId, secret } = started
  return {
    ...started,
    disk,
    exchange: (code: string) =>
      requestToken({
        grant_type: 'authorization_code',
        code,
        scope: null,
        code_verifier: codeVerifier,
        redirect_uri: redirectUri,
      }),
    refresh: (refresh_token: string) =>
      requestToken({ grant_type: 'refresh_token', refresh_token, scope: null }),
    revoke: (token: string) =>
      app.inject({
        method: 'POST',
        url: '/auth/connect/revocation',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        payload: new URLSearchParams({
          token,
          client_id: clientId,
          client_secret: secret,
        }).toString(),
      }),
  }
}

interface OAuthAnswer {
  readonly statusCode: number
  readonly headers: Readonly<Record<string, unknown>>
  json(): { readonly error: string; readonly error_description: string }
}

/** The form of RFC 6749 §5.2, and when to come again. */
function assertComeAgain({ statusCode, headers, ...answer }: OAuthAnswer, what: string): void {
  assert.equal(statusCode, 503, what)
  assert.equal(headers['retry-after'], '5', what)
  assert.equal(headers['cache-control'], 'no-store', what)
  assert.match(String(headers['content-type']), /^application\/json/, what)
  const { error, error_description } = answer.json()
  assert.equal(error, 'temporarily_unavailable', what)
  assert.match(
    error_description,
    /^Nothing can be stored at the moment\. Try again in a few seconds\.$/,
    what,
  )
}

test('a code that finds the disk full is good for its tokens once there is room, and once only', async (t) => {
  const { signedIn, urlOf, disk, exchange } = await start(t)
  const ada = await signedIn()
  const scope = 'globalpci openid offline_access'
  const { code = '' } = readAnswer(await ada.visit(urlOf({ scope }))).members
  disk.fail('the disk is full')
  assertComeAgain(await exchange(code), 'code')
  assertComeAgain(await exchange(code), 'code, again')
  disk.heal()
  const answer = await exchange(code)
  assert.equal(answer.statusCode, 200, answer.body)
  assert.ok(answer.json().refresh_token)
  assert.equal((await exchange(code)).json().error, 'invalid_grant')
})

test('a refresh token that finds the disk full is not used up, and its grant not ended', async (t) => {
  const { signedIn, urlOf, disk, exchange, refresh } = await start(t)
  const ada = await signedIn()
  const { code = '' } = readAnswer(await ada.visit(urlOf({ scope: 'globalpci offline_access' }))).members
  const first = (await exchange(code)).json().refresh_token
  disk.fail('the disk is read-only')
  assertComeAgain(await refresh(first), 'refresh token')
  assertComeAgain(await refresh(first), 'refresh token, again')
  disk.heal()
  const second = await refresh(first)
  assert.equal(second.statusCode, 200, second.body)
  assert.equal((await refresh(second.json().refresh_token)).statusCode, 200)
})

test('what cannot be revoked is not said to be revoked, and is revoked the next time', async (t) => {
  const { signedIn, urlOf, disk, exchange, refresh, revoke } = await start(t)
  const ada = await signedIn()
  const { code = '' } = readAnswer(await ada.visit(urlOf({ scope: 'globalpci offline_access' }))).members
  const tokens = (await exchange(code)).json()
  disk.fail('the disk does not write')
  assertComeAgain(await revoke(tokens.refresh_token), 'refresh token')
  assertComeAgain(await revoke(tokens.access_token), 'access token')
  disk.heal()
  assert.equal((await revoke(tokens.refresh_token)).statusCode, 200)
  assert.equal((await refresh(tokens.refresh_token)).json().error, 'invalid_grant')
})

test('a token that writes nothing is issued while the disk is full; a sign-in is not, since it is to be written down', async (t) => {
  const { requestToken, disk, password } = await start(t)
  disk.fail('the disk is full')
  assert.equal((await requestToken()).statusCode, 200)
  const person = { grant_type: 'password', username: 'ada', password }
  for (const scope of ['globalpci', 'globalpci offline_access'])
    assertComeAgain(await requestToken({ ...person, scope }), scope)
})

test('a client whose code cannot be written is told so by the browser, and gets no code (RFC 6749 §4.1.2.1)', async (t) => {
  const { signedIn, urlOf, disk } = await start(t)
  const ada = await signedIn()
  disk.fail('the disk is full')
  for (const response_mode of ['query', 'fragment']) {
    const answer = readAnswer(await ada.visit(urlOf({ response_mode })))
    assert.deepEqual(answer.members, { error: 'temporarily_unavailable', state: 'xyz', iss: nam.issuer })
  }
  disk.heal()
  assert.ok(readAnswer(await ada.visit(urlOf())).members.code)
})

test('who cannot be signed in sees a page that says to try again; nobody is half signed in', async (t) => {
  const { browser, urlOf, disk, password, lines } = await start(t)
  const ada = browser()
  const page = await ada.visit(urlOf())
  assert.equal(page.statusCode, 200)
  disk.fail('the disk is full')
  lines.length = 0
  const refused = await ada.submit(page, { username: 'ada', password })
  assert.equal(refused.statusCode, 503)
  assert.equal(refused.headers['retry-after'], '5')
  assert.match(String(refused.headers['content-type']), /^text\/html/)
  assert.match(refused.body, /Something went wrong on our side/)
  assert.match(refused.body, /Please try again in a moment\./)
  assert.ok(lines.some((line) => line.includes('a page could not be shown')))
  disk.heal()
  const still = await ada.visit(urlOf({ prompt: 'none' }))
  assert.equal(readAnswer(still).members.error, 'login_required')
  const signedIn = await ada.submit(await ada.visit(urlOf()), { username: 'ada', password })
  assert.equal(signedIn.statusCode, 303)
  assert.ok(readAnswer(await ada.visit(urlOf())).members.code)
})

test('consent and sign-out that cannot be written are pages with a 503, and are asked for again', async (t) => {
  const { signedIn, urlOf, disk, sharedId } = await start(t)
  const zoe = await signedIn('zoe')
  const asked = await zoe.visit(urlOf({ client_id: sharedId, prompt: 'consent' }))
  const { action } = readForm(asked.body)
  assert.match(action, /consent/)
  disk.fail('the disk is full')
  const refused = await zoe.submit(asked, { decision: 'allow' })
  assert.equal(refused.statusCode, 503)
  assert.match(refused.body, /Something went wrong on our side/)
  const signOut = await zoe.visit('/auth/connect/endsession')
  const out = await zoe.submit(signOut, {})
  assert.equal(out.statusCode, 503)
  disk.heal()
  assert.match((await zoe.visit(urlOf({ client_id: sharedId, prompt: 'consent' }))).body, /consent/)
  assert.equal((await zoe.submit(signOut, {})).statusCode, 303)
  const gone = await zoe.visit(urlOf({ client_id: sharedId, prompt: 'none' }))
  assert.equal(readAnswer(gone).members.error, 'login_required')
})
