import type { IncomingMessage } from 'node:http'
import { Problem } from '../../base/problem.ts'
import type { Http } from '../../http/http.ts'

/** Nobody has the session for a moment: its node is gone, and another one is about to take it over. */
export const betweenNodes = (): Problem =>
  new Problem(
    'provider-unavailable',
    'The session is being taken over by another server. Try again shortly.',
    {
      headers: { 'retry-after': '2' },
    },
  )

/** Has requests answered that nobody can answer for the moment: each as its route answers errors, a page by a page. */
export function answerBetweenNodes(app: Http): (request: IncomingMessage) => void {
  const unanswered = new WeakSet<IncomingMessage>()
  app.addHook('onRequest', (request, _reply, done) =>
    done(unanswered.has(request.raw) ? betweenNodes() : undefined),
  )
  return (request) => void unanswered.add(request)
}
