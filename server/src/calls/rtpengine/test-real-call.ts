import type { TestContext } from 'node:test'
import { systemClock } from '../../base/clock.ts'
import { createGuids } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import type { Line, LineEvents, LineOrder } from '../line-control.ts'
import { readEngineUrl } from './engine-url.ts'
import { createRtpengineControl } from './rtpengine-control.ts'
import { startRealEngine } from './test-real-rtpengine.ts'
import { type KeysAs, openTestPhone, pause } from './test-rtp.ts'

const newGuid = createGuids({ clock: systemClock, random: systemRandom })
export const order: LineOrder = { commandId: newGuid(), sessionGuid: newGuid() }
/** The frequencies in which the two speak. */
export const callerTalk = 350
export const agentTalk = 500
/** What is under way when the engine is asked is heard so long after it. */
export const settling = 400

/** A call through rtpengine, of two phones that speak, with a control beside it. */
export async function startCall(
  t: TestContext,
  { keysAs, strict = false, prompts = null, log = 'none', moreArguments = [] }: CallOptions,
) {
  const engine = await startRealEngine(t, moreArguments)
  const caller = await openTestPhone(t, { talk: callerTalk, keysAs })
  const agent = await openTestPhone(t, { talk: agentTalk, keysAs })
  const { told, events } = createTold()
  const logged: string[] = []
  const control = createRtpengineControl({
    clock: systemClock,
    random: systemRandom,
    log: createLog('trace', { write: (line) => void logged.push(line) }),
    engines: [readEngineUrl(log === 'none' ? engine.url : engine.urlWithLog)],
    strict,
    prompts,
    events,
    connected() {},
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
  /** Of rtpengine. */
  readonly moreArguments?: readonly string[]
}

/** Keys, `?` for keys that are lost and `!` for a line that is. */
function createTold() {
  const told: string[] = []
  const events: LineEvents = {
    key: (_, tone) => void told.push(tone),
    keysLost: () => void told.push('?'),
    lineLost: () => void told.push('!'),
    tonesHeard() {},
    platformBack() {},
  }
  return { told, events }
}
