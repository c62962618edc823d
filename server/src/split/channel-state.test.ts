import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { NoAnswer, type OutgoingAnswer, type OutgoingRequest } from '../base/outgoing/outgoing.ts'
import type { Greeting } from './greeting.ts'
import { watchChannel } from './watch-channel.ts'

const ours: Greeting = { half: 'api', channelVersion: 1, regions: ['nam'] }
const greeting = JSON.stringify({ ...ours, half: 'vault' })
const silent = () => new NoAnswer('no-connection', false)

/** A watch over a process that answers as the test says. */
function startWatch(first: () => Promise<OutgoingAnswer>) {
  const clock = createMovableClock()
  const lines: { readonly level: number; readonly message: string }[] = []
  const asked: OutgoingRequest[] = []
  let answer = first
  const watch = watchChannel({
    ours,
    clock,
    peer: new URL('https://vault.example.com:8443'),
    send(request) {
      asked.push(request)
      return answer()
    },
    log: createLog('trace', { write: (line) => lines.push(JSON.parse(line)) }),
  })
  return {
    watch,
    clock,
    asked,
    answerBy(next: () => Promise<OutgoingAnswer>) {
      answer = next
    },
    told: () => lines.map(({ level, message }) => `${level} ${message}`),
  }
}

const answering = (status: number, body: string) => async () => ({
  status,
  headers: {},
  body: Buffer.from(body),
})
const failing = (error: Error) => () => Promise.reject(error)

test('the other process is greeted at once, then every 30 seconds while it works, and told of once', async () => {
  const { watch, clock, asked, told } = startWatch(answering(200, greeting))
  assert.deepEqual(await watch.state(), { state: 'works' })
  const [{ url, method, body, timeoutMilliseconds } = assert.fail()] = asked
  assert.equal(`${method} ${url}`, 'POST https://vault.example.com:8443/greeting')
  assert.deepEqual(JSON.parse(String(Buffer.from(body ?? []))), ours)
  assert.equal(timeoutMilliseconds, 5_000)
  await clock.advance(29_999)
  assert.equal(asked.length, 1)
  await clock.advance(1)
  assert.equal(asked.length, 2)
  await clock.advance(30_000)
  assert.equal(asked.length, 3)
  assert.deepEqual(told(), ['30 the other process is reachable'])
})

test('one that is silent is greeted every two seconds, and each change is told of', async () => {
  const { watch, clock, asked, told, answerBy } = startWatch(failing(silent()))
  assert.deepEqual(await watch.state(), { state: 'silent' })
  await clock.advance(1_999)
  assert.equal(asked.length, 1)
  await clock.advance(1)
  assert.equal(asked.length, 2)
  answerBy(answering(200, greeting))
  await clock.advance(2_000)
  assert.deepEqual(await watch.state(), { state: 'works' })
  answerBy(failing(silent()))
  await clock.advance(30_000)
  assert.deepEqual(await watch.state(), { state: 'silent' })
  assert.deepEqual(told(), [
    '40 the other process does not answer',
    '30 the other process is reachable',
    '40 the other process does not answer',
  ])
})

for (const [what, answer, fault] of [
  ['another key', failing(new NoAnswer('bad-certificate', false)), /a different TONEGATE_CHANNEL_KEY/],
  ['no JSON', answering(200, '<html>'), /not Tonegate at all/],
  ['a greeting that is an error', answering(503, greeting), /not Tonegate at all/],
] as const) {
  test(`a process with ${what} is broken, and greeted every two seconds`, async () => {
    const { watch, clock, asked, told } = startWatch(answer)
    const state = await watch.state()
    assert.ok(state.state === 'broken')
    assert.match(state.fault, fault)
    await clock.advance(2_000)
    assert.equal(asked.length, 2)
    assert.deepEqual(told(), ['50 the two processes cannot work together'])
  })
}

test('one that cannot do its work is there all the same, greeted every two seconds, and looked at again by who asks', async () => {
  const notReady = JSON.stringify({ ...ours, half: 'vault', notReady: 'the disk is full' })
  const { watch, clock, asked, told, answerBy } = startWatch(answering(200, notReady))
  const full = { state: 'not-ready', fault: 'the disk is full' }
  assert.deepEqual(await watch.state(), full)
  answerBy(answering(200, greeting))
  await clock.advance(999)
  assert.deepEqual(await watch.state(), full)
  assert.equal(asked.length, 1)
  await clock.advance(1)
  assert.deepEqual(await watch.state(), { state: 'works' })
  assert.equal(asked.length, 2)
  assert.deepEqual(told(), [
    '40 the other process is reachable, but cannot do its work',
    '30 the other process is reachable',
  ])
})

test('after the watch was closed nobody is greeted, and nothing is told', async () => {
  const first = Promise.withResolvers<OutgoingAnswer>()
  const { watch, clock, asked, told } = startWatch(() => first.promise)
  watch.close()
  assert.equal(asked[0]?.signal?.aborted, true)
  first.reject(new NoAnswer('aborted', true))
  assert.deepEqual(await watch.state(), { state: 'silent' })
  await clock.advance(60_000)
  assert.equal(asked.length, 1)
  assert.deepEqual(told(), [])
})

test('a watch that is closed between two greetings sends no more', async () => {
  const { watch, clock, asked } = startWatch(answering(200, greeting))
  await watch.state()
  watch.close()
  await clock.advance(60_000)
  assert.equal(asked.length, 1)
})

test('a fault of ours is not taken for a silent process', async () => {
  const bug = new TypeError('a bug')
  const { watch } = startWatch(failing(bug))
  await assert.rejects(watch.state(), bug)
})
