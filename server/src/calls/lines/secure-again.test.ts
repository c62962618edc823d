import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { type Line, type LineControl, LineFault } from '../line-control.ts'
import { startWithPlatform, testListener } from '../test-telephone.ts'

const mediaOf = (fromTag: string) => ({ rtpengine: { callId: 'call', fromTag, telephoneEvent: true } })

/** A platform that does what it is asked when the test says so. */
function createSlowControl() {
  const asked: { readonly what: string; readonly tag: string | undefined }[] = []
  const answers: ((fault?: LineFault) => void)[] = []
  const ask = (what: string) => (line: Line) =>
    new Promise<void>((resolve, reject) => {
      asked.push({ what, tag: line.media?.rtpengine.fromTag })
      answers.push((fault) => (fault ? reject(fault) : resolve()))
    })
  const control: LineControl = {
    secure: ask('secure'),
    release: ask('release'),
    say: async () => {},
    lookAgain: (line) => void asked.push({ what: 'look', tag: line.media?.rtpengine.fromTag }),
    pauseRecording: async () => {},
    resumeRecording: async () => {},
  }
  /** Answers what is under way, which is one thing. */
  const answer = async (outcome: 'confirmed' | 'failed') => {
    await until(() => answers.length > 0)
    assert.equal(answers.length, 1, 'one try at a time')
    answers.shift()?.(outcome === 'failed' ? new LineFault('Not now.') : undefined)
  }
  return { control, asked, answer, tags: () => asked.map(({ tag }) => tag) }
}

async function start(t: TestContext) {
  const { control, ...slow } = createSlowControl()
  const started = await startWithPlatform(t, { controls: { http: control } })
  const [callGuid, sessionGuid] = [started.newGuid(), started.newGuid()]
  started.openSessions.add(sessionGuid)
  const { heard, listener } = testListener()
  const report = (fromTag: string, more: object = {}) =>
    started.client().put(`/calls/${callGuid}`, { agentId: 'anna', media: mediaOf(fromTag), ...more })
  await report('caller')
  const secure = () => started.process.secure(callGuid, { sessionGuid, recording: 'continue', listener })
  const asks = (count: number) => until(() => slow.asked.length === count)
  /** Secured, and lost again: the first try to secure it again has failed. */
  const lost = async () => {
    const secured = secure()
    await slow.answer('confirmed')
    await secured
    await report('caller', { secured: false })
    await slow.answer('failed')
    await started.clock.advance(0)
    await asks(2)
  }
  return { ...started, ...slow, callGuid, heard, listener, report, secure, asks, lost }
}

test('a lost line that is told again is tried at once, though its media is what it was', async (t) => {
  const { report, lost, asks, answer, heard } = await start(t)
  await lost()
  await report('caller')
  await asks(3)
  await answer('confirmed')
  await until(() => heard.length === 2)
  assert.deepEqual(heard, ['line-lost', 'line-secured'])
})

test('a lost line whose media moves is tried at once, there', async (t) => {
  const { report, lost, asks, answer, heard, tags } = await start(t)
  await lost()
  await report('new')
  await asks(3)
  await answer('confirmed')
  await until(() => heard.length === 2)
  assert.deepEqual(tags(), ['caller', 'caller', 'new'])
  assert.deepEqual(heard, ['line-lost', 'line-secured'])
})

test('media that moves while a line is secured again: what is under way does not count', async (t) => {
  const { report, lost, asks, answer, heard, tags, clock } = await start(t)
  await lost()
  await report('new')
  await asks(3)
  await report('newest')
  await report('newest')
  await clock.advance(10_000)
  assert.equal(tags().length, 3, 'one try at a time')
  await answer('confirmed')
  await asks(4)
  assert.deepEqual(heard, ['line-lost'])
  await answer('confirmed')
  await until(() => heard.length === 2)
  assert.deepEqual(tags(), ['caller', 'caller', 'new', 'newest'])
})

test('what can be reached again is tried at once, lines that are lost and those that are given back', async (t) => {
  const { process, guid, report, lost, asks, answer, heard, callGuid, listener, asked, clock } =
    await start(t)
  await lost()
  process.lines.events.platformBack(callGuid)
  await clock.advance(0)
  assert.equal(asked.length, 2, 'another platform’s is no hope')
  process.lines.events.platformBack(guid)
  await asks(3)
  await answer('confirmed')
  await until(() => heard.length === 2)
  await process.release(callGuid, listener)
  await answer('failed')
  await clock.advance(0)
  await asks(4)
  process.lines.events.platformBack(guid)
  await asks(5)
  await answer('failed')
  await clock.advance(0)
  await report('caller')
  await asks(6)
  await answer('confirmed')
  await until(async () => (await process.secured()).length === 0)
  assert.deepEqual(
    asked.map(({ what }) => what),
    ['secure', 'secure', 'secure', 'release', 'release', 'release'],
  )
})

test('a secured line that is told again as it was is looked for, and stays secured', async (t) => {
  const { report, secure, answer, asked, heard, client, callGuid } = await start(t)
  await report('caller')
  const secured = secure()
  await answer('confirmed')
  await secured
  await report('caller')
  assert.deepEqual(
    asked.map(({ what }) => what),
    ['secure', 'look'],
  )
  assert.deepEqual([heard, (await client().get(`/calls/${callGuid}`)).body.secured], [[], true])
})

test('a line whose media moved while it was asked for the first time is asked for there, once', async (t) => {
  const { report, secure, answer, asks, heard, tags } = await start(t)
  const secured = secure()
  await asks(1)
  await report('new')
  await answer('failed')
  await asks(2)
  await answer('confirmed')
  await secured
  assert.deepEqual(tags(), ['caller', 'new'])
  assert.deepEqual(heard, [])
})

test('a line that cannot be secured where its media went either is given back', async (t) => {
  const { report, secure, answer, asks, asked } = await start(t)
  const secured = secure().catch(({ code }) => code)
  await asks(1)
  await report('new')
  await answer('failed')
  await asks(2)
  await report('newest')
  await answer('failed')
  assert.equal(await secured, 'telephone-unavailable')
  await asks(3)
  assert.deepEqual(asked.at(-1), { what: 'release', tag: 'newest' })
})
