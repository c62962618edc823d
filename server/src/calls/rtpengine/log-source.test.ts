import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { startTestControl } from './test-control.ts'

test('with the log as a second source each key counts once, whichever is first', async (t) => {
  const logTo = await freePort()
  const { clock, engine, secured, told, toldCount } = await startTestControl(t, { logTo })
  await secured()
  await engine.pressInLog({ event: 4 })
  await toldCount(1)
  engine.press({ event: 4 })
  engine.press({ event: 1 })
  await toldCount(2)
  await engine.pressInLog({ event: 1 })
  await clock.advance(100)
  await engine.pressInLog({ event: 1 })
  await toldCount(3)
  await clock.advance(500)
  engine.press({ event: 1 })
  engine.press({ event: 7 })
  await toldCount(4)
  assert.deepEqual(told, ['4', '1', '1', '7'])
})

test('the log is never the only source', async (t) => {
  const logTo = await freePort()
  const { control, engine, secured, told, toldCount } = await startTestControl(t, { logTo })
  await secured()
  engine.kill()
  await until(() => control.health()[0]?.state === 'lost')
  await engine.pressInLog({ event: 4 })
  await toldCount(2)
  assert.deepEqual(told, ['line lost', 'keys lost'])
})

for (const [what, text] of [
  ['no JSON', 'event 4'],
  ['nothing', ''],
  ['half a line', '{"callid":"call","source_tag":"caller","type":"DTMF","event":4'],
  ['a number', '4'],
  ['null', 'null'],
  ['bencode', 'd5:eventi4ee'],
  [
    'a long line',
    JSON.stringify({
      callid: 'call',
      source_tag: 'caller',
      type: 'DTMF',
      event: 4,
      duration: 9,
      x: 'x'.repeat(3_000),
    }),
  ],
] as const) {
  test(`of a log with ${what} nothing is taken`, async (t) => {
    const logTo = await freePort()
    const { engine, secured, told, toldCount } = await startTestControl(t, { logTo })
    await secured()
    await engine.pressInLog({ event: 4 }, text)
    await engine.pressInLog({ event: 7 })
    await toldCount(1)
    assert.deepEqual(told, ['7'])
  })
}

test('a log of another address is never taken', async (t) => {
  const logTo = await freePort()
  const { engine, secured, told, toldCount } = await startTestControl(t, { logTo })
  await secured()
  const stranger = createSocket('udp4')
  t.after(() => stranger.close())
  stranger.bind(0, '127.0.0.2')
  await once(stranger, 'listening')
  const line = { callid: 'call', source_tag: 'caller', type: 'DTMF', event: 4, duration: 100 }
  await new Promise((resolve) => stranger.send(JSON.stringify(line), logTo, '127.0.0.1', resolve))
  await engine.pressInLog({ event: 7 })
  await toldCount(1)
  assert.deepEqual(told, ['7'])
})

test('a thousand lines of another address neither enter a field nor keep the engine’s own from it', async (t) => {
  const logTo = await freePort()
  const { engine, secured, told, toldCount, lines } = await startTestControl(t, { logTo })
  await secured()
  const logged = lines.length
  const stranger = createSocket('udp4')
  t.after(() => stranger.close())
  stranger.bind(0, '127.0.0.2')
  await once(stranger, 'listening')
  const line = { callid: 'call', source_tag: 'caller', type: 'DTMF', event: 4, duration: 100 }
  const bombs = [JSON.stringify(line), `{"callid":${'['.repeat(40_000)}`, 'x'.repeat(60_000), '']
  // The socket takes no more than it has room for: what overflows is dropped by the operating system, with the engine’s own.
  for (let count = 0; count < 1_000; count += 1) {
    await new Promise((resolve) => stranger.send(bombs[count % 4] ?? '', logTo, '127.0.0.1', resolve))
    await new Promise((resolve) => setImmediate(resolve))
  }
  await engine.pressInLog({ event: 7 })
  engine.press({ event: 8 })
  await toldCount(2)
  assert.deepEqual(told, ['7', '8'])
  assert.equal(lines.length, logged, 'nor do they fill the log')
})

test('a log that cannot be listened to is told in the log, and the keys come all the same', async (t) => {
  const taken = createSocket('udp4')
  t.after(() => taken.close())
  taken.bind(0, '127.0.0.1')
  await once(taken, 'listening')
  const { engine, lines, secured, told, toldCount } = await startTestControl(t, {
    logTo: taken.address().port,
  })
  await secured()
  engine.press({ event: 4 })
  await toldCount(1)
  assert.deepEqual(told, ['4'])
  assert.ok(lines.some(({ fault }) => fault === 'EADDRINUSE'))
})

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  await once(socket, 'close')
  return port
}
