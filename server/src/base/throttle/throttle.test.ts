import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../clock.ts'
import { createThrottle } from './throttle.ts'
import { clientRules, personRules } from './throttle-rules.ts'

const addressOf = (number: number): string =>
  `2001:db8:${Math.floor(number / 65_536).toString(16)}:${(number % 65_536).toString(16)}::1`

/** Of names, of networks and of pairs 50,000 are kept that have failed and are not closed. */
const moreThanIsKept = 70_000

for (const [whose, rules] of [
  ['clients', clientRules],
  ['people', personRules],
] as const) {
  test(`of ${whose} what is closed stays closed, whatever names and networks fail beside it`, () => {
    const throttle = createThrottle(createMovableClock(), rules)
    const pair = throttle.attempt('a name', '192.0.2.1')
    for (let count = 0; count < 10; count += 1) throttle.recordFailure(pair)
    for (let count = 0; count < 100; count += 1) {
      throttle.recordFailure(throttle.attempt(`name ${count}`, '192.0.2.2'))
      throttle.recordFailure(throttle.attempt('everywhere', `198.51.100.${count}`))
    }
    const closed = [
      pair,
      throttle.attempt('another name', '192.0.2.2'),
      throttle.attempt('everywhere', '203.0.113.9'),
    ]
    const waits = closed.map(throttle.wait)
    assert.ok(waits.every((wait) => wait !== undefined))
    for (let other = 0; other < moreThanIsKept; other += 1) {
      throttle.recordFailure(throttle.attempt(`other ${other}`, addressOf(other)))
    }
    assert.deepEqual(closed.map(throttle.wait), waits)
  })
}

test('from where a name has authenticated is not forgotten for what other names do', () => {
  const throttle = createThrottle(createMovableClock(), personRules)
  throttle.recordSuccess(throttle.attempt('Ada', '192.0.2.1', { program: 'desk' }))
  for (let other = 0; other < moreThanIsKept; other += 1) {
    throttle.recordSuccess(throttle.attempt(`other ${other % 100}`, addressOf(other)))
  }
  for (let count = 0; count < 20; count += 1) {
    throttle.recordFailure(throttle.attempt('Ada', `198.51.100.${count}`))
  }
  assert.ok(throttle.wait(throttle.attempt('Ada', '203.0.113.9')) !== undefined)
  assert.equal(throttle.wait(throttle.attempt('Ada', '192.0.2.1')), undefined)
  assert.equal(throttle.wait(throttle.attempt('Ada', '203.0.113.9', { program: 'desk' })), undefined)
  assert.ok(throttle.wait(throttle.attempt('Ada', '203.0.113.9', { program: 'another' })) !== undefined)
})

test('who comes by a browser or a program that is known has no more guesses for it', () => {
  const throttle = createThrottle(createMovableClock(), personRules)
  throttle.recordSuccess(throttle.attempt('Ada', '192.0.2.1', { program: 'desk' }))
  for (const through of [{ program: 'desk' }, { browser: 'of Ada' }]) {
    let guesses = 0
    for (let count = 0; count < 20; count += 1) {
      const attempt = throttle.attempt('Ada', '198.51.100.7', through)
      if (throttle.wait(attempt) !== undefined) continue
      throttle.recordFailure(attempt)
      guesses += 1
    }
    assert.equal(guesses, 5)
    throttle.recordSuccess(throttle.attempt('Ada', '198.51.100.7', {}))
  }
})

test('a success by a known browser frees no guess of those behind its address', () => {
  const throttle = createThrottle(createMovableClock(), personRules)
  const neighbour = throttle.attempt('Ada', '192.0.2.1')
  for (let count = 0; count < 5; count += 1) throttle.recordFailure(neighbour)
  throttle.recordSuccess(throttle.attempt('Ada', '192.0.2.1', { browser: 'of Ada' }))
  assert.equal(throttle.wait(throttle.attempt('Ada', '192.0.2.1')), 1)
})

test('an attempt that names nobody counts for its network alone', () => {
  const throttle = createThrottle(createMovableClock(), clientRules)
  for (let count = 0; count < 100; count += 1) throttle.recordFailure(throttle.nameless('192.0.2.1'))
  assert.equal(throttle.wait(throttle.nameless('192.0.2.1')), 60)
  assert.equal(throttle.wait(throttle.nameless('192.0.2.2')), undefined)
  assert.equal(throttle.wait(throttle.attempt('a name', '192.0.2.2')), undefined)
})
