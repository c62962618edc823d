import type { Parts } from '../../base/parts.ts'
import { type Endpoint, EngineUrlFault, endpointText, readEngineUrl } from './engine-url.ts'
import { unblockMode } from './ng/block-mode.ts'
import type { NgCommand } from './ng/ng-command.ts'
import { isGone, NgFault } from './ng/ng-fault.ts'
import { createNgSocket } from './ng/ng-socket.ts'
import { type Pinged, pingByTcp, pingByUdp } from './ng/ping.ts'

/** One thing that was looked at. */
export interface CheckedPoint {
  readonly what: 'url' | 'commands' | 'version' | 'keys' | 'log'
  /** `unknown`: no request shows it. */
  readonly state: 'in-order' | 'wrong' | 'unknown'
  /** A plain sentence in English: what was seen, and what to do. */
  readonly detail: string
}

export type CheckEngine = ReturnType<typeof createCheckEngine>

/** Asks an engine what shows that it can keep keys from an agent and tell of them. It touches no call. */
export const createCheckEngine =
  (parts: Pick<Parts, 'clock' | 'random'>) =>
  async (
    url: string,
    { prompts }: { readonly prompts: boolean },
  ): Promise<readonly [CheckedPoint, ...CheckedPoint[]]> => {
    try {
      const { ng, tcp } = readEngineUrl(url)
      const [commands, keys] = await Promise.all([pingByUdp(ng, parts), pingByTcp(tcp, parts)])
      return [
        pointOf('commands', { at: ng, pinged: commands }),
        ...(commands === 'engine' ? [await checkVersion(ng, { ...parts, prompts })] : []),
        pointOf('keys', { at: tcp, pinged: keys }),
        ...(keys === 'engine' ? toBeSeen : []),
      ]
    } catch (fault) {
      if (!(fault instanceof EngineUrlFault)) throw fault
      return [{ what: 'url', state: 'wrong', detail: fault.message }]
    }
  }

/** What an engine says to nobody. */
const toBeSeen: readonly CheckedPoint[] = [
  {
    what: 'keys',
    state: 'unknown',
    detail:
      'Whether it sends keys to that port is only seen in a session: press a key, and the agent sees a dot. If none appears, set dtmf-log-ng-tcp = true.',
  },
  {
    what: 'log',
    state: 'unknown',
    detail: 'log-level must be 6 or lower, and log-facility-dtmf not set: otherwise its log holds digits.',
  },
]

const settings = { commands: 'listen-ng', keys: 'listen-tcp-ng' } as const
const kinds = { commands: 'UDP', keys: 'TCP' } as const

function pointOf(
  what: 'commands' | 'keys',
  { at, pinged }: { readonly at: Endpoint; readonly pinged: Pinged },
): CheckedPoint {
  const [place, setting, kind] = [endpointText(at), settings[what], kinds[what]]
  if (pinged === 'engine') {
    const detail =
      what === 'commands' ? `It takes commands at ${place}.` : `It can be connected to at ${place}.`
    return { what, state: 'in-order', detail }
  }
  return { what, state: 'wrong', detail: faultOf({ pinged, place, setting, kind }) }
}

function faultOf({
  pinged,
  place,
  setting,
  kind,
}: {
  readonly pinged: Exclude<Pinged, 'engine'>
  readonly place: string
  readonly setting: string
  readonly kind: string
}): string {
  if (pinged === 'stranger') {
    return `Something answers at ${place} (${kind}), and it is not rtpengine. Compare the address with ${setting}.`
  }
  if (pinged === 'silent') {
    return `Nothing answers at ${place} (${kind}) within a second. Check the address, ${setting}, and what filters packets on the way.`
  }
  if (pinged.code === 'ECONNREFUSED') {
    return `The port is closed: ${place} (${kind}). Start rtpengine there, or compare the address with ${setting}.`
  }
  return `${place} (${kind}) cannot be reached from this machine: ${pinged.code}. Check the address and the route to it.`
}

/** Of a call that nobody has: what an engine does not know is refused before it looks for the call. */
const nobody = { 'call-id': 'tonegate-check', 'from-tag': 'nobody' } as const

const commands: readonly NgCommand[] = [
  { command: 'block DTMF', ...nobody, flags: ['directional'] },
  { command: 'unblock DTMF', ...nobody, ...unblockMode },
  { command: 'block media', ...nobody, flags: ['directional'] },
]
const playing: NgCommand = { command: 'play media', ...nobody, file: '/nothing' }

async function checkVersion(
  endpoint: Endpoint,
  { prompts, ...parts }: Pick<Parts, 'clock' | 'random'> & { readonly prompts: boolean },
): Promise<CheckedPoint> {
  const ng = createNgSocket({ endpoint, ...parts })
  try {
    const needed = prompts ? [...commands, playing] : commands
    const faults = await Promise.all(needed.map((command) => ng.ask(command).then(() => null, toFault)))
    const fault = faults.find((each) => each !== null && !isGone(each))
    if (!fault)
      return { what: 'version', state: 'in-order', detail: 'It knows the commands that are needed.' }
    const isTooOld = fault instanceof NgFault && fault.reason === 'refused'
    const detail = isTooOld ? `${fault.message}. rtpengine 10.5 or later is needed.` : fault.message
    return { what: 'version', state: 'wrong', detail }
  } finally {
    ng.close()
  }
}

function toFault(fault: unknown): Error {
  return fault instanceof Error ? fault : new Error(String(fault))
}
