import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoAnswer } from '../../base/outgoing/outgoing.ts'
import { createWebhookFeed } from './webhook-feed.ts'

const webhook = { delivery: 'd1', to: null, headers: {}, body: '{}' }

test('a webhook that comes while the sandbox is reset waits for nobody’s answer', async () => {
  const feed = createWebhookFeed()
  const heard: string[] = []
  feed.listen({ answers: 'own', send: ({ event }) => void heard.push(event), end() {} })
  await assert.rejects(feed.deliver(webhook, AbortSignal.abort()), NoAnswer)
  assert.deepEqual(heard, [])
})

test('whoever answers first answers for the receiver, and nobody who only looks', async () => {
  const feed = createWebhookFeed()
  const looking = { answers: 'none', send() {}, end() {} } as const
  feed.listen(looking)
  assert.equal(await feed.deliver(webhook, AbortSignal.timeout(60_000)), 200)
  const leave = feed.listen({ ...looking, answers: 'own' })
  const delivered = feed.deliver(webhook, AbortSignal.timeout(60_000))
  assert.deepEqual([feed.answered('d1', 500), feed.answered('d1', 200)], [true, true])
  assert.equal(await delivered, 500)
  assert.equal(feed.answered('d1', 200), false)
  leave?.()
  assert.equal(await feed.deliver(webhook, AbortSignal.timeout(60_000)), 200)
})
