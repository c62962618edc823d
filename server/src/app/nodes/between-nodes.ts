import type { IncomingMessage } from 'node:http'
import type { Http } from '../../http/http.ts'
import { betweenNodes } from '../../nodes/peers.ts'

/** Has requests answered that nobody can answer for the moment: each as its route answers errors, a page by a page. */
export function answerBetweenNodes(app: Http): (request: IncomingMessage) => void {
  const unanswered = new WeakSet<IncomingMessage>()
  app.addHook('onRequest', (request, _reply, done) =>
    done(unanswered.has(request.raw) ? betweenNodes() : undefined),
  )
  return (request) => void unanswered.add(request)
}
