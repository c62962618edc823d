import type { Guid } from '../base/guid.ts'
import { createOneAtATime } from '../base/one-at-a-time.ts'
import type { OutgoingByAddress } from '../base/outgoing/outgoing-by-address.ts'
import type { Http } from '../http/http.ts'
import type { StoreParts } from '../store/parts.ts'
import { type CallsElsewhere, createCallsElsewhere } from './api/call-elsewhere.ts'
import { registerCallsApi } from './api/register-calls-api.ts'
import type { Calls } from './calls.ts'
import { createCommandStreams } from './commands/command-streams.ts'
import { createHttpControl } from './commands/http-control.ts'
import { createPostCommand } from './commands/post-command.ts'
import { type Controls, createControl } from './control-of.ts'
import type { LineEvents } from './line-control.ts'
import { createLines, type Lines } from './lines/lines.ts'
import { type CallerNumber, createCallerNumber } from './live/caller-number.ts'
import { createFindLine, createLiveCalls, type LiveCalls } from './live/live-calls.ts'
import { type CallPeers, noPeers } from './peers/call-peers.ts'
import { servePeers } from './peers/serve-peers.ts'
import { createPlatforms, type Platforms } from './platforms/platforms.ts'
import type { EngineHealth } from './rtpengine/engine-state.ts'
import { createRtpenginePlatforms } from './rtpengine/rtpengine-platforms.ts'

/** The telephone of a region: its platforms, their calls, and the lines of those. */
export interface Telephone extends Calls {
  readonly platforms: Platforms
  readonly liveCalls: LiveCalls
  readonly lines: Lines
  readonly callerNumber: CallerNumber
  /** Of every rtpengine that is connected to, whether its keys are heard. */
  engineStates(): readonly EngineHealth['state'][]
  /** Connects to what keys come from. To be called once, before calls are taken up. */
  open(): Promise<void>
  readonly elsewhere: CallsElsewhere
  /** What other nodes ask of this one, by the channel between them. */
  servePeers(app: Http): void
  /** `/calls/v1` */
  routes(app: Http): void
  close(): Promise<void>
}

/** What steers lines is made before them. */
const eventsOf = (events: () => LineEvents): LineEvents => ({
  key: (callGuid, tone, at) => events().key(callGuid, tone, at),
  keysLost: (callGuid) => events().keysLost(callGuid),
  lineLost: (callGuid) => events().lineLost(callGuid),
  tonesHeard: (callGuid) => events().tonesHeard(callGuid),
  platformBack: (platformGuid) => events().platformBack(platformGuid),
})

/**
 * @param controls what steers lines in place of what does it by itself; for tests.
 * @param isOpen whether a session of the vault is open, at whichever node.
 * @param peers the other nodes of the region, where there are any.
 */
export function createCalls(
  parts: StoreParts & {
    readonly outgoing: OutgoingByAddress
    readonly controls?: Controls
    readonly isOpen: (sessionGuid: Guid) => Promise<boolean>
    readonly peers?: CallPeers
  },
): Telephone {
  const { peers = noPeers } = parts
  const platforms = createPlatforms(parts)
  const streams = createCommandStreams({ ...parts, peers })
  const http = createHttpControl({ ...parts, platforms, streams, post: createPostCommand(parts) })
  const rtpengine = createRtpenginePlatforms({ ...parts, platforms, events: eventsOf(() => lines.events) })
  const control = createControl(platforms, { http, rtpengine, ...parts.controls })
  const onCall = createOneAtATime()
  const lines = createLines({
    ...parts,
    peers,
    control,
    onCall,
    find: createFindLine(parts),
    isDisabled: async (guid) => (await platforms.find(guid))?.disabled ?? true,
  })
  const liveCalls = createLiveCalls({ ...parts, lines, onCall })
  return {
    platforms,
    liveCalls,
    lines,
    callerNumber: createCallerNumber(parts),
    engineStates: () => [...rtpengine.health().values()].flat().map(({ state }) => state),
    async findLiveCall(accountId, agentId) {
      const callGuid = await liveCalls.activeOf(accountId, agentId)
      if (callGuid) return { callGuid, agentId }
      return (await platforms.hasAny(accountId)) ? 'no-call' : 'no-platform'
    },
    secure: lines.secure,
    left: lines.left,
    leftOf: lines.leftOf,
    takeUp: lines.takeUp,
    say: lines.say,
    release: async (callGuid, listener) => lines.release(callGuid, listener),
    elsewhere: createCallsElsewhere({ ...parts, lines, peers }),
    servePeers: (app) => servePeers(app, { lines, streams }),
    routes: (app) => registerCallsApi(app, { ...parts, platforms, liveCalls, lines, streams }),
    open: () => rtpengine.open(),
    async close() {
      lines.close()
      rtpengine.close()
      await liveCalls.close()
    },
  }
}
