import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Parts } from '../../base/parts.ts'
import { Problem } from '../../base/problem.ts'
import { describeRefusal } from '../../http/refusals.ts'
import type { AuthorizationRequest } from './authorization-request.ts'
import type { AnswerClient } from './authorization-response.ts'
import type { Pages } from './pages/pages.ts'
import { RefusedRequest, refused } from './refused-request.ts'

/** What a refusal is told with: to the person on a page, to the client in an answer, to the operator in the log. */
interface Refusals extends Pick<Parts, 'log'> {
  readonly pages: Pages
  readonly answerClient: AnswerClient
}

/** Tells a refusal to whom it concerns. */
export function answerRefusal(
  { pages, log, answerClient }: Refusals,
  {
    refused: { refusal },
    uiLocales,
  }: { readonly refused: RefusedRequest; readonly uiLocales: string | undefined },
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  if (refusal.to === 'person') {
    const { reason, clientId } = refusal
    const message = 'an authorization request was refused on a page'
    describeRefusal(request, { code: reason, ...(clientId !== undefined && { clientId }), message })
    return pages.error(request, reply, { status: 400, reason, uiLocales })
  }
  const { target, code, description } = refusal
  const entry = { requestId: request.id, clientId: target.client.id, error: code }
  log.info(entry, 'an authorization request was refused')
  const described = description !== undefined && { error_description: description }
  return answerClient(reply, target, { error: code, ...described })
}

/** A fault of ours, told to the client as far as it may know it (RFC 6749 §4.1.2.1). */
export function asRefused(
  { log }: Refusals,
  error: Error,
  authorization: AuthorizationRequest,
  request: FastifyRequest,
): RefusedRequest {
  if (error instanceof RefusedRequest) return error
  const entry = { clientId: authorization.client.id, err: error, requestId: request.id }
  const passes = error instanceof Problem && error.status === 503
  log[passes ? 'warn' : 'error'](entry, 'an authorization request failed')
  return refused(authorization, passes ? 'temporarily_unavailable' : 'server_error')
}

/** What cannot be read, or failed before there was a client to tell. */
export function answerUnreadable(
  { pages }: Refusals,
  error: Error,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const status =
    'statusCode' in error ? Number(error.statusCode) : error instanceof Problem ? error.status : 500
  if (error instanceof Problem) reply.headers(error.options.headers ?? {})
  if (status >= 400 && status < 500)
    return pages.error(request, reply, { status, reason: 'request-malformed' })
  describeRefusal(request, { err: error, message: 'an authorization request failed' })
  return pages.error(request, reply, { status: status === 503 ? 503 : 500, reason: 'internal' })
}
