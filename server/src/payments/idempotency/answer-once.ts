import type { FastifyReply, FastifyRequest } from 'fastify'
import { parseGuid } from '../../base/guid.ts'
import type { Parts } from '../../base/parts.ts'
import { type Problem, problemBody, problemMediaType } from '../../base/problem.ts'
import { errorsPageAt } from '../../base/region.ts'
import type { Caller } from '../../identity/bearer.ts'
import { callerOf } from '../pass-bearer-check.ts'
import { idempotencyKey, requestFingerprints } from '../requests/idempotency-key.ts'
import type { Idempotency, KeptAnswer, NamedSession, Remember } from './idempotency.ts'

export const json = 'application/json; charset=utf-8'

/** Answers a request that may have an `Idempotency-Key`: what is done for it is done once. */
export type AnswerOnce = (
  request: FastifyRequest,
  reply: FastifyReply,
  /** @param keyed with a key: the name that it stands for, and how its answer is kept. */
  operation: (keyed: KeyedOperation | undefined) => Promise<KeptAnswer>,
) => Promise<FastifyReply>

interface KeyedOperation {
  readonly name: NamedSession
  readonly remember: Remember
}

export function createAnswerOnce({
  idempotency,
  sealer,
  region,
}: Pick<Parts, 'sealer' | 'region'> & { readonly idempotency: Idempotency }): AnswerOnce {
  const secrets = sealer.derivations('idempotency fingerprint')

  function answerToKey(request: FastifyRequest, key: string, operation: Parameters<AnswerOnce>[2]) {
    const { method, body } = request
    const fingerprints = requestFingerprints(secrets, { method, path: pathOf(request), body })
    const instance = request.url.split('?', 1)[0] ?? ''
    const documentation = errorsPageAt(region, request.headers.host)
    return idempotency.answerOnce(
      { sender: senderOf(callerOf(request)), key, fingerprints },
      (remember, name) => operation({ remember, name }),
      (problem) => refusal(problem, { documentation, instance }),
    )
  }

  return async (request, reply, operation) => {
    const key = idempotencyKey(request.raw)
    const answer = await (key === undefined ? operation(undefined) : answerToKey(request, key, operation))
    return reply
      .code(answer.status)
      .header('cache-control', 'no-store')
      .type(answer.mediaType)
      .send(answer.body)
  }
}

/** In one spelling, with the session that it is about. */
function pathOf({ routeOptions: { url = '' }, params }: FastifyRequest): string {
  const { sessionGuid } = params as { readonly sessionGuid?: string }
  return sessionGuid === undefined ? url : url.replace(':sessionGuid', parseGuid(sessionGuid) ?? sessionGuid)
}

/**
 * Whose `Idempotency-Key` it is. A client that many people sign in with has keys for each of them, and for each agent
 * that one of them becomes: an answer holds the agent view's tokens, and goes to nobody but whom it was made for.
 */
const senderOf = ({ clientId, account, agentId = '', access: { userId } }: Caller): string =>
  [clientId, account.id, agentId, ...(userId === undefined ? [] : [userId])].join(' ')

function refusal(
  problem: Problem,
  place: { readonly documentation: string; readonly instance: string },
): KeptAnswer {
  const body = JSON.stringify(problemBody(problem, place))
  return { status: problem.status, mediaType: problemMediaType, body }
}

export function answerJson(reply: FastifyReply, text: string): FastifyReply {
  return reply.header('cache-control', 'no-store').type(json).send(text)
}
