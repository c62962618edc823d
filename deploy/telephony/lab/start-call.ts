import type { TestContext } from 'node:test'
import { type KeysAs, openTestPhone } from '../../../server/src/calls/rtpengine/test-rtp.ts'
import { eventually } from '../../../server/test/harness/test-eventually.ts'
import type { LabKamailio } from './start-kamailio.ts'
import type { LabRtpengine } from './start-rtpengine.ts'
import { callIdOf, startSipp } from './start-sipp.ts'

export const callerTalk = 350
export const agentTalk = 500

interface Sides {
  readonly kamailio: LabKamailio
  readonly engine: LabRtpengine
  /** Where the caller and the agent speak SIP. */
  readonly callerPort: number
  readonly agentsPort: number
  readonly agentId: string
  readonly keysAs: KeysAs
}

export type LabCall = Awaited<ReturnType<typeof startCall>>

/**
 * A call: SIPp calls through Kamailio, SIPp answers for the agent, and both speak through rtpengine. Resolves when each is
 * connected to it.
 */
export async function startCall(
  t: TestContext,
  { kamailio, engine, callerPort, agentsPort, agentId, keysAs }: Sides,
) {
  const caller = await openTestPhone(t, { talk: callerTalk, keysAs })
  const agent = await openTestPhone(t, { talk: agentTalk, keysAs })
  const payloads = keysAs === 'tone' ? '0' : '0 101'
  const sipp = { to: kamailio.port, keysAs }
  const answering = await startSipp(t, {
    ...{ ...sipp, scenario: 'agent', port: agentsPort },
    lines: [`${agent.port};${payloads}`],
  })
  await eventually(() => isBound(agentsPort))
  const calling = await startSipp(t, {
    ...{ ...sipp, scenario: 'caller', port: callerPort },
    lines: [`${agentId};${caller.port};${payloads}`],
  })

  /** The phones send to where their sides' SDP says, which rtpengine knows. */
  async function connect(): Promise<void> {
    let ports: readonly number[] = []
    await eventually(async () => {
      ports = await localPorts(engine, ['caller-1', 'agent-1'])
      return ports.length === 2
    })
    const [forCaller, forAgent] = ports
    caller.sendTo(`m=audio ${forCaller}`)
    agent.sendTo(`m=audio ${forAgent}`)
  }

  await connect()
  return { caller, agent, calling, answering, callId: callIdOf(1), connect }
}

/** Where rtpengine hears each side. */
async function localPorts(engine: LabRtpengine, tags: readonly string[]): Promise<readonly number[]> {
  const { tags: known } = (await engine.ask({ command: 'query', 'call-id': callIdOf(1) })) as unknown as Query
  return tags.flatMap((tag) => {
    const port = known?.[tag]?.medias?.[0]?.streams?.[0]?.['local port']
    return port === undefined ? [] : [port]
  })
}

interface Query {
  readonly tags?: Readonly<
    Record<
      string,
      { readonly medias?: readonly { readonly streams?: readonly { readonly 'local port'?: number }[] }[] }
    >
  >
}

/** Whether a program has the UDP port. */
async function isBound(port: number): Promise<boolean> {
  const { readFile } = await import('node:fs/promises')
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return (await readFile('/proc/net/udp', 'utf8')).includes(`:${hex} `)
}
