import { type Guid, parseGuid } from '../../base/guid.ts'
import type { CallsElsewhere } from '../../calls/api/call-elsewhere.ts'
import type { Peers } from '../../nodes/peers.ts'
import type { VaultSessions } from '../../vault/model/vault-sessions.ts'
import { createCallElsewhere } from './call-elsewhere.ts'
import type { OwnerOf } from './route-to-owner.ts'

/** The pages and endpoints of one session: the agent view, the payment page, and the provider contract’s. */
const ofOneSession =
  /^\/(?:session\/[^/?#]+\/view|pay|api\/v1\/session\/[^/?#]+)\/([0-9a-f-]{36})(?=[/?#]|$)/i
/** Where the sandbox presses keys, it may be called as the Payment API calls it. */
const ofEitherName = /^\/sandbox\/sessions\/([0-9a-f-]{36})(?=[/?#]|$)/i
const ofCalls = /^\/(?:calls\/v1|sandbox\/calls)(?=[/?#]|$)/i

const guidIn = (pattern: RegExp, url: string): Guid | undefined => {
  const text = pattern.exec(url)?.[1]
  return text === undefined ? undefined : parseGuid(text)
}

/** The router reads letters that stand for themselves and those that are escaped alike; what cannot be read it refuses. */
function asRouted(url: string): string {
  if (!url.includes('%')) return url
  try {
    return decodeURI(url)
  } catch {
    return url
  }
}

/**
 * The other node that a request is for, by its path: the one that has its session in memory, or the line of its call.
 *
 * @param captureOf what the vault calls a session.
 */
export function createOwnerOfRequest({
  sessions,
  calls,
  peers,
  captureOf,
}: {
  readonly sessions: Pick<VaultSessions, 'find'>
  readonly calls: CallsElsewhere
  readonly peers: Pick<Peers, 'elsewhere'>
  readonly captureOf: (guid: Guid) => Promise<Guid>
}): OwnerOf {
  const ofCall = createCallElsewhere(calls)
  const isHere = (guid: Guid) => sessions.find(guid) !== undefined
  const ofSession = (guid: Guid) => (isHere(guid) ? undefined : peers.elsewhere(guid, () => isHere(guid)))

  return (request) => {
    const url = asRouted(request.url ?? '')
    const named = guidIn(ofOneSession, url)
    if (named) return ofSession(named)
    if (ofCalls.test(url)) return ofCall(request)
    const either = guidIn(ofEitherName, url)
    return either && captureOf(either).then(ofSession)
  }
}
