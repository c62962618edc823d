import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http } from '../../http/http.ts'
import type { RequestHandler } from '../../http/listen.ts'
import type { Forwarding } from '../../nodes/node-channel.ts'
import type { Elsewhere, Peers } from '../../nodes/peers.ts'
import { answerBetweenNodes } from './between-nodes.ts'

/** The other node that a request is for; `undefined` where that is this one, at once where it is known at once. */
export type OwnerOf = (request: IncomingMessage) => Promise<Elsewhere | undefined> | undefined

/**
 * Answers each request at the node that has in memory what it is about: here, or by having that one answer. What came from
 * another node, which thought that this one has it, is passed on as well, once.
 */
export function routeToOwner(
  app: Http,
  { ownerOf, peers }: { readonly ownerOf: OwnerOf; readonly peers: Pick<Peers, 'forward'> },
): (as: Forwarding) => RequestHandler {
  const isUnanswered = answerBetweenNodes(app)

  function answer(
    request: IncomingMessage,
    response: ServerResponse,
    { by, as }: { readonly by: Elsewhere | undefined; readonly as: Forwarding },
  ): void {
    const unanswered = () => {
      isUnanswered(request)
      app.routing(request, response)
    }
    if (by === undefined) app.routing(request, response)
    else if (by === 'nobody') unanswered()
    else peers.forward(by, request, response, unanswered, as)
  }

  return (as) => (request, response) => {
    const asked = ownerOf(request)
    if (!asked) return app.routing(request, response)
    asked.then(
      (by) => answer(request, response, { by, as }),
      // The database cannot be asked.
      () => answer(request, response, { by: 'nobody', as }),
    )
  }
}
