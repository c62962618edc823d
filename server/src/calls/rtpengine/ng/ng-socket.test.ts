import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../../../test/harness/test-until.ts'
import { createMovableClock } from '../../../base/clock.ts'
import { systemRandom } from '../../../base/random.ts'
import { readEngineUrl } from '../engine-url.ts'
import { startTestEngine } from '../test-rtpengine.ts'
import type { NgCommand } from './ng-command.ts'
import { NgFault } from './ng-fault.ts'
import { createNgSocket } from './ng-socket.ts'

async function start(t: TestContext) {
  const clock = createMovableClock()
  const engine = await startTestEngine(t, clock)
  const ng = createNgSocket({ endpoint: readEngineUrl(engine.url).ng, clock, random: systemRandom })
  t.after(ng.close)
  return { clock, engine, ng }
}

const leg = { 'call-id': 'call', 'from-tag': 'caller' }
const mute: NgCommand = { command: 'block media', ...leg, flags: ['directional'] }

const isFault = (reason: string, message?: RegExp) => (fault: unknown) => {
  assert.ok(fault instanceof NgFault)
  assert.equal(fault.reason, reason)
  assert.match(fault.message, message ?? /./)
  assert.doesNotMatch(fault.message, /\d/)
  return true
}

test('a command is asked in JSON after a cookie that is another each time, and is answered', async (t) => {
  const { engine, ng } = await start(t)
  assert.deepEqual(await ng.ask(mute), { result: 'ok' })
  await ng.ask(mute)
  const [first, second] = engine.received
  assert.deepEqual(first?.command, mute)
  assert.ok(first.cookie.length >= 16)
  assert.notEqual(first.cookie, second?.cookie)
})

test('a lost command is asked again with the same cookie', async (t) => {
  const { clock, engine, ng } = await start(t)
  engine.misbehave(() => (engine.received.length < 3 ? 'handled' : undefined))
  const answer = ng.ask(mute)
  for (const count of [1, 2]) {
    await until(() => engine.received.length === count)
    await clock.advance(200)
  }
  assert.deepEqual(await answer, { result: 'ok' })
  assert.equal(new Set(engine.received.map(({ cookie }) => cookie)).size, 1)
})

test('an engine that never answers is unreachable after a second, or what was given', async (t) => {
  const { clock, engine, ng } = await start(t)
  engine.misbehave(() => 'handled')
  const second = assert.rejects(ng.ask(mute), isFault('unreachable', /did not answer/))
  await clock.advance(999)
  const [one, other] = [ng.ask(mute, 500), ng.ask(mute, 0)].map((asked) =>
    assert.rejects(asked, isFault('unreachable')),
  )
  await clock.advance(1)
  await Promise.all([second, other])
  await clock.advance(499)
  await one
})

test('an engine that is not there is unreachable, and answers when it has come', async (t) => {
  const { clock, engine, ng } = await start(t)
  engine.kill()
  const gone = assert.rejects(ng.ask(mute), isFault('unreachable'))
  for (let count = 0; count < 5; count += 1) await clock.advance(200)
  await gone
  const answer = ng.ask(mute)
  await clock.advance(0)
  await engine.restart()
  await clock.advance(200)
  assert.deepEqual(await answer, { result: 'ok' })
})

test('an answer that comes twice or late harms nothing', async (t) => {
  const { clock, engine, ng } = await start(t)
  const late: (() => void)[] = []
  engine.misbehave(({ cookie }, { send }) => {
    send(`${cookie} {"result":"ok","first":true}`)
    send(`${cookie} {"result":"error","error-reason":"Unknown call-ID"}`)
    late.push(() => send(`${cookie} {"result":"ok"}`))
    return 'handled'
  })
  assert.deepEqual(await ng.ask(mute), { result: 'ok', first: true })
  engine.misbehave(({ cookie }, { send }) => {
    late.push(() => send(`${cookie} {"result":"ok"}`))
    return 'handled'
  })
  const gone = assert.rejects(ng.ask(mute), isFault('unreachable'))
  await until(() => engine.received.length === 2)
  await clock.advance(1_000)
  await gone
  for (const send of late) send()
  engine.misbehave(() => undefined)
  assert.deepEqual(await ng.ask(mute), { result: 'ok' })
})

for (const [what, text] of [
  ['another cookie', 'stranger {"result":"ok"}'],
  ['no cookie', '{"result":"ok"}'],
  ['nothing', ''],
  ['a space', ' '],
  ['half of JSON', 'COOKIE {"result":"o'],
  ['bencode', 'COOKIE d6:result2:oke'],
  ['no object', 'COOKIE "ok"'],
  ['null', 'COOKIE null'],
  ['no result', 'COOKIE {}'],
  ['bytes that are no text', 'COOKIE \u0000\ufffd'],
  ['60 KiB', `COOKIE ${'['.repeat(60_000)}`],
  ['nothing but values in values', `COOKIE ${'['.repeat(25_000)}${']'.repeat(25_000)}`],
  ['a cookie that is longer than any', `${'x'.repeat(60_000)} {"result":"ok"}`],
] as const) {
  test(`an answer with ${what} is passed over`, async (t) => {
    const { engine, ng } = await start(t)
    engine.misbehave(({ cookie }, { send }) => {
      send(text.replace('COOKIE', cookie))
      return undefined
    })
    assert.deepEqual(await ng.ask(mute), { result: 'ok' })
  })
}

test('an answer is that of its own question, in whatever order they come, and of no question when it repeats', async (t) => {
  const { engine, ng } = await start(t)
  const cookies: string[] = []
  engine.misbehave(({ cookie }, { send }) => {
    cookies.push(cookie)
    if (cookies.length < 2) return 'handled'
    const [first, second] = cookies
    for (const [of, number] of [
      [second, 2],
      [second, 3],
      [first, 1],
      [second, 4],
    ] as const) {
      send(`${of} {"result":"ok","number":${number}}`)
    }
    return 'handled'
  })
  const answers = await Promise.all([ng.ask(mute), ng.ask(mute)])
  assert.deepEqual(
    answers.map(({ number }) => number),
    [1, 2],
  )
})

test('an answer whose values lie deep in one another is read', async (t) => {
  const { engine, ng } = await start(t)
  const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`
  engine.misbehave(({ cookie }, { send }) => {
    send(`${cookie} {"result":"ok","deep":${deep}}`)
    return 'handled'
  })
  assert.equal((await ng.ask(mute)).result, 'ok')
})

test('an answer from another address is never taken, even with the right cookie', async (t) => {
  const { clock, engine, ng } = await start(t)
  engine.misbehave(({ cookie }, { sendFromElsewhere }) => {
    sendFromElsewhere(`${cookie} {"result":"ok"}`)
    return 'handled'
  })
  const gone = assert.rejects(ng.ask(mute), isFault('unreachable'))
  await until(() => engine.received.length === 1)
  await clock.advance(1_000)
  await gone
})

for (const [said, reason, message] of [
  ['Unknown call-ID', 'unknown-call', /does not know this call/],
  ['Unknown call-id', 'unknown-call', /does not know this call/],
  ['From-tag given, but no such tag exists', 'unknown-tag', /tag/],
  ['Unknown to-tag', 'unknown-tag', /tag/],
  [
    'Port 4111111111111111 of +48123 \u0007\nis ١٢ busy',
    'refused',
    /“block media”: Port … of \+… is … busy$/,
  ],
  ['x'.repeat(10_000), 'refused', /x{200}$/],
  [undefined, 'refused', /no reason given/],
  [42, 'refused', /no reason given/],
] as const) {
  test(`“${String(said).slice(0, 40)}” is ${reason}, without a digit`, async (t) => {
    const { engine, ng } = await start(t)
    engine.misbehave(({ cookie }, { send }) => {
      send(`${cookie} ${JSON.stringify({ result: 'error', 'error-reason': said })}`)
      return 'handled'
    })
    await assert.rejects(ng.ask(mute), isFault(reason, message))
  })
}

test('names that no datagram holds are refused, and sent to nobody', async (t) => {
  const { engine, ng } = await start(t)
  await assert.rejects(ng.ask({ ...mute, 'call-id': 'a'.repeat(9_000) }), isFault('refused', /too long/))
  assert.equal(engine.received.length, 0)
})

test('closing ends what is under way', async (t) => {
  const { engine, ng } = await start(t)
  engine.misbehave(() => 'handled')
  const asked = assert.rejects(ng.ask(mute), isFault('unreachable'))
  ng.close()
  await asked
})
