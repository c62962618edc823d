import { createBoundedCache } from '../base/bounded-cache.ts'
import { createOneAtATime } from '../base/one-at-a-time.ts'
import { createOutgoing } from '../base/outgoing/create-outgoing.ts'
import { createApi } from './api.ts'
import { createFollowEvents } from './follow-events.ts'
import { createOwnSessions } from './own-sessions.ts'
import { findTarget } from './target.ts'
import { createTokens } from './tokens.ts'
import type { ToolParts } from './tool.ts'

/** Those that were quiet for longest are forgotten, with the sessions that they have opened. */
const maxAgents = 1_000
/** Each request that is at work has two at most: a stream of events, and what is asked beside it. */
const maxSockets = 1_000

/** The way to the API is one for all agents; which sessions are its own, each has for itself. */
export function createPartsOfAgents({
  settings,
  links,
  clock,
  stopping,
}: Pick<ToolParts, 'settings' | 'links' | 'clock' | 'stopping'>) {
  const { send, close } = createOutgoing({ clock, privateAddresses: 'allowed', maxSockets })
  const target = () => findTarget(settings)
  const tokens = createTokens({ target, send, clock })
  const api = createApi({ target, tokens, send, clock })
  const events = createFollowEvents({ target, tokens, send })
  const shared = { links, api, events, clock, stopping, onOrder: createOneAtATime() }
  const ofAgents = createBoundedCache<string, ToolParts>(maxAgents)
  return {
    /** @param agentId absent: the settings’, or whom the model names. */
    partsOf(agentId = settings.agentId): ToolParts {
      const known = ofAgents.get(agentId ?? '') ?? {
        ...{ ...shared, own: createOwnSessions(clock) },
        settings: { ...settings, ...(agentId !== undefined && { agentId }) },
      }
      ofAgents.set(agentId ?? '', known)
      return known
    },
    close,
  }
}
