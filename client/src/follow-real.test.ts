import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signWebhook } from '../../server/src/base/signing/standard-webhooks.ts'
import { webhookEvents } from '../../server/src/payments/configurations/webhook-events.ts'
import { startTestTonegate } from '../../server/test/harness/test-tonegate.ts'
import { createClient } from './client.ts'
import { verifyWebhook } from './webhook.ts'

const expiry = `12${String(new Date().getFullYear() + 3).slice(-2)}`

test('a session of a real server is followed by its events, and never asked for', async (t) => {
  const { tonegate: server, origin, post } = await startTestTonegate(t)
  const { clientId = '', clientSecret = '' } = server.sandbox?.regions.nam?.clients[0] ?? {}
  const paths: string[] = []
  const tonegate = createClient({
    baseUrl: origin,
    clientId,
    clientSecret,
    fetch: (input, init) => {
      paths.push(new URL(String(input)).pathname.replace(/[0-9a-f-]{36}/, '{sessionGuid}'))
      return fetch(input, init)
    },
  })
  const paymentData = { Amount: '12.40', Currency: 'GBP' }
  const { sessionGuid } = await tonegate.createSession({
    agentId: 'agent7',
    skipCallTransfer: true,
    paymentData,
  })
  const told: string[] = []
  const waiting = tonegate.waitForResult(sessionGuid, {
    onProgress: ({ progress, field }) => told.push([progress, field].filter(Boolean).join(' ')),
  })
  await post(`/sandbox/sessions/${sessionGuid}/keys`, { keys: `4111111111111111#${expiry}#123#1` })
  assert.equal((await waiting).outcome, 'approved')
  assert.deepEqual(
    told.filter((each) => each.startsWith('field')),
    ['field-complete pan', 'field-complete expiry', 'field-complete security-code'],
  )
  assert.deepEqual(paths, [
    '/auth/connect/token',
    '/globalpci/v1/session',
    '/globalpci/v1/session/{sessionGuid}/events',
  ])
  assert.deepEqual(
    await Array.fromAsync(tonegate.followSession(sessionGuid), ({ type }) => type).then((all) => all.at(-1)),
    'session.ended',
  )
})

test('every event that a webhook can be sent is known by its name', async () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  for (const type of webhookEvents) {
    const body = JSON.stringify({ type, data: { sequence: 1 } })
    const headers = {
      ...signWebhook({ id: 'm1', sentAt: Date.now(), body: Buffer.from(body), secrets: [secret] }),
    }
    assert.equal((await verifyWebhook({ secret, headers, body })).type, type)
  }
})
