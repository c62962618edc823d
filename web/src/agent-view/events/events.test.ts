import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scriptedFetch, viewState } from '../test-view.ts'
import type { Renewal, Tokens } from '../tokens.ts'
import { followSession } from './events.ts'

const ended = viewState({ state: 'ended', result: { end: 'success', outcome: 'approved' } })

function stream(...texts: readonly string[]): Response {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text))
      controller.close()
    },
  })
  return new Response(body)
}

const event = (state: object) => `event: state\ndata: ${JSON.stringify(state)}\n\n`

async function follow(answers: readonly (Response | Error | 'never')[], renewals: readonly Renewal[] = []) {
  const { fetch, asked } = scriptedFetch(...answers)
  const heard: string[] = []
  const waits: number[] = []
  const left = [...renewals]
  let number = 1
  const tokens: Tokens = {
    accessToken: () => `access-${number}`,
    async renew() {
      number += 1
      return left.shift() ?? 'lost'
    },
    onRenewed: () => undefined,
    stop: () => undefined,
  }
  await followSession({
    path: '/view',
    tokens,
    async openStream(path, { tokens, signal }) {
      const headers = { authorization: `Bearer ${tokens.accessToken()}` }
      return fetch(`${path}/events`, { headers, signal })
    },
    wait: async (milliseconds) => void waits.push(milliseconds),
    listener: {
      state: ({ state }) => heard.push(state),
      connection: (connection) => heard.push(connection),
      gone: () => heard.push('gone'),
      closed: () => heard.push('closed'),
    },
  })
  const authorizations = asked.map(({ init }) => new Headers(init.headers).get('authorization'))
  return { heard, waits, authorizations }
}

test('states are read, wherever the network cuts them, until the last', async () => {
  const text = event(viewState()) + event(viewState({ merchantName: 'Café' })) + event(ended)
  const { heard, waits } = await follow([stream(text.slice(0, 20), text.slice(20, 700), text.slice(700))])
  assert.deepEqual(heard, ['live', 'capturing', 'live', 'capturing', 'live', 'ended'])
  assert.deepEqual(waits, [])
})

test('a broken connection is said and tried again, each time after a longer wait, until it stands', async () => {
  const { heard, waits } = await follow([
    stream(event(viewState())),
    new TypeError('no network'),
    new Response(null, { status: 503 }),
    stream(event(viewState())),
    stream(event(ended)),
  ])
  assert.deepEqual(waits, [500, 1_000, 2_000, 500])
  assert.deepEqual(heard, [
    'live',
    'capturing',
    'lost',
    'lost',
    'lost',
    'live',
    'capturing',
    'lost',
    'live',
    'ended',
  ])
})

test('a stream that has not begun within ten seconds is lost, as one that breaks', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const following = follow(['never', stream(event(ended))])
  t.mock.timers.tick(9_999)
  await new Promise((resolve) => setImmediate(resolve))
  t.mock.timers.tick(1)
  const { heard, waits } = await following
  assert.deepEqual(heard, ['lost', 'live', 'ended'])
  assert.deepEqual(waits, [500])
})

test('a token that was refused is renewed at once', async () => {
  const { heard, waits, authorizations } = await follow(
    [new Response(null, { status: 401 }), stream(event(ended))],
    ['renewed'],
  )
  assert.deepEqual(authorizations, ['Bearer access-1', 'Bearer access-2'])
  assert.deepEqual(heard, ['live', 'ended'])
  assert.deepEqual(waits, [])
})

test('without access it stops', async () => {
  const { authorizations } = await follow([new Response(null, { status: 401 })], ['lost'])
  assert.equal(authorizations.length, 1)
})

test('a session that the server knows no more is gone', async () => {
  for (const status of [404, 409]) {
    assert.deepEqual((await follow([new Response(null, { status })])).heard, ['gone'])
  }
})

test('a session that has ended while its token ran out is gone, not out of reach', async () => {
  const { heard, authorizations } = await follow([new Response(null, { status: 401 })], ['gone'])
  assert.deepEqual(heard, ['gone'])
  assert.equal(authorizations.length, 1)
})

test('a view whose access has ended is said to be closed, by the stream, its refusal or the renewal', async () => {
  const closing = stream(event(viewState()), 'event: closed\ndata: {}\n\n')
  assert.deepEqual((await follow([closing])).heard, ['live', 'capturing', 'closed'])
  assert.deepEqual((await follow([new Response(null, { status: 403 })])).heard, ['closed'])
  const renewal = await follow([new Response(null, { status: 401 })], ['closed'])
  assert.deepEqual(renewal.heard, ['closed'])
})

test('a server that stops itself says when to come again, once', async () => {
  const { waits } = await follow([
    stream(event(viewState()), 'retry: 1700\n\n'),
    new TypeError('no network'),
    stream(event(viewState()), 'retry: 900000\n\n'),
    stream(event(ended)),
  ])
  assert.deepEqual(waits, [1_700, 1_000, 15_000])
})
