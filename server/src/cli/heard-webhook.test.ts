import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signWebhook } from '../base/signing/standard-webhooks.ts'
import { shownWebhook, webhookLine } from './sandbox/heard-webhook.ts'
import { readServerSentEvents } from './sandbox/server-sent-events.ts'

const secret = `whsec_${Buffer.alloc(24, 1).toString('base64')}`
const now = Date.UTC(2026, 0, 15, 9, 30)

function heard(said: object, to: string | null = null) {
  const body = JSON.stringify(said)
  const headers = { ...signWebhook({ id: 'msg-1', sentAt: now, body: Buffer.from(body), secrets: [secret] }) }
  return { delivery: 'd', to, headers, body }
}

test('a message with a type is shown by it, and by the session that it tells of', () => {
  const said = { type: 'session.progress', data: { sessionGuid: 'guid-1', progress: 'link-opened' } }
  const shown = shownWebhook(heard(said), [secret], now)
  assert.deepEqual(
    [shown.what, shown.sessionGuid, shown.outcome, shown.signature],
    ['session.progress link-opened', 'guid-1', null, 'verified'],
  )
  assert.match(webhookLine(shown), / {2}session\.progress link-opened {2}guid-1 {2}✓ signed$/)
})

test('a signature that is wrong is told, and one of another secret is not judged', () => {
  const status = { sessionGuid: 'guid-1', sessionState: 'Finished' }
  const changed = { ...heard(status), body: JSON.stringify({ ...status, sessionState: 'Error' }) }
  assert.equal(shownWebhook(changed, [secret], now).signature, 'wrong')
  const other = `whsec_${Buffer.alloc(24, 2).toString('base64')}`
  assert.equal(
    shownWebhook(heard(status, 'https://shop.example.com/'), [other], now).signature,
    'not-checked',
  )
  assert.equal(shownWebhook({ ...heard(status), body: 'no JSON' }, [secret], now).what, 'webhook')
})

test('events are read out of pieces, and a stream without an end of one is left', async () => {
  async function* pieces(...texts: readonly string[]) {
    for (const text of texts) yield Buffer.from(text)
  }
  const found = []
  for await (const event of readServerSentEvents(
    pieces('event: web', 'hook\r\ndata: {"a":1}\r\n', '\r\n: beat\n\n'),
  )) {
    found.push(event)
  }
  assert.deepEqual(found, [{ event: 'webhook', data: '{"a":1}' }])
  for await (const _ of readServerSentEvents(
    pieces('x'.repeat(600_000), 'x'.repeat(600_000), '\n\ndata: 1\n\n'),
  )) {
    assert.fail('it was read')
  }
})
