import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { authorized, startIdentity } from './test-identity.ts'

const username = 'ada'
const password = 'correct horse battery'

async function start(t: TestContext) {
  const started = await startIdentity(t, {
    client: { flows: ['client_credentials', 'password'], scopes: ['globalpci'] },
  })
  const { identity, account, requestToken } = started
  const { id: userId } = await identity.users.create({
    accountId: account.id,
    username,
    password,
    agentId: 'agent12345',
    licence: 'agent',
  })
  const signIn = async (with_ = password): Promise<string> =>
    (await requestToken({ grant_type: 'password', username, password: with_ })).json().access_token
  const isGood = async (token: string): Promise<boolean> =>
    Promise.try(identity.bearer, authorized(`Bearer ${token}`)).then(
      () => true,
      () => false,
    )
  return { ...started, userId, signIn, isGood }
}

test('tokens do not come back with the client or the person that was disabled', async (t) => {
  const { identity, clientId, userId, issue, signIn, isGood, clock } = await start(t)
  const [ofClient, ofPerson] = [await issue(), await signIn()]
  assert.deepEqual([await isGood(ofClient), await isGood(ofPerson)], [true, true])

  await identity.users.setDisabled(userId, 'disabled')
  await identity.users.setDisabled(userId, 'enabled')
  await clock.advance(1000)
  assert.deepEqual([await isGood(ofClient), await isGood(ofPerson)], [true, false])
  const later = await signIn()
  assert.equal(await isGood(later), true)

  await identity.clients.setDisabled(clientId, 'disabled')
  await identity.clients.setDisabled(clientId, 'enabled')
  await clock.advance(1000)
  assert.deepEqual([await isGood(ofClient), await isGood(later)], [false, false])
  assert.equal(await isGood(await issue()), true)
})

test('a new password ends tokens that came without a refresh token, to the millisecond', async (t) => {
  const { identity, userId, signIn, isGood, clock } = await start(t)
  const before = await signIn()
  await identity.users.setPassword(userId, 'another horse battery')
  await clock.advance(1)
  const after = await signIn('another horse battery')
  await clock.advance(1000)
  assert.deepEqual([await isGood(before), await isGood(after)], [false, true])
})
