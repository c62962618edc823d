import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import type { ViewState } from '@tonegate/protocol/view-state'
import { createMovableClock, type MovableClock } from '../src/base/clock.ts'
import { startTestEngine, type TestEngine, type TestKey } from '../src/calls/rtpengine/test-rtpengine.ts'
import { demoAdminOf } from './harness/test-admin.ts'
import { startTestTonegate } from './harness/test-tonegate.ts'
import { until } from './harness/test-until.ts'

const agentId = 'agent12345'
const pan = '4111111111111111'
const reference = 'call'
/** Longer than a key has to be away from the block. */
const certainly = 500
/** Two of the same key in a shorter time were pressed once. */
const betweenKeys = 200

/** The sandbox on a clock that is moved, with rtpengines of which the first has a call of Anna's. */
async function start(t: TestContext, { engines: count }: { readonly engines: 1 | 2 }) {
  const clock = createMovableClock()
  const served = await startTestTonegate(t, { clock })
  const engines: TestEngine[] = []
  while (engines.length < count) engines.push(await startTestEngine(t, { now: clock.now }))
  const [engine] = engines
  assert.ok(engine)
  for (const other of engines.slice(1)) other.calls.clear()
  const urls = engines.flatMap(({ url }) => ['--url', url])
  const made = await demoAdminOf(served)([
    'platform',
    'create',
    'sbc',
    '--kind',
    'rtpengine',
    ...urls,
    '--json',
  ])
  const headers = { authorization: `Bearer ${JSON.parse(made).key}` }
  const tell = async (of: string, what: string, { fromTag = 'caller', ...more }: Told = {}) => {
    const media = { rtpengine: { callId: of, fromTag, telephoneEvent: true } }
    const body = what === 'ended' ? more : { agentId, media, ...more }
    const answer = await served.post(`/calls/v1/calls/by-reference/${of}/${what}`, body, headers)
    assert.ok(answer.status < 300, answer.text)
  }
  await tell(reference, 'answered')
  const authorization = `Bearer ${await served.token()}`
  const open = () =>
    served.post(
      '/globalpci/v1/session',
      { agentId, paymentData: { Amount: '12.40', Currency: 'GBP' } },
      { authorization },
    )
  /** What the agent sees of a session that was opened. */
  const watch = async (opened: Awaited<ReturnType<typeof open>>) => {
    assert.equal(opened.status, 200, opened.text)
    const { view, stop } = await watchView({ origin: served.origin, clock }, opened.json)
    t.after(stop)
    await clock.advance(certainly)
    return view
  }
  return { ...served, clock, engine, engines, tell, open, watch }
}

interface Told {
  readonly fromTag?: string
  readonly replaces?: string
  readonly endedBy?: string
}

async function watchView(
  { origin, clock }: { readonly origin: string; readonly clock: MovableClock },
  opened: { iframeUrl: string; agentAccessToken: string },
) {
  const ended = new AbortController()
  const path = new URL(opened.iframeUrl).pathname.replace('/framed', '/events')
  const headers = { authorization: `Bearer ${opened.agentAccessToken}` }
  const answer = await fetch(`${origin}${path}`, { headers, signal: ended.signal })
  const states: ViewState[] = []
  const read = async () => {
    let text = ''
    for await (const chunk of answer.body ?? []) {
      text += Buffer.from(chunk).toString()
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const data = /^event: state\n(?:.*\n)*?data: (.*)$/m.exec(text.slice(0, end))?.[1]
        if (data) states.push(JSON.parse(data))
        text = text.slice(end + 2)
      }
    }
  }
  read().catch(() => {})
  const shows = (wanted: (state: ViewState) => boolean) =>
    until(() => {
      const last = states.at(-1)
      return last !== undefined && wanted(last)
    })
  const warns = (...warnings: ViewState['warnings']) =>
    shows((state) => state.warnings.join() === warnings.join())
  await shows(() => true)
  /** Types keys. The agent sees each digit come; what ends a field may have been expected no more. */
  const type = async (engine: TestEngine, keys: string, of: Omit<TestKey, 'event'> = {}) => {
    for (const key of keys) {
      const before = states.length
      press(engine, key, of)
      if (key !== '#') await until(() => states.length > before)
      await clock.advance(betweenKeys)
    }
  }
  return { view: { states, shows, type, warns }, stop: () => ended.abort() }
}

/** A key that has come up, which nobody waits for. */
const press = (engine: TestEngine, key: string, of: Omit<TestKey, 'event'> = {}) =>
  engine.press({ event: key === '#' ? 11 : Number(key), ...of })

const fields = (state: ViewState) => [state.fields.pan.state, state.fields.expiry.state]

test('a call whose media goes to another rtpengine in mid-capture keeps what is complete, and goes on there', async (t) => {
  const { clock, engines, tell, open, watch } = await start(t, { engines: 2 })
  const [first, second] = engines
  assert.ok(first && second)
  const { shows, type, warns } = await watch(await open())
  await type(first, `${pan}#12`)
  await shows((state) => fields(state).join() === 'complete,entering')
  first.kill()
  await warns('line-lost')
  await shows((state) => fields(state).join() === 'complete,asked')
  second.calls.set(reference, ['caller', 'agent'])
  await tell(reference, 'updated')
  // So long the lost one is waited for that may have the call still.
  await clock.advance(100)
  await warns()
  await clock.advance(certainly)
  assert.ok(second.blocked.has('call caller'))
  await first.restart()
  await clock.advance(3_000)
  await until(() => first.listening() === 1)
  press(first, '9')
  await type(second, '1230#123#')
  await shows(({ state }) => state === 'confirming')
  await type(second, '1')
  await shows(({ result }) => result?.outcome === 'approved')
})

test('a call whose media leaves an rtpengine that works and still knows it is secured where it went', async (t) => {
  const { clock, engines, tell, open, watch } = await start(t, { engines: 2 })
  const [first, second] = engines
  assert.ok(first && second)
  const { states, shows, type } = await watch(await open())
  await type(first, `${pan}#`)
  second.calls.set(reference, ['caller', 'agent'])
  second.signals.set(reference, { created: 1, last: 1 })
  await tell(reference, 'updated')
  await until(() => states.some(({ warnings }) => warnings.includes('line-lost')))
  await shows(({ warnings }) => warnings.length === 0)
  assert.ok(second.blocked.has('call caller'))
  await clock.advance(certainly)
  await until(() => !first.blocked.has('call caller'))
  await type(second, '1230#123#1')
  await shows(({ result }) => result?.outcome === 'approved')
})

test('after a restart of rtpengine the line is secured again as soon as its media is back', async (t) => {
  const { clock, engine, tell, open, watch } = await start(t, { engines: 1 })
  const { shows, type, warns } = await watch(await open())
  await type(engine, `${pan}#`)
  await shows((state) => fields(state).join() === 'complete,asked')
  engine.calls.clear()
  await engine.restart()
  await warns('line-lost')
  await clock.advance(300)
  await until(() => engine.listening() === 1)
  await clock.advance(20_000)
  engine.calls.set(reference, ['caller', 'agent'])
  const asked = engine.asked('block DTMF').length
  await tell(reference, 'updated')
  await warns()
  assert.equal(engine.asked('block DTMF').length, asked + 1, 'one try, and no moment has passed')
  await clock.advance(certainly)
  await type(engine, '1230#123#1')
  await shows(({ result }) => result?.outcome === 'approved')
})

test('a key that is held down while the line is secured, or released, is nobody’s', async (t) => {
  const { clock, engine, open, watch } = await start(t, { engines: 1 })
  engine.misbehave(({ command }) => (command.command === 'block DTMF' ? 'handled' : undefined))
  const opening = open()
  await engine.heard('block DTMF')
  engine.misbehave(() => undefined)
  await clock.advance(200)
  const { states, shows, type, warns } = await watch(await opening)
  press(engine, '4', { duration: 600 })
  await warns('keys-lost')
  await clock.advance(200)
  assert.equal(states.at(-1)?.fields.pan.state, 'asked', 'it is not the first digit of the number')
  await type(engine, `${pan}#`)
  await warns()
  await type(engine, '1230#123#1')
  await shows(({ result }) => result?.outcome === 'approved')
  await clock.advance(4_900)
  press(engine, '5')
  await clock.advance(4_900)
  assert.equal(engine.asked('unblock DTMF').length, 0, 'five seconds without a key')
  await clock.advance(1_000)
  await engine.heard('unblock DTMF')
  await until(() => !engine.blocked.has('call caller'))
  const seen = states.length
  press(engine, '6', { duration: 2_000 })
  await clock.advance(60_000)
  assert.equal(states.length, seen)
})

test('a call that is transferred to another Call-ID in mid-capture goes on with its session', async (t) => {
  const { clock, engine, tell, open, watch, lines } = await start(t, { engines: 1 })
  const { states, shows, type } = await watch(await open())
  await type(engine, `${pan}#12`)
  await shows((state) => fields(state).join() === 'complete,entering')
  engine.calls.set('transferred', ['other', 'agent'])
  await tell('transferred', 'answered', { fromTag: 'other', replaces: reference })
  await shows((state) => fields(state).join() === 'complete,asked' && state.warnings.length === 0)
  assert.ok(states.some(({ warnings }) => warnings.includes('line-lost')))
  assert.ok(engine.blocked.has('transferred other'))
  await tell(reference, 'ended', { endedBy: 'caller' })
  await clock.advance(certainly)
  press(engine, '9')
  const there = { callId: 'transferred', tag: 'other' }
  await type(engine, '1230#123#1', there)
  await shows(({ result }) => result?.outcome === 'approved')
  assert.equal(states.at(-1)?.caller, 'on-call')
  for (const line of lines) assert.ok(!line.includes(pan.slice(0, 12)))
})
