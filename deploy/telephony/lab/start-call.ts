import { readFile } from 'node:fs/promises'
import type { TestContext } from 'node:test'
import { type KeysAs, openTestPhone } from '../../../server/src/calls/rtpengine/test-rtp.ts'
import { eventually } from '../../../server/test/harness/test-eventually.ts'
import { freePort } from '../../../server/test/harness/test-free-port.ts'
import type { startKamailio } from './start-kamailio.ts'
import type { startRtpengine } from './start-rtpengine.ts'
import { callIdOf, startSipp } from './start-sipp.ts'

export const callerTalk = 350
export const agentTalk = 500

interface Sides {
  readonly kamailio: Awaited<ReturnType<typeof startKamailio>>
  readonly engine: Engine
  /** Where the callers and the agents speak SIP. */
  readonly callerPort: number
  readonly agentsPort: number
  readonly keysAs: KeysAs
  /** How many more calls the agents can take than are made at first. */
  readonly spare?: number
}

type Engine = Awaited<ReturnType<typeof startRtpengine>>

/**
 * Calls: SIPp calls through Kamailio, SIPp answers for the agents, and they speak through rtpengine. Resolves when each is
 * connected to it.
 *
 * @param agentIds whom the callers want, one a call.
 */
export async function startCalls(
  t: TestContext,
  { kamailio, engine, callerPort, agentsPort, keysAs, spare = 0 }: Sides,
  agentIds: readonly string[],
) {
  const open = (talk: number, length = agentIds.length) =>
    Promise.all(Array.from({ length }, () => openTestPhone(t, { talk, keysAs })))
  const [callers, agents] = [await open(callerTalk), await open(agentTalk, agentIds.length + spare)]
  const payloads = keysAs === 'tone' ? '0' : '0 101'
  const sipp = { to: kamailio.port, keysAs }
  const answering = await startSipp(t, {
    ...{ ...sipp, scenario: 'agent', port: agentsPort },
    lines: agents.map(({ port }) => `${port};${payloads}`),
  })
  await eventually(() => isBound(agentsPort))
  const calling = await startSipp(t, {
    ...{ ...sipp, scenario: 'caller', port: callerPort },
    lines: callers.map(({ port }, index) => `${agentIds[index]};${port};${payloads}`),
  })

  /** The phones send to where their sides' SDP says, which rtpengine knows. */
  async function connect(index: number, callId = callIdOf(index + 1)) {
    const caller = callers[index]
    const { forCaller, forAgent, agent } = await eventually(async () => findSides(engine, callId))
    caller?.sendTo(`m=audio ${forCaller}`)
    agents[agent - 1]?.sendTo(`m=audio ${forAgent}`)
    return { caller, agent: agents[agent - 1] }
  }

  /** A further caller, whose call takes the place of the first one's (RFC 3891). */
  async function takeOver() {
    const [further] = await open(callerTalk, 1)
    if (!further) throw new Error('There is no further telephone.')
    callers.push(further)
    const calling = await startSipp(t, {
      ...{ ...sipp, scenario: 'caller', port: await freePort(), name: 'further' },
      headers: [`Replaces: ${callIdOf(1)};to-tag=agent-1;from-tag=caller-1`],
      lines: [`${agentIds[0]};${further.port};${payloads}`],
    })
    const { agent } = await connect(callers.length - 1, callIdOf(1, 'further'))
    return { calling, caller: further, agent }
  }

  const calls = await Promise.all(agentIds.map((_, index) => connect(index)))
  return { calls, calling, answering, connect, takeOver }
}

/** One call. */
export async function startCall(t: TestContext, { agentId, ...sides }: Sides & { readonly agentId: string }) {
  const { calls, connect, ...sipp } = await startCalls(t, sides, [agentId])
  const [{ caller, agent } = {}] = calls
  if (!caller || !agent) throw new Error('There is no call.')
  return { ...sipp, caller, agent, connect: () => connect(0) }
}

interface Side {
  readonly medias?: readonly { readonly streams?: readonly { readonly 'local port'?: number }[] }[]
}

/** Where rtpengine hears the two sides of a call, and which of the agents' phones has it. */
async function findSides(engine: Engine, callId: string) {
  const { tags = {} } = await engine.ask({ command: 'query', 'call-id': callId })
  const sides = Object.entries(tags as Readonly<Record<string, Side>>)
  const portOf = (name: string) =>
    sides.find(([tag]) => tag.startsWith(name))?.[1].medias?.[0]?.streams?.[0]?.['local port']
  const [forCaller, forAgent] = [portOf('caller-'), portOf('agent-')]
  const agent = Number(sides.find(([tag]) => tag.startsWith('agent-'))?.[0].slice('agent-'.length))
  return forCaller !== undefined && forAgent !== undefined && { forCaller, forAgent, agent }
}

/** Whether a program has the UDP port. */
async function isBound(port: number): Promise<boolean> {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  return (await readFile('/proc/net/udp', 'utf8')).includes(`:${hex} `)
}
