import assert from 'node:assert/strict'
import { test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { LineFault } from '../line-control.ts'
import { startTestControl } from './test-control.ts'

const isFault = (message: RegExp) => (fault: unknown) => {
  assert.ok(fault instanceof LineFault)
  assert.match(fault.message, message)
  assert.doesNotMatch(fault.message, /\d/)
  return true
}

const leg = { command: 'block DTMF', 'call-id': 'call', 'from-tag': 'caller' }
const strictly = { 'DTMF-security': 'silence', 'delay-buffer': 100 }

for (const { strict, telephoneEvent, command } of [
  { strict: false, telephoneEvent: true, command: { ...leg, flags: ['directional'] } },
  { strict: true, telephoneEvent: true, command: { ...leg, flags: ['directional'], ...strictly } },
  {
    strict: false,
    telephoneEvent: false,
    command: { ...leg, flags: ['directional', 'detect-DTMF'], ...strictly },
  },
  {
    strict: true,
    telephoneEvent: false,
    command: { ...leg, flags: ['directional', 'detect-DTMF'], ...strictly },
  },
]) {
  const keys = telephoneEvent ? 'events' : 'tones'
  test(`keys that come as ${keys} are blocked ${strict ? 'strictly' : 'otherwise'} as this`, async (t) => {
    const { engine, line, secure } = await startTestControl(t, { strict })
    await secure(line({ telephoneEvent }))
    assert.deepEqual(engine.asked('block DTMF'), [command])
  })
}

test('a call whose audio is delayed stays so when its keys come as events from then on', async (t) => {
  const { engine, line, secure } = await startTestControl(t)
  await secure(line({ telephoneEvent: false }))
  await secure(line({ telephoneEvent: true, fromTag: 'caller' }))
  assert.deepEqual(engine.blocked.get('call caller'), { flags: ['directional'], ...strictly })
})

test('secured twice is secured once: no key in between is lost', async (t) => {
  const { engine, secure, secured, told, toldCount } = await startTestControl(t)
  await secured()
  await secure()
  engine.press({ event: 4 })
  await toldCount(1)
  assert.deepEqual(told, ['4'])
})

test('a call without its media cannot be secured', async (t) => {
  const { engine, line, secure } = await startTestControl(t)
  await assert.rejects(secure(line(null)), isFault(/without its media/))
  assert.equal(engine.asked('block DTMF').length, 0)
})

test('a call that the engine does not know, or a tag, is not secured', async (t) => {
  const { line, secure } = await startTestControl(t)
  await assert.rejects(secure(line({ callId: 'other' })), isFault(/does not know this call/))
  await assert.rejects(secure(line({ fromTag: 'other' })), isFault(/does not know the caller’s tag/))
})

test('what the engine refuses is not secured', async (t) => {
  const { engine, secure } = await startTestControl(t)
  engine.misbehave(({ cookie, command }, { send }) => {
    if (command.command !== 'block DTMF') return undefined
    send(`${cookie} {"result":"error","error-reason":"Out of ports 30000-40000"}`)
    return 'handled'
  })
  await assert.rejects(secure(), isFault(/refused “block DTMF”: Out of ports …-…$/))
})

test('an engine that does not answer has two seconds in all', async (t) => {
  const { clock, engine, secure } = await startTestControl(t)
  engine.misbehave(() => 'handled')
  let isOver = false
  const refused = assert.rejects(secure(), isFault(/did not answer/)).then(() => {
    isOver = true
  })
  await engine.heard('block DTMF')
  for (let count = 0; count < 19; count += 1) await clock.advance(100)
  assert.equal(isOver, false)
  await clock.advance(100)
  await refused
})

test('a block whose answer is lost is asked again, and done once', async (t) => {
  const { clock, engine, secure } = await startTestControl(t)
  const cookies = new Set<string>()
  engine.misbehave(({ cookie, command }) => {
    if (command.command !== 'block DTMF' || cookies.has(cookie)) return undefined
    cookies.add(cookie)
    return 'handled'
  })
  const secured = secure()
  await engine.heard('block DTMF')
  await clock.advance(200)
  await secured
  assert.equal(cookies.size, 1)
  assert.equal(engine.asked('block DTMF').length, 2)
})

test('without the connection by which keys come, nothing is secured', async (t) => {
  const { clock, control, engine, secure } = await startTestControl(t)
  engine.kill()
  await engineLost(control)
  const refused = assert.rejects(secure(), isFault(/Keys cannot be received|did not answer/))
  for (let count = 0; count < 20; count += 1) await clock.advance(100)
  await refused
  assert.equal(control.health()[0]?.state, 'lost')
})

test('an engine that comes back within two seconds secures the line', async (t) => {
  const { clock, control, engine, secure } = await startTestControl(t)
  engine.kill()
  await engineLost(control)
  const secured = secure()
  await clock.advance(50)
  await engine.restart()
  await clock.advance(100)
  await secured
  assert.ok(engine.blocked.has('call caller'))
})

test('a restart while the block is under way is noticed: it is asked again', async (t) => {
  const { clock, control, engine, secure } = await startTestControl(t)
  const answers: (() => void)[] = []
  engine.misbehave(({ cookie, command }, { send }) => {
    if (command.command !== 'block DTMF' || answers.length > 0) return undefined
    answers.push(() => send(`${cookie} {"result":"ok"}`))
    return 'handled'
  })
  const secured = secure()
  await engine.heard('block DTMF')
  await engine.restart()
  await engineLost(control)
  for (const answer of answers) answer()
  await clock.advance(100)
  await secured
  assert.ok(engine.blocked.has('call caller'))
  assert.equal(control.health()[0]?.state, 'works')
})

test('a new tag of the caller’s (re-INVITE) is blocked, and the old one is unblocked after it', async (t) => {
  const { clock, engine, line, secure, secured, told, toldCount } = await startTestControl(t)
  engine.calls.set('call', ['caller', 'agent', 'new'])
  await secured()
  await secure(line({ fromTag: 'new' }))
  await clock.advance(1_000)
  await engine.heard('unblock DTMF')
  assert.deepEqual([...engine.blocked.keys()], ['call new'])
  const names = engine.received.map(({ command }) => `${command.command} ${command['from-tag']}`)
  assert.ok(names.indexOf('block DTMF new') < names.indexOf('unblock DTMF caller'))
  engine.press({ event: 4, tag: 'caller' })
  engine.press({ event: 5, tag: 'new' })
  await toldCount(1)
  assert.deepEqual(told, ['5'])
})

test('a new tag that cannot be blocked leaves the old one blocked, until the line is released', async (t) => {
  const { clock, control, engine, line, order, secure, secured, told, toldCount } = await startTestControl(t)
  await secured()
  await assert.rejects(secure(line({ fromTag: 'unknown' })), isFault(/tag/))
  await clock.advance(1_000)
  assert.deepEqual(engine.asked('unblock DTMF'), [])
  await secure()
  await clock.advance(1_000)
  engine.press({ event: 4 })
  await toldCount(1)
  assert.deepEqual(told, ['4'])
  await assert.rejects(secure(line({ fromTag: 'unknown' })), isFault(/tag/))
  const released = control.release(line({ fromTag: 'unknown' }), order)
  for (let count = 0; count < 4; count += 1) await clock.advance(300)
  await released
  assert.deepEqual([...engine.blocked], [])
})

test('a call that gets another Call-ID (transfer) is secured there', async (t) => {
  const { clock, engine, line, secure, secured } = await startTestControl(t)
  engine.calls.set('transferred', ['caller', 'agent'])
  await secured()
  await secure(line({ callId: 'transferred' }))
  await clock.advance(1_000)
  await engine.heard('unblock DTMF')
  assert.deepEqual([...engine.blocked.keys()], ['transferred caller'])
})

test('a tag that is the caller’s again is not unblocked by what is left of before', async (t) => {
  const { clock, engine, line, secure, secured } = await startTestControl(t)
  engine.calls.set('call', ['caller', 'agent', 'new'])
  await secured()
  engine.misbehave(({ command }) => (command.command === 'unblock DTMF' ? 'handled' : undefined))
  await secure(line({ fromTag: 'new' }))
  await engine.heard('unblock DTMF')
  await clock.advance(1_000)
  const back = secure(line({ fromTag: 'caller' }))
  await clock.advance(0)
  await back
  engine.misbehave(() => undefined)
  await clock.advance(2_000)
  await engine.heard('unblock DTMF', 2)
  await clock.advance(1_000)
  assert.ok(engine.blocked.has('call caller'))
})

function engineLost(control: { health(): readonly { readonly state: string }[] }): Promise<void> {
  return until(() => control.health()[0]?.state === 'lost')
}
