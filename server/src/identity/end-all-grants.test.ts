import assert from 'node:assert/strict'
import { test } from 'node:test'
import { prepareEndAllGrants } from './end-all-grants.ts'
import { startGrants } from './grants/test-grants.ts'

test('every access token, refresh token and code of then is good no more, and new ones are', async (t) => {
  const { store, clock, issueCode, redeem, refresh, letsIn } = await startGrants(t)
  const tokens = (await redeem(await issueCode())).json()
  const unused = await issueCode()
  assert.ok(await letsIn(tokens.access_token))
  await clock.advance(1000)
  const ended = await store.write(prepareEndAllGrants({ store, clock }))
  assert.deepEqual(ended, { authorizationCodes: 2, refreshTokens: 1, signIns: 0 })
  await clock.advance(1000)
  assert.ok(!(await letsIn(tokens.access_token)))
  assert.equal((await refresh(tokens.refresh_token)).json().error, 'invalid_grant')
  assert.equal((await redeem(unused)).json().error, 'invalid_grant')
  const later = (await redeem(await issueCode())).json()
  assert.ok(await letsIn(later.access_token))
  assert.equal((await refresh(later.refresh_token)).statusCode, 200)
})
