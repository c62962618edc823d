import assert from 'node:assert/strict'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { createMovableClock } from '../../base/clock.ts'
import { systemRandom } from '../../base/random.ts'
import { createCheckEngine } from './check-engine.ts'
import { startTestEngine, testNotification } from './test-rtpengine.ts'

async function start(t: TestContext) {
  const clock = createMovableClock()
  const engine = await startTestEngine(t, clock)
  const checkEngine = createCheckEngine({ clock, random: systemRandom })
  const check = async (url = engine.url, prompts = false) =>
    (await checkEngine(url, { prompts })).map(({ what, state, detail }) => ({
      point: `${what} ${state}`,
      detail,
    }))
  return { clock, engine, check }
}

/** Ports at which something else is. */
async function startStranger(
  t: TestContext,
  { says, answers }: { readonly says: (socket: Socket) => void; readonly answers?: string },
) {
  const heard: Buffer[] = []
  const udp = createSocket('udp4', (datagram, { port }) => {
    heard.push(datagram)
    if (answers !== undefined) udp.send(answers, port, '127.0.0.1')
  })
  udp.bind(0, '127.0.0.1')
  const tcp = createServer((socket) => {
    socket.on('error', () => {})
    says(socket)
  }).listen(0, '127.0.0.1')
  await Promise.all([once(udp, 'listening'), once(tcp, 'listening')])
  t.after(() => {
    udp.close()
    tcp.close()
  })
  return { heard, url: `udp://127.0.0.1:${udp.address().port}?tcp=${(tcp.address() as AddressInfo).port}` }
}

const points = (checked: readonly { readonly point: string }[]) => checked.map(({ point }) => point)

const inOrder = ['commands in-order', 'version in-order', 'keys in-order', 'keys unknown', 'log unknown']

test('an engine that works is in order, but for what nobody can ask it, and no call is touched', async (t) => {
  const { engine, check } = await start(t)
  assert.deepEqual(points(await check()), inOrder)
  assert.deepEqual(points(await check(engine.url, true)), inOrder)
  assert.equal(engine.blocked.size, 0)
  assert.ok(engine.received.every(({ command }) => command['call-id'] !== 'call'))
  await until(() => engine.listening() === 0)
})

test('keys of calls that come before the answer are passed over', async (t) => {
  const { engine, check } = await start(t)
  const checked = check()
  await until(() => engine.listening() === 1)
  for (let count = 0; count < 50; count += 1) engine.tell(testNotification({ event: 4 }))
  assert.deepEqual(points(await checked), inOrder)
})

test('a port that is closed is found at once, and said to be', async (t) => {
  const { engine, check } = await start(t)
  engine.kill()
  const [commands, keys, ...more] = await check()
  assert.deepEqual([commands?.point, keys?.point, more], ['commands wrong', 'keys wrong', []])
  assert.match(commands?.detail ?? '', /^The port is closed: 127\.0\.0\.1:\d+ \(UDP\)\..*listen-ng/)
  assert.match(keys?.detail ?? '', /^The port is closed: 127\.0\.0\.1:\d+ \(TCP\)\..*listen-tcp-ng/)
})

test('what does not answer within a second is said to be silent', async (t) => {
  const { clock, check } = await start(t)
  const { heard, url } = await startStranger(t, { says() {} })
  const checked = check(url)
  await until(() => heard.length > 0)
  await clock.advance(1_000)
  const [commands, keys] = await checked
  assert.match(commands?.detail ?? '', /^Nothing answers at .* \(UDP\) within a second/)
  assert.match(keys?.detail ?? '', /^Nothing answers at .* \(TCP\) within a second/)
})

for (const [what, says] of [
  ['hangs up', (socket: Socket) => socket.end()],
  ['talks without end', (socket: Socket) => void socket.write(Buffer.alloc(200_000, 'x'))],
] as const) {
  test(`another program that ${what} is no rtpengine`, async (t) => {
    const { check } = await start(t)
    const { url } = await startStranger(t, { says, answers: 'HTTP/1.1 400 Bad Request' })
    const [commands, keys] = await check(url)
    assert.match(commands?.detail ?? '', /^Something answers at .* \(UDP\), and it is not rtpengine/)
    assert.match(keys?.detail ?? '', /^Something answers at .* \(TCP\), and it is not rtpengine/)
  })
}

for (const [command, prompts] of [
  ['block DTMF', false],
  ['play media', true],
] as const) {
  test(`an engine that does not know “${command}” is too old`, async (t) => {
    const { engine, check } = await start(t)
    engine.misbehave((received, { send }) => {
      if (received.command.command !== command) return undefined
      send(`${received.cookie} {"result":"error","error-reason":"Unrecognized command"}`)
      return 'handled'
    })
    const [, version] = await check(engine.url, prompts)
    assert.deepEqual(version, {
      point: 'version wrong',
      detail: `rtpengine refused “${command}”: Unrecognized command. rtpengine 10.5 or later is needed.`,
    })
  })
}

test('a URL that cannot be read is said to be wrong, and nothing is asked', async (t) => {
  const { check } = await start(t)
  const checked = await check('udp://8.8.8.8:22223?tcp=22225')
  assert.deepEqual(points(checked), ['url wrong'])
})
