import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { createMovableClock } from '../../base/clock.ts'
import { createGuids, type Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { LineFault } from '../line-control.ts'
import type { Platform, PlatformSettings } from '../platforms/platform.ts'
import { createRtpenginePlatforms } from './rtpengine-platforms.ts'
import { startTestEngine } from './test-rtpengine.ts'

type Settings = Pick<PlatformSettings, 'engines' | 'strict' | 'prompts'>

async function start(t: TestContext) {
  const clock = createMovableClock()
  const newGuid = createGuids({ clock, random: systemRandom })
  const settings = new Map<Guid, Settings>()
  const told: string[] = []
  const back: Guid[] = []
  const logged: string[] = []
  const control = createRtpenginePlatforms({
    clock,
    random: systemRandom,
    log: createLog('trace', { write: (text) => void logged.push(JSON.parse(text).message) }),
    platforms: {
      list: async () =>
        [...settings.keys()].map((guid) => ({ guid, name: 'sbc', kind: 'rtpengine' }) as Platform),
      settingsOf: async (guid) => settings.get(guid) as PlatformSettings | undefined,
    },
    events: {
      key: (callGuid, tone) => told.push(`${callGuid} ${tone}`),
      keysLost: (callGuid) => told.push(`${callGuid} keys lost`),
      lineLost: (callGuid) => told.push(`${callGuid} line lost`),
      tonesHeard() {},
      platformBack: (platformGuid) => back.push(platformGuid),
    },
  })
  t.after(control.close)
  const platform = (of: Settings) => {
    const guid = newGuid()
    settings.set(guid, of)
    return guid
  }
  const lineOf = (platformGuid: Guid) => ({
    callGuid: newGuid(),
    platformGuid,
    reference: null,
    media: { rtpengine: { callId: 'call', fromTag: 'caller', telephoneEvent: true } },
  })
  const order = { commandId: newGuid(), sessionGuid: newGuid() }
  const startEngine = () => startTestEngine(t, clock)
  return { back, clock, control, lineOf, logged, order, platform, startEngine, told }
}

test('each platform has engines of its own, and blocks as it is set', async (t) => {
  const { clock, control, lineOf, order, platform, startEngine, told } = await start(t)
  const [one, other] = [await startEngine(), await startEngine()]
  const line = lineOf(platform({ engines: [one.url], prompts: '/prompts' }))
  const strictLine = lineOf(platform({ engines: [other.url], strict: true }))
  await control.secure(line, order)
  await control.secure(strictLine, order)
  assert.deepEqual(one.blocked.get('call caller'), { flags: ['directional'] })
  assert.deepEqual(other.blocked.get('call caller'), {
    flags: ['directional'],
    'DTMF-security': 'silence',
    'delay-buffer': 100,
  })
  await clock.advance(500)
  await until(() => one.listening() === 1 && other.listening() === 1)
  one.press({ event: 4 })
  other.press({ event: 5 })
  await until(() => told.length === 2)
  assert.deepEqual(new Set(told), new Set([`${line.callGuid} 4`, `${strictLine.callGuid} 5`]))
  await control.pauseRecording(line, order)
  await control.resumeRecording(line, order)
  await control.say(line, { ...order, said: { key: 'card-number', language: 'en', text: 'Words.' } })
  one.press({ event: 7 })
  await one.heard('unblock media')
  const released = control.release(line, order)
  await clock.advance(300)
  await released
  assert.deepEqual([one.blocked.size, other.blocked.size], [0, 1])
})

test('engines can be connected to before the first call, and their health is told', async (t) => {
  const { back, control, logged, platform, startEngine } = await start(t)
  const engine = await startEngine()
  const guid = platform({ engines: [engine.url] })
  platform({})
  platform({ engines: ['udp://8.8.8.8:22223?tcp=22225'] })
  await control.open()
  await until(() => control.health().get(guid)?.[0]?.state === 'works')
  assert.equal(control.health().size, 1)
  assert.deepEqual(back, [guid])
  assert.equal(logged.filter((line) => /could not be connected to/.test(line)).length, 2)
})

test('two calls at once have one connection', async (t) => {
  const { control, lineOf, order, platform, startEngine } = await start(t)
  const engine = await startEngine()
  const guid = platform({ engines: [engine.url] })
  await Promise.all([control.secure(lineOf(guid), order), control.secure(lineOf(guid), order)])
  await until(() => engine.listening() > 0)
  assert.equal(engine.listening(), 1)
})

for (const [what, settings] of [
  ['without engines', {}],
  ['whose engine is written wrongly', { engines: ['http://127.0.0.1'] }],
] as const) {
  test(`the lines of a platform ${what} are not secured`, async (t) => {
    const { control, lineOf, order, platform } = await start(t)
    await assert.rejects(control.secure(lineOf(platform(settings)), order), LineFault)
  })
}
