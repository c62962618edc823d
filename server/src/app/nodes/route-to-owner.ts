import type { IncomingMessage, ServerResponse } from 'node:http'
import { askedIn, inScopeOf } from '../../base/request-scope.ts'
import type { Tracer } from '../../base/tracing/span.ts'
import type { Http } from '../../http/http.ts'
import type { RequestHandler } from '../../http/listen.ts'
import { parentOf } from '../../http/trace-requests.ts'
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
  {
    ownerOf,
    peers,
    tracer,
  }: {
    readonly ownerOf: OwnerOf
    readonly peers: Pick<Peers, 'forward'>
    readonly tracer?: Tracer | undefined
  },
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
    else inSpanOf(request, response, () => peers.forward(by, request, response, unanswered, as))
  }

  /** In the trace of whoever has sent the request, until it is answered. */
  function inSpanOf(request: IncomingMessage, response: ServerResponse, forward: () => void): void {
    if (!tracer) {
      forward()
      return
    }
    const span = tracer.begin('forward request', { kind: 'client' }, askedIn() ?? parentOf(request))
    response.once('close', () => span.end())
    inScopeOf(span, forward)
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
