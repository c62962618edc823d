import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readAnswer, startAuthorize } from '../authorize/test-authorize.ts'
import { ofPeople, startGrants } from './test-grants.ts'

const bearing = (accessToken: string) => ({
  method: 'GET',
  url: '/globalpci/v1/sessions',
  headers: { authorization: `Bearer ${accessToken}` },
})

test('by whatever flow a person gets a token, it takes payments as their agent, and without one not at all', async (t) => {
  const { identity, signIn, refresh, post, createClient, person, userId, clock } = await startGrants(t)
  const { clientId, clientSecret } = await createClient({
    ...ofPeople,
    flows: ['password'],
    redirectUris: [],
  })
  const { username, password } = person
  const order = { grant_type: 'password', username, password, scope: 'globalpci' }
  const byPassword = async () => {
    const answer = await post('token', order, { clientId, clientSecret: clientSecret ?? null })
    return answer.json().access_token as string
  }
  const asAgent = [await signIn(), { accessToken: await byPassword() }]
  for (const { accessToken } of asAgent) {
    assert.equal((await identity.bearer(bearing(accessToken))).agentId, 'agent12345')
  }

  const { refreshToken } = await signIn()
  for (const licence of ['agent', 'supervisor', 'administrator'] as const) {
    await identity.users.edit(userId, { agentId: null, licence })
    await clock.advance(1000)
    const tokens = [(await signIn()).accessToken, await byPassword()]
    for (const accessToken of tokens) {
      await assert.rejects(async () => identity.bearer(bearing(accessToken)), {
        code: 'person-without-agent',
      })
    }
  }
  const refreshed = (await refresh(refreshToken)).json().access_token
  await assert.rejects(async () => identity.bearer(bearing(refreshed)), { code: 'person-without-agent' })
})

test('so it is with the implicit flow', async (t) => {
  const { identity, signedIn, urlOf, userId, clock } = await startAuthorize(t)
  const browser = await signedIn()
  const token = async () =>
    readAnswer(await browser.visit(urlOf({ response_type: 'token' }))).members.access_token ?? ''
  assert.equal((await identity.bearer(bearing(await token()))).agentId, 'agent12345')
  await identity.users.edit(userId, { agentId: null, licence: 'administrator' })
  await clock.advance(1000)
  const later = await token()
  await assert.rejects(async () => identity.bearer(bearing(later)), { code: 'person-without-agent' })
})
