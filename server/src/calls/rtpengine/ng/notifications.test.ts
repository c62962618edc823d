import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../../../test/harness/test-until.ts'
import { createMovableClock } from '../../../base/clock.ts'
import { readEngineUrl } from '../engine-url.ts'
import { startTestEngine, testNotification } from '../test-rtpengine.ts'
import { readKeyReport } from './key-report.ts'
import { createNotifications } from './notifications.ts'

async function start(t: TestContext) {
  const clock = createMovableClock()
  const engine = await startTestEngine(t, clock)
  const heard: string[] = []
  const notifications = createNotifications({
    endpoint: readEngineUrl(engine.url).tcp,
    clock,
    listeners: {
      opened: () => heard.push('opened'),
      closed: (reason) => heard.push(reason),
      told: (key) => heard.push(`key ${readKeyReport(key)?.tone}`),
    },
  })
  t.after(notifications.close)
  const came = (count: number) => until(() => heard.length >= count)
  await came(1)
  await until(() => engine.listening() === 1)
  return { clock, engine, notifications, heard, came }
}

const closed = 'The connection to rtpengine closed.'
const unreadable = 'What rtpengine sent could not be read.'
const noConnection = 'No connection to rtpengine could be opened.'

test('each key is told, in its order', async (t) => {
  const { engine, heard, came } = await start(t)
  for (const event of [4, 1, 1, 11]) engine.press({ event })
  await came(5)
  assert.deepEqual(heard, ['opened', 'key 4', 'key 1', 'key 1', 'key #'])
})

test('a connection that closes is told at once, and opened again with growing pauses', async (t) => {
  const { clock, engine, heard, came } = await start(t)
  engine.kill()
  await came(2)
  assert.deepEqual(heard, ['opened', closed])
  for (const [index, pause] of [100, 200, 400, 800, 1_600, 2_000, 2_000].entries()) {
    await clock.advance(pause - 1)
    assert.equal(heard.length, index + 2)
    await clock.advance(1)
    await came(index + 3)
    assert.equal(heard.at(-1), noConnection)
  }
  await engine.restart()
  await clock.advance(2_000)
  await came(10)
  assert.equal(heard.at(-1), 'opened')
})

test('after a connection that lasted, the next is opened soon', async (t) => {
  const { clock, engine, heard, came } = await start(t)
  engine.kill()
  await came(2)
  for (const [index, pause] of [100, 200, 400].entries()) {
    await clock.advance(pause)
    await came(index + 3)
  }
  await engine.restart()
  await clock.advance(800)
  await came(6)
  await until(() => engine.listening() === 1)
  await clock.leap(10_000)
  await engine.restart()
  await came(7)
  assert.equal(heard.at(-1), closed)
  await clock.advance(100)
  await came(8)
  assert.equal(heard.at(-1), 'opened')
})

for (const [what, bytes] of [
  ['no bencode', 'GET / HTTP/1.1\r\n\r\n'],
  ['JSON', 'cookie {"notify":"onDTMF"}'],
  ['10 MB', Buffer.alloc(10_000_000, 'a')],
  ['10 MB that are announced', 'cookie d4:data10000000:'],
] as const) {
  test(`of ${what} nothing is taken: the connection is closed, and opened again`, async (t) => {
    const { clock, engine, heard, came } = await start(t)
    engine.press({ event: 4 })
    engine.tell(Buffer.from(bytes))
    engine.press({ event: 5 })
    await came(3)
    assert.deepEqual(heard, ['opened', 'key 4', unreadable])
    await clock.advance(100)
    await came(4)
    await until(() => engine.listening() === 1)
    engine.press({ event: 6 })
    await came(5)
    assert.deepEqual(heard.slice(3), ['opened', 'key 6'])
  })
}

test('half a key is forgotten with its connection', async (t) => {
  const { clock, engine, heard, came } = await start(t)
  const key = testNotification({ event: 4 })
  engine.tell(key.subarray(0, 80))
  await engine.restart()
  await came(2)
  await clock.advance(100)
  await came(3)
  await until(() => engine.listening() === 1)
  engine.press({ event: 5 })
  await came(4)
  assert.deepEqual(heard, ['opened', closed, 'opened', 'key 5'])
})

test('what is no key is passed over', async (t) => {
  const { engine, heard, came } = await start(t)
  for (const text of [
    'd6:result4:ponge',
    'd6:notify5:onMOS4:datadee',
    'd6:notify6:onDTMFe',
    'le',
    'i4e',
    '3:abc',
  ]) {
    engine.tell(Buffer.from(`cookie ${text}`))
  }
  engine.press({ event: 5 })
  await came(2)
  assert.deepEqual(heard, ['opened', 'key 5'])
})

test('nobody is told anything after it was closed', async (t) => {
  const { clock, engine, notifications, heard } = await start(t)
  notifications.close()
  await until(() => engine.listening() === 0)
  await clock.advance(60_000)
  assert.deepEqual(heard, ['opened'])
})
