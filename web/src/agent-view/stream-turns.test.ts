import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ViewState } from '../../../server/src/vault/view-state.ts'
import { followSession } from './events.ts'
import { createStreamTurns, type Locks } from './stream-turns.ts'
import { viewState } from './test-view.ts'

/** The locks of a browser, without one. */
function testLocks(): Locks & { readonly held: Set<string> } {
  const held = new Set<string>()
  return {
    held,
    async request(name, _options, holding) {
      if (held.has(name)) return holding(null)
      held.add(name)
      await holding({ name })
      held.delete(name)
    },
  }
}

const settle = () => new Promise((resolve) => setImmediate(resolve))

/** A view that shares its streams by such locks, and a server whose streams stay open until the session ends. */
function openView(locks: Locks | undefined, refused: Readonly<Record<string, number>> = {}) {
  const asked: string[] = []
  const heard: string[] = []
  const waits: (() => void)[] = []
  let state: ViewState = viewState()
  let stream: ReadableStreamDefaultController<Uint8Array> | undefined
  const event = () => new TextEncoder().encode(`event: state\ndata: ${JSON.stringify(state)}\n\n`)
  const turns = createStreamTurns({
    locks,
    async fetch(url, init) {
      const what = String(url).split('/').at(-1) ?? ''
      asked.push(what)
      assert.equal(new Headers(init?.headers).get('authorization'), 'Bearer access')
      if (refused[what] !== undefined) return new Response('{}', { status: refused[what] })
      if (what === 'state') return Response.json(state)
      return new Response(
        new ReadableStream({
          start(controller) {
            stream = controller
            controller.enqueue(event())
          },
        }),
      )
    },
    wait: () => new Promise<void>((resolve) => waits.push(resolve)),
  })
  const followed = followSession({
    path: '/view',
    tokens: { accessToken: () => 'access', renew: async () => 'lost', stop: () => undefined },
    openStream: turns,
    wait: () => new Promise<void>(() => {}),
    listener: {
      state: ({ state }) => heard.push(state),
      connection: (connection) => connection === 'lost' && heard.push('lost'),
      gone: () => heard.push('gone'),
      closed: () => heard.push('closed'),
    },
  })
  return {
    asked,
    heard,
    followed,
    refused,
    become(change: Partial<ViewState>) {
      state = viewState(change)
      stream?.enqueue(event())
    },
    async pass() {
      waits.splice(0).forEach((go) => void go())
      for (let turn = 0; turn < 5; turn += 1) await settle()
    },
  }
}

const ended = { state: 'ended', result: { end: 'success', outcome: 'approved' } } as const

test('three views have a stream; the others ask once a second, and miss nothing', async () => {
  const locks = testLocks()
  const views = Array.from({ length: 8 }, () => openView(locks))
  for (const view of views) await view.pass()
  assert.deepEqual(
    views.map(({ asked }) => asked.filter((what) => what === 'events').length),
    [1, 1, 1, 0, 0, 0, 0, 0],
  )
  const last = views.at(-1)
  last?.become({ state: 'confirming' })
  await last?.pass()
  assert.equal(last?.heard.at(-1), 'confirming')
  last?.become(ended)
  await last?.pass()
  await last?.followed
  assert.equal(last?.heard.at(-1), 'ended')
  assert.ok(!last?.heard.includes('lost'))
})

test('a stream that becomes free is taken over by a view that asks, without a gap', async () => {
  const locks = testLocks()
  const views = Array.from({ length: 4 }, () => openView(locks))
  for (const view of views) await view.pass()
  const [first, , , fourth] = views
  first?.become(ended)
  await first?.followed
  for (let turn = 0; turn < 5; turn += 1) await settle()
  await fourth?.pass()
  assert.equal(fourth?.asked.at(-1), 'events')
  fourth?.become({ state: 'confirming' })
  for (let turn = 0; turn < 5; turn += 1) await settle()
  assert.equal(fourth?.heard.at(-1), 'confirming')
  assert.ok(!fourth?.heard.includes('lost'))
  assert.equal(locks.held.size, 3)
})

test('a view that asks hears that it was closed, and that its session is gone', async () => {
  for (const [status, said] of [
    [403, 'closed'],
    [404, 'gone'],
  ] as const) {
    const locks = testLocks()
    for (let count = 0; count < 3; count += 1) await openView(locks).pass()
    const view = openView(locks, { state: status })
    await view.followed
    assert.deepEqual(view.heard, [said])
  }
  const locks = testLocks()
  for (let count = 0; count < 3; count += 1) await openView(locks).pass()
  const refused: Record<string, number> = {}
  const view = openView(locks, refused)
  await view.pass()
  refused.state = 403
  await view.pass()
  await view.followed
  assert.deepEqual(view.heard, ['capturing', 'closed'])
})

test('without locks each view has a stream of its own', async () => {
  const views = Array.from({ length: 4 }, () => openView(undefined))
  for (const view of views) await view.pass()
  assert.deepEqual(new Set(views.flatMap(({ asked }) => asked)), new Set(['events']))
})
