import type { IncomingMessage, ServerResponse } from 'node:http'
import { askedIn, inScopeOf } from '../../base/request-scope.ts'
import type { Tracer } from '../../base/tracing/span.ts'
import type { Http } from '../../http/http.ts'
import type { RequestHandler } from '../../http/listen.ts'
import { parentOf } from '../../http/trace-requests.ts'
import { whenClosed } from '../../http/when-closed.ts'
import { isPassedOn } from '../../nodes/forward.ts'
import type { Forwarding } from '../../nodes/node-channel.ts'
import type { Elsewhere, Peers } from '../../nodes/peers.ts'
import { answerBetweenNodes } from './between-nodes.ts'

/** The other node that a request is for; `undefined` where that is this one, at once where it is known at once. */
export type OwnerOf = (request: IncomingMessage) => Promise<Elsewhere | undefined> | undefined

/**
 * Answers each request at the node that has in memory what it is about: here, or by having that one answer. What came from
 * another node, which thought that this one has it, is passed on as well, once. Where that one cannot answer and nothing of
 * the request is lost, it is found out once more whose it is.
 *
 * @param here answers what this node has.
 */
export function routeToOwner(
  app: Http,
  {
    ownerOf,
    peers,
    here = (request, response) => app.routing(request, response),
    tracer,
  }: {
    readonly ownerOf: OwnerOf
    readonly peers: Pick<Peers, 'forward'>
    readonly here?: RequestHandler
    readonly tracer?: Tracer | undefined
  },
): (as: Forwarding) => RequestHandler {
  const isUnanswered = answerBetweenNodes(app)

  function answer(
    request: IncomingMessage,
    response: ServerResponse,
    { by, as, ask }: { readonly by: Elsewhere | undefined; readonly as: Forwarding; readonly ask: Asking },
  ): void {
    const unanswered = () => {
      isUnanswered(request)
      here(request, response)
    }
    const notThere = () => {
      if (ask === 'again' || isPassedOn(request)) unanswered()
      else route(request, response, { as, ask: 'again' })
    }
    if (by === undefined) here(request, response)
    else if (by === 'nobody') unanswered()
    else inSpanOf(request, response, () => peers.forward(by, request, response, notThere, as))
  }

  /** In the trace of whoever has sent the request, until it is answered. */
  function inSpanOf(request: IncomingMessage, response: ServerResponse, forward: () => void): void {
    if (!tracer) {
      forward()
      return
    }
    const span = tracer.begin('forward request', { kind: 'client' }, askedIn() ?? parentOf(request))
    whenClosed(response, () => span.end())
    inScopeOf(span, forward)
  }

  function route(
    request: IncomingMessage,
    response: ServerResponse,
    { as, ask }: { readonly as: Forwarding; readonly ask: Asking },
  ): void {
    const asked = ownerOf(request)
    if (!asked) {
      here(request, response)
      return
    }
    asked
      .then(
        (by) => answer(request, response, { by, as, ask }),
        // The database cannot be asked.
        () => answer(request, response, { by: 'nobody', as, ask }),
      )
      .catch((error: unknown) => {
        app.log.error({ err: error }, 'a request could not be answered')
        response.destroy()
      })
  }

  return (as) => (request, response) => route(request, response, { as, ask: 'first' })
}

/** Whose a request is, is asked at most twice. */
type Asking = 'first' | 'again'
