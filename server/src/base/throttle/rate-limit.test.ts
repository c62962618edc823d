import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { createMovableClock } from '../clock.ts'
import { createRateLimit, quotaHeaders } from './rate-limit.ts'

test('a second’s requests are allowed at once, the next one is not', () => {
  const limit = createRateLimit({ clock: createMovableClock(), requestsPerSecond: 3 })
  const taken = [1, 2, 3, 4].map(() => limit.take('one'))
  assert.deepEqual(
    taken.map(({ allowed, remaining }) => [allowed, remaining]),
    [
      [true, 2],
      [true, 1],
      [true, 0],
      [false, 0],
    ],
  )
})

test('one key does not use up another key’s quota', () => {
  const limit = createRateLimit({ clock: createMovableClock(), requestsPerSecond: 1 })
  limit.take('one')
  assert.equal(limit.take('one').allowed, false)
  assert.equal(limit.take('two').allowed, true)
})

test('a quota comes back as time passes', async () => {
  const clock = createMovableClock()
  const limit = createRateLimit({ clock, requestsPerSecond: 2 })
  limit.take('one')
  limit.take('one')
  await clock.advance(499)
  assert.equal(limit.take('one').allowed, false)
  await clock.advance(1)
  assert.equal(limit.take('one').allowed, true)
  assert.equal(limit.take('one').allowed, false)
})

test('a quota is told in the fields of the draft, with Retry-After once it is used up (RFC-58)', () => {
  const limit = createRateLimit({ clock: createMovableClock(), requestsPerSecond: 1 })
  assert.deepEqual(quotaHeaders(limit.take('one')), {
    'ratelimit-policy': '"default";q=1;w=1',
    ratelimit: '"default";r=0;t=1',
  })
  assert.deepEqual(quotaHeaders(limit.take('one')), {
    'ratelimit-policy': '"default";q=1;w=1',
    ratelimit: '"default";r=0;t=1',
    'retry-after': '1',
  })
})

test('whatever the times, nobody gets more than the bucket and what time has filled', async () => {
  const steps = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 100 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 20 }), steps, async (requestsPerSecond, waits) => {
      let now = 0
      const clock = { ...createMovableClock(), now: () => now }
      const limit = createRateLimit({ clock, requestsPerSecond })
      let allowed = 0
      for (const wait of waits) {
        now += wait
        if (limit.take('one').allowed) allowed += 1
      }
      assert.ok(allowed <= requestsPerSecond + (now * requestsPerSecond) / 1000 + 1e-6)
    }),
  )
})

test('after Retry-After a request is allowed (RFC-58)', async () => {
  const clock = createMovableClock()
  const limit = createRateLimit({ clock, requestsPerSecond: 5 })
  for (let request = 0; request < 5; request += 1) limit.take('one')
  const { 'retry-after': retryAfter } = quotaHeaders(limit.take('one'))
  await clock.advance(Number(retryAfter) * 1000)
  assert.equal(limit.take('one').allowed, true)
})
