import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Clock } from '../base/clock.ts'
import { Problem } from '../base/problem.ts'
import { type Actor, currentSpan, nameActor } from '../base/request-scope.ts'
import { createRateLimit, type Quota, quotaHeaders } from '../base/throttle/rate-limit.ts'
import { describeRefusal } from '../http/refusals.ts'
import type { BearerCheck, Caller } from '../identity/bearer.ts'
import type { Cors } from '../identity/endpoints/cors.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Who sends the request, once the bearer check was passed. */
    paymentCaller: Caller | null
  }
}

/**
 * Every request to the Payment API passes the bearer check, and its client's quota, before its body is looked at
 * (contract/authentication §6, contract/payment-api §6). Not a promise, because a token that was seen before
 * needs none.
 *
 * @param requestsPerSecond of one client that speaks for itself, or one person with a client; null where they are not
 *   limited.
 * @throws {Problem} what the bearer check throws; `quota-exceeded`.
 */
export function passBearerCheck({
  bearer,
  cors,
  clock,
  requestsPerSecond,
}: {
  readonly bearer: BearerCheck
  readonly cors: Cors
  readonly clock: Clock
  readonly requestsPerSecond: number | null
}) {
  const quotas = requestsPerSecond === null ? undefined : createRateLimit({ clock, requestsPerSecond })
  function admit(request: FastifyRequest, reply: FastifyReply, caller: Caller): void {
    request.paymentCaller = caller
    nameActor(actorOf(caller))
    currentSpan()?.set({ 'tonegate.account_id': caller.access.accountId })
    cors.narrow(request, reply, caller.allowedOrigins)
    if (!quotas) return
    const quota = quotas.take(provenBy(caller))
    if (!quota.allowed) throw quotaExceeded(quota)
    reply.headers(quotaHeaders(quota))
  }
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    try {
      const caller = bearer(request)
      if (caller instanceof Promise) {
        caller.then((found) => admit(request, reply, found)).then(() => done(), done)
        return
      }
      admit(request, reply, caller)
    } catch (error) {
      done(error as Error)
      return
    }
    done()
  }
}

const actorOf = ({ access: { clientId, userId } }: Caller): Actor =>
  userId === undefined ? { kind: 'client', id: clientId } : { kind: 'user', id: userId, client: clientId }

/** People of many accounts may share a client: none of them uses up what is another's, or the client's own. */
const provenBy = ({ access: { clientId, accountId, userId } }: Caller): string =>
  `${clientId} ${accountId} ${userId ?? 'itself'}`

/** The caller of a request that {@link passBearerCheck} let through. */
export function callerOf({ paymentCaller }: FastifyRequest): Caller {
  if (!paymentCaller) throw new Error('The request did not pass the bearer check.')
  return paymentCaller
}

/** Has the log say who was refused. */
export function describeCaller(request: FastifyRequest): void {
  if (!request.paymentCaller) return
  const { clientId, accountId, userId, agentId } = request.paymentCaller.access
  describeRefusal(request, {
    clientId,
    accountId,
    ...(userId !== undefined && { userId }),
    ...(agentId !== undefined && { agentId }),
  })
}

function quotaExceeded(quota: Quota): Problem {
  return new Problem('quota-exceeded', `Too many requests: this client may send ${quota.limit} per second.`, {
    headers: quotaHeaders(quota),
  })
}
