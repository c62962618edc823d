import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type TestContext, test } from 'node:test'
import { floorSessions } from '../live-sessions.ts'
import { startWatcher } from '../load/watching.ts'
import { createStreamFloor } from './stream-floor.ts'

const state = {
  state: 'capturing',
  fields: { pan: { state: 'asked', digits: 0, attemptsLeft: 3 }, expiry: { digits: 0 } },
  merchantName: 'Harbour Street Books',
}

async function startFloor(t: TestContext) {
  const server = createStreamFloor({ state }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const watcher = startWatcher()
  t.after(async () => {
    await watcher.stop()
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { server, watcher, port, origin: `http://127.0.0.1:${port}` }
}

test('a key at the floor is an event of the stream that it was pressed for, and of no other', async (t) => {
  const { origin } = await startFloor(t)
  const read = async (id: string) => {
    const answer = await fetch(`${origin}/streams/${id}`)
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader()
    return async () => JSON.parse(/^data: (.*)$/m.exec((await reader?.read())?.value ?? '')?.[1] ?? '')
  }
  const press = (id: string, keys: string) =>
    fetch(`${origin}/streams/${id}/keys`, { method: 'POST', body: JSON.stringify({ keys }) })
  const [one, other] = [await read('1'), await read('2')]
  assert.deepEqual(await one(), state)
  assert.deepEqual(await other(), state)
  for (const [keys, digits] of [
    ['4', 1],
    ['2', 2],
    ['*', 0],
  ] as const) {
    assert.equal((await press('1', keys)).status, 200)
    assert.equal((await one()).fields.pan.digits, digits)
  }
  await press('2', '4')
  assert.equal((await other()).fields.pan.digits, 1)
  assert.equal((await press('3', '4')).status, 404)
  assert.equal((await fetch(`${origin}/readyz`)).status, 404)
})

test('the watcher counts a dot for every key that it presses', async (t) => {
  const { watcher, port, origin } = await startFloor(t)
  await watcher.open(port, floorSessions(origin, 3))
  for (const round of [1, 2]) {
    const plan = { port, perSecond: 500, milliseconds: 200, connections: 2 }
    const { keys, lost, p50, p99, longest, watcherBusy } = await watcher.press(plan)
    assert.deepEqual({ keys, lost }, { keys: 100, lost: 0 }, `round ${round}`)
    assert.ok(p50 > 0 && p99 >= p50 && longest >= p99)
    assert.ok(watcherBusy > 0 && watcherBusy <= 1)
  }
})

test('the watcher fails when a stream is not opened, or ends', async (t) => {
  const { server, watcher, port, origin } = await startFloor(t)
  const [session] = floorSessions(origin, 1)
  assert.ok(session)
  const elsewhere = { ...session, stream: session.stream.replace('/streams/', '/nothing/') }
  await assert.rejects(watcher.open(port, [elsewhere]), /404/)
  await watcher.close()
  await watcher.open(port, [session])
  server.closeAllConnections()
  const plan = { port, perSecond: 10, milliseconds: 300, connections: 1 }
  await assert.rejects(watcher.press(plan), /closed a/)
})
