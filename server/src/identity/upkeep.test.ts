import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../test/harness/test-until.ts'
import { createUsedAssertions } from './clients/used-assertions.ts'
import { startGrants } from './grants/test-grants.ts'

const minute = 60_000
const hour = 60 * minute

const settings = { tokenLifetimeSeconds: 600, refreshTokenLifetimeSeconds: 600, grantLifetimeSeconds: 1200 }

async function startUpkeep(t: TestContext) {
  const started = await startGrants(t, { settings })
  const { store } = started
  const rowsOf = (
    table: 'authorization_code' | 'refresh_token' | 'sign_in' | 'used_assertion' | 'revocation',
  ) => {
    const all = store.prepare((db, _: object) => db.selectFrom(table).select('expires_at'))
    return async () => (await all.all(store.reader, {})).length
  }
  const insertSignIn = store.prepare(
    (db, p: { sha256: Uint8Array; id: string; user_id: string; expires_at: number }) =>
      db.insertInto('sign_in').values({
        sha256: p.sha256,
        id: p.id,
        user_id: p.user_id,
        expires_at: p.expires_at,
        authenticated_at: 0,
      }),
  )
  return {
    ...started,
    addSignIn: (expiresAt: number) => {
      const row = { sha256: started.random(32), id: started.newGuid(), expires_at: expiresAt }
      return store.write((tx) => insertSignIn.run(tx, { ...row, user_id: started.userId }))
    },
    codes: rowsOf('authorization_code'),
    refreshTokens: rowsOf('refresh_token'),
    signIns: rowsOf('sign_in'),
    usedAssertions: rowsOf('used_assertion'),
    revocations: rowsOf('revocation'),
  }
}

test('codes, refresh tokens, sign-ins and revocations go within a minute of their end', async (t) => {
  const { issueCode, signIn, addSignIn, clock, codes, refreshTokens, signIns } = await startUpkeep(t)
  await issueCode()
  await addSignIn(clock.now() + 5 * minute)
  await addSignIn(clock.now() + 2 * hour)
  await signIn()
  assert.deepEqual([await codes(), await refreshTokens(), await signIns()], [2, 1, 2])
  await clock.advance(2 * minute)
  assert.deepEqual([await codes(), await refreshTokens(), await signIns()], [1, 1, 2])
  await clock.advance(4 * minute)
  assert.deepEqual([await codes(), await refreshTokens(), await signIns()], [1, 1, 1])
  await clock.advance(5 * minute)
  assert.deepEqual([await codes(), await refreshTokens(), await signIns()], [1, 0, 1])
})

test('what ends in the very moment of a run goes with it, and what ends a millisecond later with the next', async (t) => {
  const { store, addSignIn, clock, signIns, revocations } = await startUpkeep(t)
  const revoke = store.prepare((db, p: { id: string; expires_at: number }) =>
    db.insertInto('revocation').values({ id: p.id, revoked_at: 0, expires_at: p.expires_at }),
  )
  const before = await signIns()
  for (const expiresAt of [clock.now() + minute, clock.now() + minute + 1]) {
    await addSignIn(expiresAt)
    await store.write((tx) => revoke.run(tx, { id: String(expiresAt), expires_at: expiresAt }))
  }
  await clock.advance(minute)
  assert.deepEqual([(await signIns()) - before, await revocations()], [1, 1])
  await clock.advance(minute)
  assert.deepEqual([(await signIns()) - before, await revocations()], [0, 0])
})

test('a used assertion goes when nobody takes it any more', async (t) => {
  const { store, clock, clientId, usedAssertions } = await startUpkeep(t)
  await createUsedAssertions(store).use({ clientId, jti: 'a', expiresAt: clock.now() + minute })
  await clock.advance(minute)
  assert.equal(await usedAssertions(), 1)
  await clock.advance(2 * minute)
  assert.equal(await usedAssertions(), 0)
})

test('a revocation stays until its token has expired', async (t) => {
  const { issue, post, createClient, clock, revocations } = await startUpkeep(t)
  const machine = await createClient()
  const token = await issue({ client_id: machine.clientId, client_secret: machine.clientSecret })
  await post('revocation', { token }, machine)
  await clock.advance(10 * minute)
  assert.equal(await revocations(), 1)
  await clock.advance(2 * minute)
  assert.equal(await revocations(), 0)
})

test('a used code stays as long as anything that came of it may be good', async (t) => {
  const { signIn, redeem, refresh, clock, codes } = await startUpkeep(t)
  const { code, refreshToken } = await signIn()
  await clock.advance(9 * minute)
  const { refresh_token } = (await refresh(refreshToken)).json()
  await clock.advance(9 * minute)
  assert.equal(await codes(), 1)
  assert.equal((await redeem(code)).statusCode, 400)
  assert.equal((await refresh(refresh_token)).json().error, 'invalid_grant')
})

test('more rows than fit a batch go in one run', async (t) => {
  const { issueCode, clock, codes } = await startUpkeep(t)
  await Promise.all(Array.from({ length: 450 }, () => issueCode()))
  await clock.advance(2 * minute)
  await until(async () => {
    await clock.advance(0)
    return (await codes()) === 0
  })
  assert.equal(await codes(), 0)
})

test('a run that fails is logged, and the next one does the work', async (t) => {
  const { issueCode, clock, codes, failWrites, lines } = await startUpkeep(t)
  await issueCode()
  const mend = failWrites()
  await clock.advance(2 * minute)
  assert.equal(await codes(), 1)
  assert.ok(lines.some((line) => line.includes('expired rows could not be removed')))
  mend()
  await clock.advance(minute)
  assert.equal(await codes(), 0)
})

test('a closed identity server does nothing by itself any more', async (t) => {
  const { issueCode, clock, codes, identity } = await startUpkeep(t)
  await issueCode()
  await identity.close()
  await clock.advance(10 * minute)
  assert.equal(await codes(), 1)
})
