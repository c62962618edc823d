import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Guid, parseGuid } from '../../base/guid.ts'
import { problemBody, problemMediaType } from '../../base/problem.ts'
import type { RequestHandler } from '../../http/listen.ts'
import { shownPath } from '../../http/shown-path.ts'
import type { Peers } from '../../nodes/peers.ts'
import type { VaultSessions } from '../../vault/model/vault-sessions.ts'
import { betweenNodes } from './at-owner.ts'

/** The pages and endpoints of one session: the agent view, the payment page, and the provider contract's. */
const ofOneSession =
  /^\/(?:session\/[^/?#]+\/view|pay|api\/v1\/session\/[^/?#]+|sandbox\/sessions)\/([0-9a-f-]{36})(?=[/?#]|$)/i

/** The session that a request is about, as its path says. */
export const sessionInPath = (url = ''): Guid | undefined => {
  const [, text] = ofOneSession.exec(url) ?? []
  return text === undefined ? undefined : parseGuid(text)
}

/**
 * Answers a request at the node that has its session in memory: here, or by having that one answer.
 *
 * @param sessionOf the session that a request is about, where its path does not name it.
 * @param documentation the page of errors.
 */
export function routeToOwner({
  routing,
  sessions,
  peers,
  sessionOf = async () => undefined,
  documentation,
}: {
  readonly routing: RequestHandler
  readonly sessions: Pick<VaultSessions, 'find'>
  readonly peers: Peers
  readonly sessionOf?: (request: IncomingMessage) => Promise<Guid | undefined> | undefined
  readonly documentation: (host: string | undefined) => string
}): RequestHandler {
  function unavailable({ url = '/', headers }: IncomingMessage, response: ServerResponse): void {
    const problem = betweenNodes()
    response
      .writeHead(problem.status, {
        'content-type': problemMediaType,
        'cache-control': 'no-store',
        ...problem.options.headers,
      })
      .end(
        JSON.stringify(
          problemBody(problem, { documentation: documentation(headers.host), instance: shownPath(url) }),
        ),
      )
  }

  async function route(request: IncomingMessage, response: ServerResponse, guid: Guid): Promise<void> {
    const owner = await peers.elsewhere(guid)
    if (owner === undefined) routing(request, response)
    else if (owner === 'nobody') unavailable(request, response)
    else peers.forward(owner, request, response, () => unavailable(request, response))
  }

  return (request, response) => {
    const guid = sessionInPath(request.url)
    const asked = guid ? Promise.resolve(guid) : sessionOf(request)
    if (!asked || (guid && sessions.find(guid))) return routing(request, response)
    asked
      .then((session) =>
        session && !sessions.find(session) ? route(request, response, session) : routing(request, response),
      )
      // Where the database cannot be asked, the answer of this node says so.
      .catch(() => routing(request, response))
  }
}
