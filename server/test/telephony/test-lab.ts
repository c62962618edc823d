import type { TestContext } from 'node:test'
import { startCall } from '../../../deploy/telephony/lab/start-call.ts'
import { startKamailio } from '../../../deploy/telephony/lab/start-kamailio.ts'
import { startRtpengine } from '../../../deploy/telephony/lab/start-rtpengine.ts'
import type { KeysAs } from '../../src/calls/rtpengine/test-rtp.ts'
import { freePort } from '../harness/test-processes.ts'
import { startProduction } from './test-production.ts'

export const agentId = 'agent12345'
/** A card that the gateway's double approves, as a caller types it: number, date, code, and 1 to pay. */
export const pan = '4532015783096412'
export const typed = `${pan}#12${String(new Date().getFullYear() + 3).slice(-2)}#737#1`
/** What is under way is heard so long after it. */
export const settling = 400

export type Lab = Awaited<ReturnType<typeof startLab>>

/** All of it: Tonegate in production, rtpengine, Kamailio, and an account whose calls go through them. */
export async function startLab(
  t: TestContext,
  {
    processes = 'one',
    strict = false,
  }: { readonly processes?: 'one' | 'two'; readonly strict?: boolean } = {},
) {
  const [production, engine] = await Promise.all([startProduction(t, { processes }), startRtpengine(t)])
  const words = ['--kind', 'rtpengine', '--url', engine.url, ...(strict ? ['--strict'] : [])]
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
    agentsPort,
    callerPort,
    call: (keysAs: KeysAs) => startCall(t, { kamailio, engine, callerPort, agentsPort, agentId, keysAs }),

    /** Whether a call's keys are kept from its agent, as the platform is answered. */
    async isSecured(callGuid: string): Promise<boolean> {
      const headers = { authorization: `Bearer ${key}` }
      return (await production.vault.send('GET', `/calls/v1/calls/${callGuid}`, { headers })).json.secured
    },

    /** What every process has written. */
    written: () => [production.api, production.vault, kamailio, engine].map((each) => each.said()).join('\n'),
  }
}
