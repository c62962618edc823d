import assert from 'node:assert/strict'
import { test } from 'node:test'
import { challenge, ofPeople, redirectUri, startGrants, verifier } from './test-grants.ts'

const settings = { tokenRequestsPerSecond: 2 }

type Started = Awaited<ReturnType<typeof startGrants>>

/** Sends a form as the public client, which has nothing but its id to say. */
const asking =
  ({ app, clientId }: Started) =>
  (form: Readonly<Record<string, string>>, remoteAddress: string) =>
    app.inject({
      method: 'POST',
      url: '/auth/connect/token',
      remoteAddress,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      payload: new URLSearchParams({ client_id: clientId, ...form }).toString(),
    })

const codeForm = (code: string) => ({
  grant_type: 'authorization_code',
  code,
  redirect_uri: redirectUri,
  code_verifier: verifier,
})
const refreshForm = (token: string) => ({ grant_type: 'refresh_token', refresh_token: token })

test('wrong codes of strangers use up nothing of a public client’s people, nor of who is behind their address', async (t) => {
  const started = await startGrants(t, { settings, client: { clientType: 'public' } })
  const ask = asking(started)
  const wrong = [codeForm('no code'), refreshForm('no token'), { grant_type: 'nothing' }]
  const answers = []
  for (const form of [...wrong, ...wrong]) answers.push((await ask(form, '198.51.100.7')).statusCode)
  assert.deepEqual(answers, [400, 400, 429, 429, 429, 429])
  assert.equal((await ask(codeForm(await started.issueCode()), '198.51.100.7')).statusCode, 200)
  assert.equal((await ask(codeForm(await started.issueCode()), '203.0.113.9')).statusCode, 200)
})

test('each person has a quota of their own with a client, and what is over it has used nothing up (RFC-58)', async (t) => {
  const started = await startGrants(t, { settings, client: { clientType: 'public' } })
  const { identity, person, issueCode, clock } = started
  const ask = asking(started)
  const { id: another } = await identity.users.create({ ...person, username: 'agent.two' })
  await ask(codeForm(await issueCode()), '192.0.2.1')
  const second = await ask(codeForm(await issueCode()), '192.0.2.2')
  assert.equal(second.headers.ratelimit, '"default";r=0;t=1')
  const code = await issueCode()
  const refused = await ask(codeForm(code), '192.0.2.3')
  assert.deepEqual([refused.statusCode, refused.headers['retry-after']], [429, '1'])
  const token = second.json().refresh_token
  assert.equal((await ask(refreshForm(token), '192.0.2.3')).statusCode, 429)
  assert.equal((await ask(codeForm(await issueCode({ userId: another })), '192.0.2.1')).statusCode, 200)
  await clock.advance(1000)
  assert.equal((await ask(codeForm(code), '192.0.2.3')).statusCode, 200)
  assert.equal((await ask(refreshForm(token), '192.0.2.3')).statusCode, 200)
})

test('codes that people bring a client and that are none use up nothing of its own', async (t) => {
  const flows = ['authorization_code', 'client_credentials'] as const
  const { redeem, issueCode, requestToken } = await startGrants(t, {
    settings,
    client: { ...ofPeople, flows },
  })
  for (const expected of [400, 400, 429]) assert.equal((await redeem('no code')).statusCode, expected)
  assert.equal((await requestToken()).statusCode, 200)
  assert.equal((await redeem(await issueCode({ codeChallenge: challenge }))).statusCode, 200)
})

test('passwords of one name that a client sends use up nothing of another’s', async (t) => {
  const client = { flows: ['password'] as const, scopes: ['globalpci'] as const }
  const { requestToken, person } = await startGrants(t, { settings, client })
  const signIn = (username: string, password: string) =>
    requestToken({ grant_type: 'password', username, password })
  const statuses = []
  for (let count = 0; count < 4; count += 1) statuses.push((await signIn('nobody', 'a guess')).statusCode)
  assert.deepEqual(statuses, [400, 400, 429, 429])
  assert.equal((await signIn(person.username, person.password)).statusCode, 200)
})
