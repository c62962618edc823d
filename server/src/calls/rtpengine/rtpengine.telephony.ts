import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { keysIn, promptTone, readRecordings, writePrompt } from './test-audio-files.ts'
import { agentTalk, callerTalk, order, settling, startCall } from './test-real-call.ts'
import { withoutRtpengine } from './test-real-rtpengine.ts'
import { openTestPhone, pause } from './test-rtp.ts'

const skip = withoutRtpengine()
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

test('a new tag of the caller’s (re-INVITE) is blocked when the line is secured again', {
  skip,
}, async (t) => {
  const { agent, control, engine, line, secure, told } = await startCall(t, { keysAs: 'event' })
  await secure()
  const again = await openTestPhone(t, { talk: callerTalk, keysAs: 'event' })
  const side = { 'call-id': 'real', 'from-tag': 'again', 'to-tag': 'agent' }
  const offer = await engine.ask({ command: 'offer', ...side, sdp: again.sdp })
  const answer = await engine.ask({ command: 'answer', ...side, sdp: agent.sdp })
  agent.sendTo(String(offer.sdp))
  again.sendTo(String(answer.sdp))
  await pause(settling)
  const open = performance.now()
  await again.press('55')
  await pause(settling)
  assert.equal(agent.heard(open).eventKeys, '55', 'a new tag is not blocked by itself')
  const media = { rtpengine: { callId: 'real', fromTag: 'again', telephoneEvent: true } }
  await control.secure({ ...line, media }, order)
  await pause(settling)
  const blocked = performance.now()
  await again.press('4111')
  await pause(settling)
  const heard = agent.heard(blocked)
  assert.deepEqual([heard.eventPackets, heard.toneKeys], [0, ''])
  assert.equal(told.join(''), '4111')
})

test('the engine’s own recording holds no key that is pressed while it is paused', { skip }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'tonegate-recording-'))
  t.after(() => rm(folder, { recursive: true }))
  const moreArguments = [`--recording-dir=${folder}`, '--recording-method=pcap']
  const { caller, control, engine, line, secure } = await startCall(t, { keysAs: 'event', moreArguments })
  await engine.ask({ command: 'start recording', 'call-id': 'real' })
  await caller.press('12')
  await control.pauseRecording(line, order)
  await secure()
  await caller.press('4567')
  await control.release(line, order)
  await control.resumeRecording(line, order)
  await pause(settling)
  await caller.press('89')
  await control.pauseRecording(line, order)
  await engine.ask({ command: 'delete', 'call-id': 'real', 'delete-delay': 0 })
  await until(async () => keysIn(await readRecordings(folder)).includes('9'))
  // Version 12.5 writes what is recorded afterwards over what was recorded before; a file that is being written has gaps.
  const recorded = keysIn(await readRecordings(folder))
  assert.match(recorded, /89$/)
  assert.doesNotMatch(recorded, /[4567]/)
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
