import assert from 'node:assert/strict'
import { test } from 'node:test'
import { firstRefreshToken, paidState, testGuid } from '../test-sessions.ts'
import { startVaultRoutes } from '../test-vault-routes.ts'

const view = `/session/7/view/${testGuid}`

function start() {
  const { app, session, clock } = startVaultRoutes()
  const say = (payload: object, path = view, headers: Readonly<Record<string, string>> = {}) =>
    app.inject({ method: 'POST', url: `${path}/token`, headers, payload })
  const renew = (refreshToken: unknown, path?: string, headers?: Readonly<Record<string, string>>) =>
    say({ refreshToken }, path, headers)
  return { session, clock, say, renew }
}

test('a refresh token is good for one new pair', async () => {
  const { clock, renew } = start()
  const first = await renew(firstRefreshToken)
  assert.equal(first.statusCode, 200)
  assert.equal(first.headers['cache-control'], 'no-store')
  assert.deepEqual(first.json(), {
    accessToken: `access-${testGuid}`,
    refreshToken: `${'0'.repeat(31)}1`,
    renewInSeconds: 240,
    now: clock.now(),
  })
  const again = await renew(firstRefreshToken)
  assert.equal(again.statusCode, 401)
  assert.equal(again.headers['www-authenticate'], 'Bearer error="invalid_token"')
  assert.equal((await renew(first.json().refreshToken)).statusCode, 200)
})

test('another tenant, another origin, an ended session renew nothing and use nothing up', async () => {
  const { session, renew } = start()
  assert.equal((await renew(firstRefreshToken, view.replace('/7/', '/8/'))).statusCode, 404)
  assert.equal((await renew(firstRefreshToken, view, { 'sec-fetch-site': 'cross-site' })).statusCode, 404)
  assert.equal((await renew(firstRefreshToken)).statusCode, 200)
  session.become(paidState)
  assert.equal((await renew(`${'0'.repeat(31)}1`)).statusCode, 404)
})

test('what is no refresh token is refused', async () => {
  const { renew } = start()
  assert.equal((await renew(7)).statusCode, 400)
  assert.equal((await renew('')).statusCode, 401)
  assert.equal((await renew(undefined)).statusCode, 401)
})

test('a page names the refresh token that it wants next, if that is one', async () => {
  const { say } = start()
  const successor = 'c0ffee'.padEnd(32, '0')
  for (const wrong of ['', successor.slice(1), `${successor}0`, successor.toUpperCase(), 7]) {
    assert.equal((await say({ refreshToken: firstRefreshToken, successor: wrong })).statusCode, 400)
  }
  assert.equal((await say({ refreshToken: firstRefreshToken, successor })).json().refreshToken, successor)
})

test('an access token that is still good gets a window a refresh token of its own', async () => {
  const { session, renew } = start()
  const authorization = `Bearer access-${testGuid}`
  const own = await renew(undefined, view, { authorization })
  assert.equal(own.statusCode, 200)
  assert.match(own.json().refreshToken, /^a{31}/)
  assert.deepEqual(session.calls, ['refresh token added'])
  assert.equal((await renew('used up already', view, { authorization })).statusCode, 200)
  assert.equal(
    (await renew(firstRefreshToken, view, { authorization })).json().refreshToken,
    `${'0'.repeat(31)}1`,
  )
  const foreign = { authorization: 'Bearer access-01990000-0000-7000-8000-00000000ffff' }
  assert.equal((await renew(undefined, view, foreign)).statusCode, 401)
})
