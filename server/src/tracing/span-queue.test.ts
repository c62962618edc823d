import assert from 'node:assert/strict'
import { test } from 'node:test'
import { settle } from '../base/at-work.ts'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import type { EndedSpan } from './recorded-span.ts'
import { createSpanQueue, type Sent } from './span-queue.ts'

const taken: Sent = { is: 'taken' }
const span = (name: number) => ({ name: String(name), startedAt: name }) as unknown as EndedSpan

function startQueue(send: (spans: readonly EndedSpan[], signal: AbortSignal) => Promise<Sent>) {
  const clock = createMovableClock()
  const lines: string[] = []
  const log = createLog('info', { write: (line) => lines.push(line) })
  const sent: (readonly string[])[] = []
  const counted = { sent: 0, dropped: 0 }
  const spanMeter = {
    sent(spans: number) {
      counted.sent += spans
    },
    dropped(spans: number) {
      counted.dropped += spans
    },
  }
  const queue = createSpanQueue(
    (spans, signal) => {
      sent.push(spans.map(({ name }) => name))
      return send(spans, signal)
    },
    { clock, log, spanMeter: { ...spanMeter, leftOut() {} } },
  )
  const add = (from: number, to: number) => {
    for (let name = from; name < to; name += 1) queue.add(span(name))
  }
  const dropped = () =>
    lines.map((line) => JSON.parse(line)).map(({ spans, reason }) => [spans, reason] as const)
  return { clock, queue, sent, add, dropped, counted }
}

test('spans are sent together after two seconds', async () => {
  const { clock, sent, add } = startQueue(async () => taken)
  add(0, 2)
  await clock.advance(1_999)
  assert.deepEqual(sent, [])
  await clock.advance(1)
  assert.deepEqual(sent, [['0', '1']])
  await clock.advance(10_000)
  assert.equal(sent.length, 1, 'nothing is sent where there is nothing')
})

test('many spans are sent at once, 512 at a time and one after the other', async () => {
  const answers: ((sent: Sent) => void)[] = []
  const { clock, sent, add } = startQueue(() => new Promise((resolve) => answers.push(resolve)))
  add(0, 600)
  await settle()
  assert.deepEqual(
    sent.map((each) => each.length),
    [512],
  )
  for (const at of [0, 1]) {
    answers[at]?.(taken)
    await settle()
  }
  assert.equal(sent.flat().length, 512, 'a few wait for others')
  await clock.advance(2_000)
  assert.deepEqual(
    sent.flat(),
    Array.from({ length: 600 }, (_, name) => String(name)),
  )
})

test('what the collector may take later is sent again, twice, and then dropped', async () => {
  const { clock, sent, add, dropped } = startQueue(async () => ({ is: 'again', why: 'status 503' }))
  add(0, 3)
  await clock.advance(2_000)
  assert.equal(sent.length, 1)
  await clock.advance(2_000)
  assert.equal(sent.length, 2)
  assert.deepEqual(dropped(), [])
  await clock.advance(4_000)
  assert.deepEqual(sent, [
    ['0', '1', '2'],
    ['0', '1', '2'],
    ['0', '1', '2'],
  ])
  assert.deepEqual(dropped(), [[3, 'status 503']])
})

test('a collector that wants to be left alone is, for at most a minute', async () => {
  let milliseconds = 30_000
  const { clock, sent, add } = startQueue(async () => ({ is: 'again', why: 'status 503', milliseconds }))
  add(0, 1)
  await clock.advance(2_000)
  milliseconds = 3_600_000
  await clock.advance(29_999)
  assert.equal(sent.length, 1)
  await clock.advance(1)
  assert.equal(sent.length, 2)
  await clock.advance(60_000)
  assert.equal(sent.length, 3)
})

test('what the collector refuses, and what cannot be encoded, is not sent again', async () => {
  let answer = async (): Promise<Sent> => ({ is: 'refused', why: 'status 400' })
  const { clock, sent, add, dropped } = startQueue(() => answer())
  add(0, 1)
  await clock.advance(60_000)
  answer = () => Promise.reject(new Error('4111111111111111'))
  add(1, 2)
  await clock.advance(60_000)
  assert.equal(sent.length, 2)
  assert.deepEqual(dropped(), [
    [1, 'status 400'],
    [1, 'they could not be encoded'],
  ])
})

test('dropped spans are counted, and told of at most once a minute', async () => {
  const { clock, add, dropped } = startQueue(async () => ({ is: 'refused', why: 'status 400' }))
  for (let second = 0; second < 100; second += 2) {
    add(0, 5)
    await clock.advance(2_000)
  }
  assert.deepEqual(dropped(), [
    [5, 'status 400'],
    [150, 'status 400'],
  ])
})

test('while the collector is silent 8192 spans wait, and what comes then is dropped', async () => {
  const { clock, add, dropped, counted } = startQueue(() => new Promise(() => {}))
  add(0, 512)
  await settle()
  add(512, 10_000)
  await clock.advance(60_000)
  assert.equal(
    dropped().reduce((all, [spans]) => all + spans, 0),
    10_000 - 512 - 8_192,
  )
  assert.equal(dropped()[0]?.[1], 'too many wait for the collector')
  assert.deepEqual(counted, { sent: 0, dropped: 10_000 - 512 - 8_192 })
})

test('a process that ends sends what waits, within two seconds and no longer', async () => {
  const quick = startQueue(async () => taken)
  quick.add(0, 300)
  await quick.queue.close()
  assert.equal(quick.sent.flat().length, 300)
  assert.deepEqual(quick.dropped(), [])

  const aborted: boolean[] = []
  const silent = startQueue(
    (_, signal) => new Promise(() => signal.addEventListener('abort', () => aborted.push(true))),
  )
  silent.add(0, 300)
  let isClosed = false
  const closing = silent.queue.close().then(() => {
    isClosed = true
  })
  await silent.clock.advance(1_999)
  assert.equal(isClosed, false)
  await silent.clock.advance(1)
  await closing
  assert.deepEqual(aborted, [true], 'its request is given up')
  assert.deepEqual(silent.dropped(), [[300, 'the process ends']])
})

test('a process that ends does not wait until a collector that is away may be back', async () => {
  const { clock, queue, sent, add, dropped } = startQueue(async () => ({ is: 'again', why: 'no-connection' }))
  add(0, 1)
  await clock.advance(2_000)
  await queue.close()
  assert.equal(sent.length, 2)
  assert.deepEqual(dropped(), [[1, 'no-connection']])
})

test('what became of spans is counted, each once', async () => {
  const { clock, add, queue, counted } = startQueue(async ([first]) =>
    first?.startedAt === 0 ? taken : { is: 'refused', why: 'status 400' },
  )
  add(0, 3)
  await clock.advance(2_000)
  assert.deepEqual(counted, { sent: 3, dropped: 0 })
  add(3, 8)
  await clock.advance(2_000)
  assert.deepEqual(counted, { sent: 3, dropped: 5 })
  const silent = startQueue(() => new Promise(() => {}))
  silent.add(0, 700)
  const closing = silent.queue.close()
  await silent.clock.advance(2_000)
  await closing
  assert.deepEqual(silent.counted, { sent: 0, dropped: 700 })
  await queue.close()
})
