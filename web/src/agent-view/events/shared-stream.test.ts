import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createSharedStream, type FromSharedStream } from './shared-stream.ts'
import { settle, testLocks, testPorts } from './test-stream-worker.ts'

/** A server that keeps its streams open, and the worker that asks it. */
function startShared(refusals: (number | 'never' | Error)[] = []) {
  const streams: {
    readonly views: readonly { readonly path: string; readonly accessToken: string }[]
    readonly say: (text: string) => void
    readonly break: () => void
    readonly signal: AbortSignal
  }[] = []
  const locks = testLocks()
  const join = createSharedStream({
    locks,
    async fetch(url, init) {
      assert.equal(url, '/session/events')
      assert.equal(init?.method, 'POST')
      const signal = init?.signal as AbortSignal
      const refusal = refusals.shift()
      if (refusal === 'never') {
        return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      }
      if (refusal instanceof Error) throw refusal
      if (refusal !== undefined && refusal !== 200) return new Response(null, { status: refusal })
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
      const writer = writable.getWriter()
      const stop = () => void writer.close().catch(() => {})
      signal.addEventListener('abort', stop)
      streams.push({
        views: JSON.parse(String(init?.body)).views,
        say: (text) => void writer.write(new TextEncoder().encode(text)).catch(() => {}),
        break: stop,
        signal,
      })
      return new Response(readable)
    },
  })

  return {
    streams,
    refusals,
    last: () => streams.at(-1) ?? assert.fail('no stream was asked for'),
    open: () => streams.filter(({ signal }) => !signal.aborted).length,
    async view(path: string) {
      const { view, shared } = testPorts()
      const heard: string[] = []
      const gone = Promise.withResolvers<void>()
      locks.request(path, () => gone.promise)
      view.onmessage = ({ data }) => void heard.push(wordOf(data))
      join(shared)
      view.postMessage({ path, accessToken: `token of ${path}`, lock: path })
      await settle()
      return {
        heard,
        renew: (accessToken: string) => view.postMessage({ accessToken }),
        async leave() {
          gone.resolve()
          await settle()
        },
      }
    },
  }
}

function wordOf(data: FromSharedStream): string {
  if (data.kind === 'text') return data.text.trim().replaceAll('\n', ' ')
  return data.kind === 'refused' ? `refused ${data.status}` : data.kind
}

const state = (places: string, text: string) => `id: ${places}\nevent: state\ndata: ${text}\n\n`
const pathsOf = ({ views }: { readonly views: readonly { readonly path: string }[] }) =>
  views.map(({ path }) => path).join()

test('each view hears the events of its own place, and no other’s', async () => {
  const { view, last } = startShared()
  const one = await view('/one')
  const two = await view('/two')
  const three = await view('/three')
  last().say(state('0,2', 'A') + state('1', 'B'))
  await settle()
  assert.deepEqual(one.heard, ['joined', 'event: state data: A'])
  assert.deepEqual(two.heard, ['joined', 'event: state data: B'])
  assert.deepEqual(three.heard, ['joined', 'event: state data: A'])
})

test('while a new stream is being opened the former one is read, and no third is asked for', async () => {
  const { view, streams, last, open, refusals } = startShared()
  const one = await view('/one')
  refusals.push('never')
  await view('/two')
  await view('/three')
  last().say(state('0', 'A'))
  await settle()
  assert.deepEqual(one.heard, ['joined', 'event: state data: A'])
  assert.equal(open(), 1)
  assert.equal(streams.length, 1)
})

test('a stream that takes over says again only what is new, and keeps who hears the same awake', async () => {
  const { view, streams, last, open } = startShared()
  const one = await view('/one')
  last().say(state('0', 'A'))
  await settle()
  const two = await view('/two')
  assert.deepEqual(streams.map(pathsOf), ['/one', '/one,/two'])
  assert.equal(open(), 1)
  last().say(state('0', 'A') + state('1', 'B') + state('0', 'C'))
  await settle()
  assert.deepEqual(one.heard, ['joined', 'event: state data: A', ': still here', 'event: state data: C'])
  assert.deepEqual(two.heard, ['joined', 'event: state data: B'])
})

test('views that come while the stream is being opened wait for the next one, together', async () => {
  const { view, streams } = startShared()
  await Promise.all(['/one', '/two', '/three', '/four'].map(view))
  assert.ok(streams.length <= 2, `${streams.length} streams`)
  assert.equal(pathsOf(streams.at(-1) ?? { views: [] }), '/one,/two,/three,/four')
})

test('a view that goes takes its part along, and the last one the stream', async () => {
  const { view, streams, last, open } = startShared()
  const one = await view('/one')
  const two = await view('/two')
  await one.leave()
  assert.equal(pathsOf(last()), '/two')
  assert.equal(open(), 1)
  await two.leave()
  assert.equal(open(), 0)
  assert.equal(streams.length, 3)
})

test('each opening shows every view’s latest token', async () => {
  const { view, last } = startShared()
  const one = await view('/one')
  one.renew('fresh')
  await settle()
  await view('/two')
  assert.deepEqual(
    last().views.map(({ accessToken }) => accessToken),
    ['fresh', 'token of /two'],
  )
})

test('a view that is refused hears why, and is not asked for again', async () => {
  const { view, last } = startShared()
  const one = await view('/one')
  const two = await view('/two')
  last().say(`id: 0\nevent: refused\ndata: {"status":401}\n\n${state('0,1', 'A')}`)
  await settle()
  assert.deepEqual(one.heard, ['joined', 'refused 401'])
  assert.deepEqual(two.heard, ['joined', 'event: state data: A'])
  await view('/three')
  assert.equal(pathsOf(last()), '/two,/three')
})

test('a closed view hears that, and the others go on', async () => {
  const { view, last } = startShared()
  const one = await view('/one')
  const two = await view('/two')
  last().say('id: 0\nevent: closed\ndata: {}\n\n: still here\n\n')
  await settle()
  assert.deepEqual(one.heard, ['joined', 'event: closed data: {}', ': still here'])
  assert.deepEqual(two.heard, ['joined', ': still here'])
})

test('when the stream breaks all its views hear that, once, and it waits for them to come back', async () => {
  const { view, streams, last } = startShared()
  const one = await view('/one')
  const two = await view('/two')
  last().break()
  await settle()
  assert.deepEqual(
    [one.heard, two.heard],
    [
      ['joined', 'over'],
      ['joined', 'over'],
    ],
  )
  assert.equal(streams.length, 2)
  await view('/three')
  assert.equal(pathsOf(last()), '/three')
})

test('where no new stream comes about, who has one keeps it', async () => {
  const { view, last, refusals, open } = startShared()
  const one = await view('/one')
  for (const failure of [503, new TypeError('no network')]) {
    refusals.push(failure)
    const two = await view('/two')
    assert.deepEqual(two.heard, ['joined', 'refused 503'])
    await two.leave()
  }
  last().say(state('0', 'A'))
  await settle()
  assert.deepEqual(one.heard, ['joined', 'event: state data: A'])
  assert.equal(open(), 1)
})

test('a stream that does not come about within ten seconds is given up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { view, refusals, last } = startShared(['never'])
  const one = await view('/one')
  t.mock.timers.tick(9_999)
  await settle()
  assert.deepEqual(one.heard, ['joined'])
  t.mock.timers.tick(1)
  await settle()
  assert.deepEqual(one.heard, ['joined', 'refused 503'])
  assert.equal(refusals.length, 0)
  await view('/two')
  assert.equal(pathsOf(last()), '/two')
})

test('a view beyond the sixty-fourth is told to help itself', async () => {
  const { view, last } = startShared()
  for (let number = 1; number <= 64; number += 1) await view(`/${number}`)
  const one = await view('/one')
  assert.deepEqual(one.heard, ['full'])
  assert.equal(last().views.length, 64)
})

test('every view hears when to come again before it hears that the stream is over', async () => {
  const { view, last } = startShared()
  const one = await view('/one')
  const two = await view('/two')
  last().say('retry: 1700\n\n')
  last().break()
  await settle()
  for (const { heard } of [one, two]) assert.deepEqual(heard, ['joined', 'retry: 1700', 'over'])
})
