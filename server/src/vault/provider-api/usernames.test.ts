import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import type { Guid } from '../../base/guid.ts'
import {
  callbackTo,
  credentials,
  startProviderApi,
  startReceiver,
  testFlow,
  values,
} from './test-provider-api.ts'

const free = { username: '', usernames: 'free' } as const
const hashOf = (agent: string) => createHash('sha256').update(agent).digest('hex')

test('a client of free names launches under whatever name its agent has, and the name is who launched', async (t) => {
  const receiver = await startReceiver(t)
  const template = { by: '{{launchedBy}}' }
  const callback = { ...callbackTo(receiver.url), template }
  const { api, tokens, launched, get, clock, store, lines } = await startProviderApi(t, {
    flow: { ...testFlow, callback },
  })
  await api.clients.setUsernames(credentials.client_id, free)
  for (const username of [hashOf('agent 7'), hashOf('agent 8'), 'Żaneta Ó’Neill (desk 3)']) {
    const { access_token: token } = await tokens({ username })
    const { Id, session } = await launched(undefined, { token })
    assert.equal((await get(Id)).json().LaunchedBy, username)
    const row = store.prepare((db, p: { guid: Guid }) =>
      db.selectFrom('provider_session').select('launched_by').where('guid', '=', p.guid),
    )
    assert.equal((await row.first(store.reader, { guid: Id }))?.launched_by, username)
    assert.ok(lines.some((line) => line.includes('a session was launched') && line.includes(username)))
    await session?.cancel()
    const [{ body } = { body: '' }] = (await receiver.requests(1)).slice(-1)
    assert.equal(new URLSearchParams(body).get('by'), username)
    receiver.received.length = 0
    await clock.advance(0)
  }
})

test('the name opens nothing: any token of the client opens its sessions, and none of another client', async (t) => {
  const { api, tokens, launched, get } = await startProviderApi(t)
  await api.clients.setUsernames(credentials.client_id, free)
  const { access_token: token } = await tokens({ username: 'one' })
  const { Id } = await launched(undefined, { token })
  assert.equal((await get(Id)).statusCode, 200)
  const { access_token } = await tokens({ username: 'one', client_secret: 'wrong' })
  assert.equal(access_token, undefined)
})

test('a client of fixed names is refused under another one, until its names are free', async (t) => {
  const { api, askToken } = await startProviderApi(t)
  assert.deepEqual((await askToken({ username: 'agent 7' })).json().error, 'invalid_client')
  await api.clients.setUsernames(credentials.client_id, free)
  assert.equal((await askToken({ username: 'agent 7' })).statusCode, 200)
  await api.clients.setUsernames(credentials.client_id, { username: 'agent 8', usernames: 'fixed' })
  assert.deepEqual((await askToken({ username: 'agent 7' })).json().error, 'invalid_client')
  assert.equal((await askToken({ username: 'agent 8' })).statusCode, 200)
})

test('what is no name is refused, and a card number for one is kept and logged nowhere', async (t) => {
  const { api, askToken, lines } = await startProviderApi(t)
  await api.clients.setUsernames(credentials.client_id, free)
  for (const username of ['4111111111111111', 'x'.repeat(256), 'a\nb', 'a\u2028b', '']) {
    const answer = await askToken({ username })
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.json().error, 'invalid_request')
    assert.ok(!answer.body.includes('4111'))
  }
  assert.doesNotMatch(lines.join(''), /411111/)
  assert.equal((await askToken({ username: 'x'.repeat(255) })).statusCode, 200)
})

test('a session of a client of fixed names was launched by that name', async (t) => {
  const { launched, get } = await startProviderApi(t)
  const { Id } = await launched({ FlowId: 695, InitialValues: values })
  assert.equal((await get(Id)).json().LaunchedBy, credentials.username)
})
