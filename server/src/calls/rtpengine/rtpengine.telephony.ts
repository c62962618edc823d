import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { systemClock } from '../../base/clock.ts'
import { createGuids } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import type { Line, LineOrder } from '../line-control.ts'
import { readEngineUrl } from './engine-url.ts'
import { createRtpengineControl } from './rtpengine-control.ts'
import { startRealEngine, withoutRtpengine } from './test-real-rtpengine.ts'
import { type KeysAs, openTestPhone, pause } from './test-rtp.ts'

const skip = withoutRtpengine()
const newGuid = createGuids({ clock: systemClock, random: systemRandom })
const order: LineOrder = { commandId: newGuid(), sessionGuid: newGuid() }
const callerTalk = 350
const agentTalk = 500
/** What is under way when the engine is asked is heard so long after it. */
const settling = 400

/** A call through rtpengine, of two phones that speak, with a control beside it. */
async function startCall(
  t: TestContext,
  { keysAs, strict = false, prompts = null, log = 'none' }: CallOptions,
) {
  const engine = await startRealEngine(t)
  const caller = await openTestPhone(t, { talk: callerTalk, keysAs })
  const agent = await openTestPhone(t, { talk: agentTalk, keysAs })
  const told: string[] = []
  const logged: string[] = []
  const control = createRtpengineControl({
    clock: systemClock,
    random: systemRandom,
    log: createLog('trace', { write: (line) => void logged.push(line) }),
    engines: [readEngineUrl(log === 'none' ? engine.url : engine.urlWithLog)],
    strict,
    prompts,
    events: {
      key: (_, tone) => void told.push(tone),
      keysLost: () => void told.push('?'),
      lineLost: () => void told.push('!'),
      tonesHeard() {},
    },
  })
  t.after(control.close)
  const connect = async () => {
    const side = { 'call-id': 'real', 'from-tag': 'caller' }
    const offer = await engine.ask({ command: 'offer', ...side, sdp: caller.sdp })
    const answer = await engine.ask({ command: 'answer', ...side, 'to-tag': 'agent', sdp: agent.sdp })
    agent.sendTo(String(offer.sdp))
    caller.sendTo(String(answer.sdp))
    await pause(settling)
  }
  await connect()
  const media = { rtpengine: { callId: 'real', fromTag: 'caller', telephoneEvent: keysAs !== 'tone' } }
  const line: Line = { callGuid: newGuid(), platformGuid: newGuid(), reference: null, media }
  const secure = async () => {
    await control.secure(line, order)
    await pause(settling)
  }
  /** What the agent hears while the caller presses keys. */
  const agentHears = async (keys: string) => {
    const since = performance.now()
    await caller.press(keys)
    await pause(settling)
    return agent.heard(since)
  }
  return { agent, agentHears, caller, connect, control, engine, line, logged, secure, told }
}

interface CallOptions {
  readonly keysAs: KeysAs
  readonly strict?: boolean
  readonly prompts?: string | null
  readonly log?: 'none' | 'second source'
}

const card = '4111111111111111'
const entered = `${card}1229737`

for (const options of [
  { keysAs: 'event', strict: false },
  { keysAs: 'event', strict: true },
  { keysAs: 'event', strict: false, log: 'second source' },
  { keysAs: 'tone', strict: false },
  { keysAs: 'both', strict: true },
] as const) {
  test(`the agent hears no key while the line is secured: ${JSON.stringify(options)}`, {
    skip,
  }, async (t) => {
    const { agentHears, agent, caller, control, line, logged, secure, told } = await startCall(t, options)
    const before = await agentHears('41')
    assert.ok([before.eventKeys, before.toneKeys].includes('41'), 'the detector finds what is not blocked')
    await secure()
    const begun = performance.now()
    const blocked = await agentHears(entered)
    assert.equal(blocked.eventPackets, 0)
    assert.equal(blocked.toneKeys, '')
    assert.equal(told.join(''), entered)
    await pause(settling)
    const quiet = performance.now()
    await pause(500)
    assert.ok(agent.heard(quiet).level(callerTalk) > 3_000, 'the caller is heard meanwhile')
    assert.ok(caller.heard(begun).level(agentTalk) > 3_000, 'and the agent')
    await control.release(line, order)
    await pause(settling)
    const after = await agentHears('22')
    assert.ok([after.eventKeys, after.toneKeys].includes('22'), 'the line is as before')
    assert.equal(told.join(''), entered)
    assert.doesNotMatch(logged.join(''), new RegExp(card))
  })
}

test('what this listens with hears the keys of a phone that sends both, if they are only dropped', {
  skip,
}, async (t) => {
  const { agentHears, secure } = await startCall(t, { keysAs: 'both' })
  await secure()
  const blocked = await agentHears('5566')
  assert.equal(blocked.eventPackets, 0)
  assert.equal(blocked.toneKeys, '5566')
})

test('what this listens with hears the keys in silence without a buffer', { skip }, async (t) => {
  const { agentHears, engine } = await startCall(t, { keysAs: 'event' })
  const side = { 'call-id': 'real', 'from-tag': 'caller', flags: ['directional'] }
  await engine.ask({ command: 'block DTMF', ...side, 'DTMF-security': 'silence' })
  await pause(settling)
  assert.equal((await agentHears('5678')).toneKeys, '5678')
})

for (const strict of [false, true]) {
  test(`killed and started again, an engine blocks nothing until it is secured again: strict ${strict}`, {
    skip,
  }, async (t) => {
    const { agentHears, caller, connect, control, engine, secure, told } = await startCall(t, {
      keysAs: 'event',
      strict,
    })
    await secure()
    await caller.press('41')
    await pause(settling)
    await engine.kill()
    await until(() => told.includes('!'))
    assert.equal(control.health()[0]?.state, 'lost')
    await engine.start()
    await connect()
    await until(() => control.health()[0]?.state === 'works')
    const open = await agentHears('55')
    assert.equal(open.eventKeys, '55', 'the block is gone with the engine')
    await secure()
    const blocked = await agentHears('6789')
    assert.deepEqual([blocked.eventPackets, blocked.toneKeys], [0, ''])
    assert.equal(told.join(''), '41!??6789')
  })
}

test('a key that was down when the line was secured is thrown away', { skip }, async (t) => {
  const { caller, control, line, told } = await startCall(t, { keysAs: 'event' })
  const held = caller.press('7', 1_000)
  await pause(300)
  await control.secure(line, order)
  await held
  await caller.press('4')
  await pause(settling)
  assert.equal(told.join(''), '?4')
})

test('a prompt is heard by the caller alone, and the agent is heard again after it', { skip }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tonegate-prompts-'))
  t.after(() => rm(folder, { recursive: true }))
  writePrompt(folder)
  const { agent, caller, control, line, secure, agentHears, told } = await startCall(t, {
    keysAs: 'event',
    prompts: folder,
  })
  await secure()
  const said = { ...order, said: { key: 'card-number', language: 'en', text: 'Words.' } } as const
  await control.say(line, said)
  await pause(settling)
  const during = performance.now()
  await pause(700)
  const heard = caller.heard(during)
  assert.equal(heard.sources, 1, 'nothing comes through the prompt')
  assert.ok(heard.level(promptTone) > 3_000)
  assert.ok(agent.heard(during).level(promptTone) < 500, 'the agent does not hear it')
  assert.ok(agent.heard(during).level(callerTalk) > 3_000, 'but hears the caller')
  await pause(1_500)
  const after = performance.now()
  await pause(500)
  assert.ok(caller.heard(after).level(agentTalk) > 3_000, 'the agent is heard again')
  await control.say(line, said)
  await pause(300)
  control.hush(line)
  await pause(300)
  const hushed = performance.now()
  const blocked = await agentHears('4111')
  assert.ok(caller.heard(hushed).level(promptTone) < 500, 'a key stops it')
  assert.ok(caller.heard(hushed).level(agentTalk) > 3_000)
  assert.equal(blocked.eventPackets, 0)
  assert.equal(told.join(''), '4111')
})

const promptTone = 400

/** Two seconds of a tone: a WAV of 16 bits, mono. */
function writePrompt(folder: string): void {
  const samples = Int16Array.from(
    { length: 16_000 },
    (_, n) => 6_500 * Math.sin((2 * Math.PI * promptTone * n) / 8_000),
  )
  const header = Buffer.alloc(44)
  header.write('RIFF', 0)
  header.writeUInt32LE(36 + samples.byteLength, 4)
  header.write('WAVEfmt ', 8)
  for (const [value, at, size] of [
    [16, 16, 4],
    [1, 20, 2],
    [1, 22, 2],
    [8_000, 24, 4],
    [16_000, 28, 4],
    [2, 32, 2],
    [16, 34, 2],
  ] as const) {
    header.writeUIntLE(value, at, size)
  }
  header.write('data', 36)
  header.writeUInt32LE(samples.byteLength, 40)
  const file = join(folder, 'en', 'card-number.wav')
  mkdirSync(join(folder, 'en'))
  writeFileSync(file, Buffer.concat([header, Buffer.from(samples.buffer)]))
}
