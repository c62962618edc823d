import type { Parts } from '../../base/parts.ts'
import { within } from '../../base/within.ts'
import type { FollowUpKind } from '../model/gateway.ts'
import {
  type AskedBefore,
  type AtBank,
  type AuthorisationRequest,
  type ChallengeCompletion,
  type CheckedPoint,
  type FollowUp,
  type FollowUpAnswer,
  type Gateway,
  type GatewayAnswer,
  type GatewayChallenge,
  type Gateways,
  type KeptCardRequest,
  type Money,
  NotSent,
} from '../model/gateway.ts'
import { takesMoney } from '../model/launch.ts'

/** An answer that has not come after so long is left to reconciliation. */
const maxWait = 15 * 60_000

const maxReconciliation = 60_000

/** A payment that has not arrived at its gateway after so long never will: nobody has waited for it as long. */
const arrivesWithin = maxWait + 5 * 60_000

/** A gateway, and the name it has in the log. */
export interface NamedGateway {
  readonly name: string
  /** `undefined`: there is none of this name any more. */
  readonly gateway: Gateway | undefined
}

export type GatewayCalls = ReturnType<typeof createGatewayCalls>

/**
 * Calls gateways so that nothing they throw gets out: of an error that is not {@link NotSent} only the name is
 * logged, for nobody knows what a library puts into its errors.
 */
export function createGatewayCalls({
  gateways,
  clock,
  log,
}: Pick<Parts, 'clock' | 'log'> & { readonly gateways: Gateways }) {
  const open = new Set<AbortController>()
  let closed = false

  async function find(tenant: number, name: string): Promise<NamedGateway> {
    try {
      return { name, gateway: await gateways.find(tenant, name) }
    } catch (error) {
      log.error({ gateway: name, error: nameOf(error) }, 'a gateway could not be found')
      return { name, gateway: undefined }
    }
  }

  /** Asks with a signal that ends when the vault closes, or after so long. */
  async function withSignal<T>(milliseconds: number, ask: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController()
    if (closed) controller.abort()
    open.add(controller)
    const stop = clock.after(milliseconds, () => controller.abort())
    try {
      return await ask(controller.signal)
    } finally {
      stop()
      open.delete(controller)
    }
  }

  /** The digits have been read when this returns its promise. `undefined`: nobody knows. */
  const authorise = (named: NamedGateway, request: Omit<AuthorisationRequest, 'signal'>) =>
    ask<GatewayAnswer | GatewayChallenge>(named, async (gateway, signal) => {
      refuseNothing(request)
      return gateway.authorise({ ...request, signal })
    })

  /** The same by a card that the gateway keeps. */
  const authoriseKept = (named: NamedGateway, request: Omit<KeptCardRequest, 'signal'>) =>
    ask<GatewayAnswer | GatewayChallenge>(named, async (gateway, signal) => {
      refuseNothing(request)
      if (!gateway.authoriseKept) throw new NotSent('The gateway does not support kept cards.')
      return gateway.authoriseKept({ ...request, signal })
    })

  /** The last guard of all: where money is meant, no gateway is asked for nothing. */
  function refuseNothing({ purpose, order }: Pick<AuthorisationRequest, 'purpose' | 'order'>): void {
    if (takesMoney(purpose) && !isSum(order)) throw new NotSent('The order has no amount.')
  }

  /** `undefined`: nobody knows. */
  const completeChallenge = (named: NamedGateway, completion: Omit<ChallengeCompletion, 'signal'>) =>
    ask(named, async (gateway, signal) => {
      if (!gateway.completeChallenge) throw new Error('The gateway does not support challenges.')
      return gateway.completeChallenge({ ...completion, signal })
    })

  function ask<Answer extends GatewayAnswer | GatewayChallenge>(
    { name, gateway }: NamedGateway,
    question: (gateway: Gateway, signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | GatewayAnswer | undefined> {
    return withSignal(maxWait, async (signal) => {
      try {
        if (!gateway) throw new NotSent('The gateway does not exist.')
        return await question(gateway, signal)
      } catch (error) {
        if (error instanceof NotSent) {
          log.error({ gateway: name, detail: error.message }, 'a payment could not be sent to its gateway')
          return { status: 'error', gatewayCode: 'not-sent' }
        }
        if (!signal.aborted)
          log.error({ gateway: name, error: nameOf(error) }, 'the gateway failed during a request')
        return undefined
      }
    })
  }

  /**
   * `undefined`: nobody knows yet. A payment that waits for its customer is given up where the customer was never sent to
   * the bank, since the process that was to do it has ended: nobody else can come back.
   */
  async function reconcile(
    named: NamedGateway,
    { wasSent, ...asked }: Omit<AskedBefore, 'signal'> & { readonly wasSent: boolean },
  ): Promise<GatewayAnswer | undefined> {
    const known = await lookUp(named, asked)
    if (known?.status !== 'at-bank') return known
    if (wasSent) return undefined
    const { idempotencyKey, purpose, order } = asked
    return completeChallenge(named, { idempotencyKey, answer: 'abandoned', asked: { purpose, order } })
  }

  function lookUp(
    { name, gateway }: NamedGateway,
    asked: Omit<AskedBefore, 'signal'>,
  ): Promise<GatewayAnswer | AtBank | undefined> {
    return withSignal(maxReconciliation, async (signal) => {
      try {
        if (signal.aborted) return undefined
        const known =
          gateway && (await within(gateway.reconcile({ ...asked, signal }), maxReconciliation, clock))
        return known?.status === 'not-found' ? neverArrived(asked) : known
      } catch (error) {
        log.warn({ gateway: name, error: nameOf(error) }, 'a payment could not be reconciled')
        return undefined
      }
    })
  }

  function neverArrived({ requestedAt }: Omit<AskedBefore, 'signal'>): GatewayAnswer | undefined {
    if (clock.now() < requestedAt + arrivesWithin) return undefined
    return { status: 'error', gatewayCode: 'not-found' }
  }

  /** `undefined`: it is not known whether it was done, and can be asked again. */
  function followUp(
    { name, gateway }: NamedGateway,
    kind: FollowUpKind,
    order: Omit<FollowUp, 'signal'>,
  ): Promise<FollowUpAnswer | undefined> {
    return withSignal(maxReconciliation, async (signal) => {
      try {
        if (signal.aborted) return undefined
        if (kind !== 'void' && !isSum(order.amount)) return { status: 'refused', gatewayCode: 'no-sum' }
        const answer = gateway?.[kind]({ ...order, signal })
        return answer && (await within(answer, maxReconciliation, clock))
      } catch (error) {
        log.warn({ gateway: name, kind, error: nameOf(error) }, 'a payment has an unknown operation pending')
        return undefined
      }
    })
  }

  /** What shows whether payments will work; `undefined` where there is no such gateway, or it cannot be asked for that. */
  function check({ name, gateway }: NamedGateway): Promise<readonly CheckedPoint[] | undefined> {
    return withSignal(maxReconciliation, async (signal) => {
      try {
        return await gateway?.check?.(signal)
      } catch (error) {
        log.warn({ gateway: name, error: nameOf(error) }, 'a gateway could not be checked')
        const detail = `The gateway could not be asked: ${nameOf(error)}.`
        return [{ what: 'credentials', state: 'wrong', detail }]
      }
    })
  }

  return {
    find,
    check,
    authorise,
    authoriseKept,
    completeChallenge,
    reconcile,
    followUp,
    /** Gives up every answer that is still waited for. */
    close(): void {
      closed = true
      for (const controller of open) controller.abort()
    },
  }
}

const isSum = ({ amountMinor }: Money): boolean => Number.isSafeInteger(amountMinor) && amountMinor > 0

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error)
