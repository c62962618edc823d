import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOpenStream, type StreamWorker } from './open-stream.ts'
import type { FromSharedStream, ToSharedStream } from './shared-stream.ts'
import { settle, testLocks, testPorts } from './test-stream-worker.ts'

type Options = Partial<Parameters<typeof createOpenStream>[0]>

/** A view, and a worker that says what the test says. */
function openView(options: Options = {}) {
  const locks = testLocks()
  const { view, shared } = testPorts()
  const page = new EventTarget()
  const told: ToSharedStream[] = []
  const asked: string[] = []
  let fail = () => {}
  let renewed = () => {}
  let number = 1
  shared.onmessage = ({ data }) => void told.push(data)
  const worker: StreamWorker = {
    port: view,
    addEventListener: (_, hear) => {
      fail = hear
    },
  }
  const openStream = createOpenStream({
    locks,
    startWorker: () => worker,
    newName: () => 'one',
    page,
    async fetch(url, init) {
      asked.push(`${url} ${new Headers(init?.headers).get('authorization')}`)
      return new Response('own')
    },
    ...options,
  })
  const limit = new AbortController()
  return {
    told,
    asked,
    locks,
    limit,
    page,
    say: (message: FromSharedStream) => shared.postMessage(message),
    fail: () => fail(),
    renew() {
      number += 1
      renewed()
    },
    open: (signal = limit.signal) =>
      openStream('/view', {
        tokens: {
          accessToken: () => `access-${number}`,
          onRenewed: (hear) => {
            renewed = hear
          },
        },
        signal,
      }),
  }
}

const joining = { path: '/view', accessToken: 'access-1', lock: 'tonegate-view-one' }

test('a view joins with its token and holds its lock until it has heard enough', async () => {
  const { open, say, told, asked, locks, limit } = openView()
  const opening = open()
  await settle()
  assert.deepEqual(told, [joining])
  assert.ok(locks.held.has('tonegate-view-one'))
  say({ kind: 'joined' })
  say({ kind: 'text', text: 'event: state\n' })
  const answer = await opening
  assert.equal(answer.status, 200)
  say({ kind: 'text', text: 'data: {}\n\n' })
  say({ kind: 'over' })
  assert.equal(await answer.text(), 'event: state\ndata: {}\n\n')
  limit.abort()
  await settle()
  assert.equal(locks.held.size, 0)
  assert.deepEqual(asked, [])
})

test('a page that is put aside lets go of its stream, and joins again when it is back', async () => {
  const { open, say, page, locks, told } = openView()
  const opening = open()
  await settle()
  say({ kind: 'joined' })
  say({ kind: 'text', text: 'event: state\n' })
  const answer = await opening
  page.dispatchEvent(new Event('pagehide'))
  assert.equal(await answer.text(), 'event: state\n')
  await settle()
  assert.equal(locks.held.size, 0)
  open(new AbortController().signal).catch(() => {})
  await settle()
  assert.deepEqual(told, [joining, joining])
})

test('a fresh token is told at once', async () => {
  const { open, renew, told } = openView()
  open().catch(() => {})
  await settle()
  renew()
  await settle()
  assert.deepEqual(told, [joining, { accessToken: 'access-2' }])
})

test('a refusal is an answer with its status', async () => {
  const { open, say, asked } = openView()
  const opening = open()
  await settle()
  say({ kind: 'joined' })
  say({ kind: 'refused', status: 401 })
  assert.equal((await opening).status, 401)
  assert.deepEqual(asked, [])
})

test('a view for which there is no room opens a stream of its own, this time', async () => {
  const { open, say, limit, asked, told } = openView()
  const opening = open()
  await settle()
  say({ kind: 'full' })
  assert.equal(await (await opening).text(), 'own')
  assert.deepEqual(asked, ['/view/events Bearer access-1'])
  limit.abort()
  open(new AbortController().signal).catch(() => {})
  await settle()
  assert.equal(told.length, 2)
})

test('where there is no way to share, each view has a stream of its own, then and ever after', async () => {
  const denied = () => {
    throw new DOMException('denied', 'SecurityError')
  }
  for (const options of [
    { locks: undefined },
    { startWorker: denied },
    { locks: { request: denied } },
    { locks: { request: async () => denied() } },
    { newName: denied },
  ] as const satisfies readonly Options[]) {
    const { open, asked, told } = openView(options)
    for (let time = 0; time < 2; time += 1) assert.equal(await (await open()).text(), 'own')
    assert.equal(asked.length, 2)
    assert.deepEqual(told, [])
  }
})

test('a worker that cannot be loaded is done without, at once', async () => {
  const { open, fail, asked } = openView()
  const opening = open()
  await settle()
  fail()
  assert.equal(await (await opening).text(), 'own')
  assert.equal(asked.length, 1)
})

test('after a worker that said nothing until it was given up comes a stream of the view’s own', async () => {
  const { open, limit, asked, told } = openView()
  const opening = open()
  await settle()
  limit.abort()
  await assert.rejects(opening)
  assert.equal(await (await open(new AbortController().signal)).text(), 'own')
  assert.equal(asked.length, 1)
  assert.equal(told.length, 1)
})

test('locks that are never granted are given up too', async () => {
  const { open, limit, asked } = openView({ locks: { request: () => new Promise(() => {}) } })
  const opening = open()
  limit.abort()
  await assert.rejects(opening)
  assert.equal(await (await open(new AbortController().signal)).text(), 'own')
  assert.equal(asked.length, 1)
})

test('a worker that is there is asked again, however long the server takes', async () => {
  const { open, say, limit, asked, told } = openView()
  const opening = open()
  await settle()
  say({ kind: 'joined' })
  await settle()
  limit.abort()
  await assert.rejects(opening)
  open(new AbortController().signal).catch(() => {})
  await settle()
  assert.equal(told.length, 2)
  assert.deepEqual(asked, [])
})
