import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { type TestContext, test } from 'node:test'
import { createTestClock } from '../test-clock.ts'
import {
  type Answering,
  type Asked,
  json,
  paid,
  problem,
  sessionGuid,
  startApi,
  status,
} from '../test-servers.ts'

const isStream = ({ path }: Asked) => path === `/globalpci/v1/session/${sessionGuid}/events`

const begin = (response: ServerResponse) => response.writeHead(200, { 'content-type': 'text/event-stream' })

const event = (type: string, id: number, data: object) =>
  `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify({ type, sequence: id, sessionGuid, ...data })}\n\n`

const progress = (id: number, what: string) =>
  event('session.progress', id, { progress: what, timestamp: '2026-01-15T09:29:00.000000Z' })
const ended = (id: number, session: object = paid) => event('session.ended', id, { session })

/** A server whose streams and looks at the session are answered one after the other, the last ones again and again. */
async function startSession(
  t: TestContext,
  { streams, looks = [status('InProgress')] }: { streams: readonly Answering[]; looks?: readonly object[] },
) {
  const counts = { streams: 0, looks: 0 }
  return startApi(t, (asked, response) => {
    if (!isStream(asked)) return json(response, looks[Math.min(counts.looks++, looks.length - 1)])
    return streams[Math.min(counts.streams++, streams.length - 1)]?.(asked, response)
  })
}

const refuse = (code: number, type = 'text/html'): Answering => {
  return (_, response) => response.writeHead(code, { 'content-type': type }).end('Nothing.')
}

test('the result comes by the stream, and what happens meanwhile is told', async (t) => {
  const { tonegate, asked, clock } = await startSession(t, {
    streams: [
      (_, response) =>
        begin(response).end(`: hello\n\n${progress(1, 'opened')}${progress(2, 'field-complete')}${ended(3)}`),
    ],
  })
  const told: string[] = []
  const result = await tonegate.waitForResult(sessionGuid, {
    onProgress: ({ progress }) => told.push(progress),
  })
  assert.deepEqual(told, ['opened', 'field-complete'])
  assert.deepEqual(
    [result.sessionState, result.outcome, result.paymentResultData?.cardLast4],
    ['Finished', 'approved', '1111'],
  )
  assert.deepEqual([asked().length, clock.waits], [1, []])
  assert.deepEqual(
    [asked()[0]?.headers.accept, asked()[0]?.headers.authorization],
    ['text/event-stream', 'Bearer token-1'],
  )
})

test('a stream that breaks is taken up behind the last event, and none is told twice', async (t) => {
  const { tonegate, asked } = await startSession(t, {
    streams: [
      (_, response) =>
        begin(response).write(`${progress(1, 'opened')}id: 2\nevent: session.pro`, () => response.destroy()),
      (_, response) => begin(response).end(progress(1, 'opened') + progress(2, 'link-sent') + ended(3)),
    ],
  })
  const told: string[] = []
  const { outcome } = await tonegate.waitForResult(sessionGuid, {
    onProgress: ({ progress }) => told.push(progress),
  })
  assert.equal(outcome, 'approved')
  assert.deepEqual(told, ['opened', 'link-sent'])
  const streams = asked().filter(isStream)
  assert.deepEqual(
    streams.map(({ headers }) => headers['last-event-id']),
    [undefined, '1'],
  )
})

test('a session that ended while the stream was broken is not missed', async (t) => {
  const { tonegate, asked } = await startSession(t, {
    streams: [(_, response) => begin(response).end(progress(1, 'opened'))],
    looks: [paid],
  })
  assert.equal((await tonegate.waitForResult(sessionGuid)).outcome, 'approved')
  assert.equal(asked().length, 2)
})

for (const [what, stream] of [
  ['404 and a page', refuse(404)],
  [
    '404 and a problem',
    (_: Asked, response: ServerResponse) => json(response, problem('not-found', 'No.'), 404),
  ],
  ['405', refuse(405)],
  ['406', refuse(406)],
  ['200 and a page', refuse(200)],
  ['200 and JSON', refuse(200, 'application/json')],
  [
    'a redirect',
    (_: Asked, response: ServerResponse) => response.writeHead(302, { location: '/login' }).end(),
  ],
] as const) {
  test(`a server without a stream is asked again and again, with longer pauses: ${what}`, async (t) => {
    const open = Array.from({ length: 8 }, () => status('InProgress'))
    const { tonegate, asked, clock } = await startSession(t, { streams: [stream], looks: [...open, paid] })
    assert.equal((await tonegate.waitForResult(sessionGuid)).outcome, 'approved')
    assert.equal(asked().filter(isStream).length, 1)
    assert.deepEqual(clock.waits.map(Math.round), [500, 750, 1125, 1688, 2531, 3797, 5000, 5000])
  })
}

test('a change of the session makes the pauses short again', async (t) => {
  const looks = [status('Created'), status('Created'), status('InProgress'), status('InProgress'), paid]
  const { tonegate, clock } = await startSession(t, { streams: [refuse(404)], looks })
  await tonegate.waitForResult(sessionGuid)
  assert.deepEqual(clock.waits, [500, 750, 500, 750])
})

test('a session that does not exist is told', async (t) => {
  const { tonegate } = await startApi(t, (_, response) =>
    json(response, problem('not-found', 'No session.'), 404),
  )
  await assert.rejects(tonegate.waitForResult(sessionGuid), { kind: 'problem', code: 'not-found' })
})

test('a restart of the server is waited through', async (t) => {
  let asks = 0
  const { tonegate } = await startApi(t, (asked, response) => {
    asks += 1
    if (asks < 20) return response.destroy()
    return isStream(asked) ? begin(response).end(ended(1)) : json(response, status('InProgress'))
  })
  assert.equal((await tonegate.waitForResult(sessionGuid)).outcome, 'approved')
})

test('a server that fails often, and answers now and then, is waited for', async (t) => {
  let looks = 0
  const { tonegate } = await startApi(t, (asked, response) => {
    if (isStream(asked)) return refuse(404)(asked, response)
    looks += 1
    if (looks === 200) return json(response, paid)
    return looks % 50 === 0 ? json(response, status('InProgress')) : response.destroy()
  })
  assert.equal((await tonegate.waitForResult(sessionGuid)).outcome, 'approved')
})

test('a server that never comes again is told', async (t) => {
  const { tonegate } = await startApi(t, (_, response) => response.destroy())
  await assert.rejects(tonegate.waitForResult(sessionGuid), { kind: 'network' })
})

test('the wait ends when its time is over, and the session does not', async (t) => {
  const reached = Promise.withResolvers<void>()
  const clock = createTestClock({ held: [30_000, 45_000, 60_000] })
  const { tonegate, asked } = await startApi(
    t,
    (_, response) => {
      begin(response).write(': open\n\n')
      reached.resolve()
    },
    { clock },
  )
  const waiting = tonegate.waitForResult(sessionGuid, { timeout: 60_000 })
  await reached.promise
  clock.release(60_000)
  await assert.rejects(waiting, {
    kind: 'timeout',
    milliseconds: 60_000,
    message: /did not end within 60 seconds/,
  })
  assert.ok(asked().every(({ method }) => method === 'GET'))
})

test('a stream that falls silent is given up for a look at the session', async (t) => {
  const silent = Promise.withResolvers<void>()
  const { tonegate, clock } = await startSession(t, {
    streams: [
      (_, response) => {
        begin(response).write(progress(1, 'opened'))
      },
    ],
    looks: [paid],
  })
  const waiting = tonegate.waitForResult(sessionGuid, { onProgress: () => silent.resolve() })
  await silent.promise
  await new Promise((resolve) => setImmediate(resolve))
  clock.release(45_000)
  assert.equal((await waiting).outcome, 'approved')
})

test('a stream that says nothing at all, as one that a proxy holds back, is not asked for again', async (t) => {
  const reached = Promise.withResolvers<void>()
  const { tonegate, asked, clock } = await startSession(t, {
    streams: [
      (_, response) => {
        begin(response).flushHeaders()
        reached.resolve()
      },
    ],
    looks: [status('InProgress'), status('InProgress'), paid],
  })
  const waiting = tonegate.waitForResult(sessionGuid)
  await reached.promise
  await clock.hasStarted(45_000)
  clock.release(45_000)
  assert.equal((await waiting).outcome, 'approved')
  assert.deepEqual(asked().map(isStream), [true, false, false, false])
})

test('an event’s id that no header can carry is not sent back', async (t) => {
  const { tonegate, asked } = await startSession(t, {
    streams: [
      (_, response) => begin(response).end(progress(1, 'opened').replace('id: 1', 'id: ①')),
      (_, response) => begin(response).end(ended(2)),
    ],
  })
  assert.equal((await tonegate.waitForResult(sessionGuid)).outcome, 'approved')
  assert.deepEqual(
    asked()
      .filter(isStream)
      .map(({ headers }) => headers['last-event-id']),
    [undefined, undefined],
  )
})

test('the caller stops waiting, and the stream is closed', async (t) => {
  const closed = Promise.withResolvers<void>()
  const { tonegate } = await startSession(t, {
    streams: [
      (_, response) => {
        begin(response).write(progress(1, 'opened'))
        response.once('close', closed.resolve)
      },
    ],
  })
  const stop = new AbortController()
  const waiting = tonegate.waitForResult(sessionGuid, {
    signal: stop.signal,
    onProgress: () => stop.abort(new Error('The agent has left.')),
  })
  await assert.rejects(waiting, /The agent has left/)
  await closed.promise
})

test('a server with too many streams is asked for one when it says, and for the session meanwhile', async (t) => {
  const full: Answering = (_, response) =>
    json(response, problem('quota-exceeded', 'Too many.'), 429, { 'retry-after': '4' })
  const { tonegate, asked, clock } = await startSession(t, {
    streams: [full, (_, response) => begin(response).end(ended(1))],
  })
  assert.equal((await tonegate.waitForResult(sessionGuid)).outcome, 'approved')
  assert.deepEqual(asked().map(isStream), [true, false, false, false, false, true])
  assert.deepEqual(clock.waits, [500, 750, 1125, 1687.5])
})

test('what the caller’s own function throws is not swallowed', async (t) => {
  const { tonegate } = await startSession(t, {
    streams: [(_, response) => begin(response).end(progress(1, 'opened'))],
  })
  const onProgress = () => {
    throw new Error('A fault of the program.')
  }
  await assert.rejects(tonegate.waitForResult(sessionGuid, { onProgress }), /A fault of the program/)
})

test('a stream of nonsense is passed over', async (t) => {
  const { tonegate } = await startSession(t, {
    streams: [
      (_, response) =>
        begin(response).end(
          `event: session.ended\ndata: {\n\nevent: session.ended\ndata: null\n\nevent: session.progress\ndata: 7\n\n` +
            `event: session.ended\ndata: {"session":null}\n\nevent: session.ended\ndata: {"session":[]}\n\n` +
            `event: session.progress\ndata: {"progress":"opened"}\n\n` +
            `event: newer\ndata: {}\n\n${ended(1, status('InProgress'))}`,
        ),
    ],
    looks: [paid],
  })
  assert.equal((await tonegate.waitForResult(sessionGuid)).outcome, 'approved')
})

test('a token that expires meanwhile is renewed for the next stream', async (t) => {
  const { tonegate, asked } = await startSession(t, {
    streams: [
      ({ headers }, response) =>
        headers.authorization === 'Bearer token-1'
          ? json(response, problem('invalid-token', 'It expired.'), 401)
          : begin(response).end(ended(1)),
    ],
  })
  assert.equal((await tonegate.waitForResult(sessionGuid)).outcome, 'approved')
  assert.equal(asked().length, 2)
})

test('a stream that the server leaves open behind the end is closed', async (t) => {
  const closed = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const
  const leaving = ({ resolve }: PromiseWithResolvers<void>): Answering => {
    return (_, response) => {
      begin(response).write(ended(1))
      response.once('close', resolve)
    }
  }
  const { tonegate } = await startSession(t, { streams: closed.map(leaving) })
  assert.equal((await tonegate.waitForResult(sessionGuid)).outcome, 'approved')
  await closed[0].promise
  const types: string[] = []
  for await (const { type } of tonegate.followSession(sessionGuid)) types.push(type)
  assert.deepEqual(types, ['session.ended'])
  await closed[1].promise
})

test('events are read by a loop, too', async (t) => {
  const { tonegate } = await startSession(t, {
    streams: [(_, response) => begin(response).end(progress(4, 'opened') + ended(5))],
  })
  const types: string[] = []
  for await (const { type, id } of tonegate.followSession(sessionGuid, { lastEventId: '3' }))
    types.push(`${type} ${id}`)
  assert.deepEqual(types, ['session.progress 4', 'session.ended 5'])
})
