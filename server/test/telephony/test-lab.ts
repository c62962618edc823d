import type { TestContext } from 'node:test'
import { startCall, startCalls } from '../../../deploy/telephony/lab/start-call.ts'
import { startKamailio } from '../../../deploy/telephony/lab/start-kamailio.ts'
import { startRtpengine } from '../../../deploy/telephony/lab/start-rtpengine.ts'
import type { KeysAs } from '../../src/calls/rtpengine/test-rtp.ts'
import { freePort } from '../harness/test-free-port.ts'
import { startProduction } from './test-production.ts'

export const agentId = 'agent12345'
/** A card that the gateway's double approves, as a caller types it: number, date, code, and 1 to pay. */
export const pan = '4532015783096412'
export const typed = `${pan}#12${String(new Date().getFullYear() + 3).slice(-2)}#737#1`
/** What is under way is heard so long after it. */
export const settling = 400

/** All of it: Tonegate in production, rtpengine, Kamailio, and an account whose calls go through them. */
export async function startLab(
  t: TestContext,
  {
    processes = 'one',
    strict = false,
    prompts,
  }: {
    readonly processes?: 'one' | 'two'
    readonly strict?: boolean
    /** The folder of what callers hear; without one they hear nothing. */
    readonly prompts?: string
  } = {},
) {
  const [production, engine] = await Promise.all([startProduction(t, { processes }), startRtpengine(t)])
  const words = [
    ...['--kind', 'rtpengine', '--url', engine.url],
    ...(strict ? ['--strict'] : []),
    ...(prompts === undefined ? [] : ['--prompts', prompts]),
  ]
  const key = await production.createPlatform('sbc', ...words)
  const agentsPort = await freePort()
  const callerPort = await freePort()
  const kamailio = await startKamailio(t, {
    callsUrl: `${production.vault.origin}/calls/v1`,
    ...{ key, ca: production.tls.cert, rtpengine: engine.socket, agentsPort },
  })
  return {
    ...production,
    engine,
    kamailio,
    call: (keysAs: KeysAs, spare = 0) =>
      startCall(t, { kamailio, engine, callerPort, agentsPort, keysAs, spare, agentId }),
    calls: (agentIds: readonly string[]) =>
      startCalls(t, { kamailio, engine, callerPort, agentsPort, keysAs: 'event' }, agentIds),

    /** A call as its platform is answered: whether its keys are kept from its agent; nothing when it has ended. */
    async tell(callGuid: string): Promise<{ readonly secured: boolean } | undefined> {
      const headers = { authorization: `Bearer ${key}` }
      const answer = await production.vault.send('GET', `/calls/v1/calls/${callGuid}`, { headers })
      return answer.status === 200 ? answer.json : undefined
    },

    /** What every process has written. */
    written: () => [production.api, production.vault, kamailio, engine].map((each) => each.said()).join('\n'),
  }
}
