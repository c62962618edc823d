import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import { until } from '../../../test/harness/test-until.ts'
import { createMovableClock } from '../../base/clock.ts'
import { createGuids } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import type { Line, LineEvents, LineOrder, Media } from '../line-control.ts'
import { readEngineUrl } from './engine-url.ts'
import { createRtpengineControl } from './rtpengine-control.ts'
import { startTestEngine, type TestEngine } from './test-rtpengine.ts'

interface Options {
  readonly strict?: boolean
  readonly prompts?: string | null
  readonly engines?: number
  readonly logTo?: number
}

/**
 * A control with its engines, which all work. However a test ends, no digit has come into the log, but in the addresses
 * of engines.
 */
export async function startTestControl(
  t: TestContext,
  { strict = false, prompts = null, engines: count = 1, logTo }: Options = {},
) {
  const clock = createMovableClock()
  const newGuid = createGuids({ clock, random: systemRandom })
  const logged = keepLog(t)
  const engines: TestEngine[] = []
  for (let index = 0; index < count; index += 1) {
    engines.push(await startTestEngine(t, { now: clock.now, ...(logTo && { logTo }) }))
  }
  const { told, keysAt, marker, marks, events } = createTestEvents(newGuid())
  let connections = 0
  const open = () => {
    const control = createRtpengineControl({
      clock,
      strict,
      prompts,
      events,
      connected() {
        connections += 1
      },
      random: systemRandom,
      log: logged.log,
      engines: engines.map(({ url }) => readEngineUrl(url)),
    })
    t.after(control.close)
    return control
  }
  const control = open()
  const works = (index = 0) => until(() => control.health()[index]?.state === 'works')
  for (const [index, { listening }] of engines.entries()) {
    await works(index)
    await until(() => listening() === 1)
  }
  const [engine] = engines
  assert.ok(engine)
  const order: LineOrder = { commandId: newGuid(), sessionGuid: newGuid() }
  const line = lineOf(newGuid)
  return {
    clock,
    engine,
    engines,
    control,
    /** How often an engine was connected to. */
    connections: () => connections,
    /** Another process, to which the same is told. */
    open,
    works,
    line,
    order,
    told,
    keysAt,
    lines: logged.lines,
    secure: (of: Line = line()) => control.secure(of, order),
    /** Secures a line, and lets a second pass. */
    async secured(of: Line = line()): Promise<Line> {
      await control.secure(of, order)
      await clock.advance(1_000)
      return of
    },
    /** Resolves when all keys that the first engine has told are read: those of another line come after them. */
    async keysRead() {
      const before = marks()
      engine.calls.set('marker', ['caller'])
      if (before === 0) await control.secure(line({ callId: 'marker' }, marker), order)
      engine.press({ event: before % 10, callId: 'marker' })
      await until(() => marks() > before)
    },
    toldCount: (times: number) => until(() => told.length >= times),
  }
}

/** What is told: of one line, which is a marker, it is counted alone. */
function createTestEvents(marker: Line['callGuid']) {
  const told: string[] = []
  const keysAt: number[] = []
  let marks = 0
  const tell = (callGuid: string, what: string) => {
    if (callGuid === marker) marks += 1
    else told.push(what)
  }
  const events: LineEvents = {
    key(callGuid, tone, at) {
      tell(callGuid, tone)
      keysAt.push(at)
    },
    keysLost: (callGuid) => tell(callGuid, 'keys lost'),
    lineLost: (callGuid) => tell(callGuid, 'line lost'),
    tonesHeard: (callGuid) => tell(callGuid, 'tones heard'),
    platformBack() {},
  }
  return { told, keysAt, marker, marks: () => marks, events }
}

function lineOf(newGuid: () => Line['callGuid']) {
  const callGuid = newGuid()
  return (media: Partial<Media['rtpengine']> | null = {}, of = callGuid): Line => ({
    callGuid: of,
    platformGuid: callGuid,
    reference: null,
    media: media && { rtpengine: { callId: 'call', fromTag: 'caller', telephoneEvent: true, ...media } },
  })
}

function keepLog(t: TestContext) {
  const lines: Readonly<Record<string, unknown>>[] = []
  const log = createLog('trace', { write: (text) => void lines.push(JSON.parse(text)) })
  t.after(() => {
    for (const { level: _, time: _at, engine: _of, ...rest } of lines) {
      assert.doesNotMatch(JSON.stringify(rest), /\d/)
    }
  })
  return { log, lines }
}
