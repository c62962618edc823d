import type { SandboxGateway } from '../../vault/gateways/sandbox-gateway.ts'
import type { Faults } from './faults.ts'

const ofGateway = ['gateway-lost', 'gateway-unreached'] as const

/**
 * The sandbox's gateway behind a bad connection: what is armed for it is lost on the way there, or on the way back. Whoever
 * asked waits as long as they wait for any gateway, and looks up later what became of it.
 *
 * @param leaving aborted when nobody is to wait any longer.
 */
export function failGateway(
  gateway: SandboxGateway,
  { faults, leaving }: { readonly faults: Faults; readonly leaving: () => AbortSignal },
): SandboxGateway {
  /** Payments whose customer is at the bank: what is lost is the answer after that. */
  const lostAfterBank = new Set<string>()

  function bounded<T extends { readonly signal: AbortSignal }>(asked: T): T {
    return { ...asked, signal: AbortSignal.any([asked.signal, leaving()]) }
  }

  async function ask<
    T extends { readonly idempotencyKey: string; readonly signal: AbortSignal },
    A extends object,
  >(wanted: T, send: (request: T) => Promise<A>): Promise<A> {
    const request = bounded(wanted)
    const fault = faults.take(ofGateway)
    if (fault?.kind === 'gateway-unreached') return neverComes(request.signal)
    const answer = await send(request)
    if (!fault) return answer
    if ('status' in answer && answer.status === 'challenge') {
      lostAfterBank.add(request.idempotencyKey)
      return answer
    }
    return neverComes(request.signal)
  }

  const { authoriseKept, completeChallenge } = gateway
  return {
    ...gateway,
    authorise: (request) => ask(request, gateway.authorise),
    ...(authoriseKept && { authoriseKept: (request) => ask(request, authoriseKept) }),
    ...(completeChallenge && {
      async completeChallenge(completion) {
        const request = bounded(completion)
        const answer = await completeChallenge(request)
        return lostAfterBank.delete(request.idempotencyKey) ? neverComes(request.signal) : answer
      },
    }),
    capture: (order) => ask(order, gateway.capture),
    void: (order) => ask(order, gateway.void),
    refund: (order) => ask(order, gateway.refund),
  }
}

/** Until nobody waits for it. */
function neverComes(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const giveUp = () => reject(signal.reason)
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
  })
}
