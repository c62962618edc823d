import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import {
  type AuthorisationRequest,
  type ChallengeCompletion,
  type Gateway,
  type GatewayAnswer,
  type GatewayChallenge,
  type Gateways,
  gatewayNamed,
  NotSent,
} from './gateway.ts'
import { within } from './within.ts'

/** An answer that has not come after so long is left to reconciliation. */
const longestWait = 15 * 60_000

const longestReconciliation = 60_000

/**
 * Calls gateways so that nothing they throw gets out: of an error that is not {@link NotSent} only the name is
 * logged, for nobody knows what a library puts into its errors.
 */
export function createGatewayCalls({
  gateways,
  clock,
  log,
}: {
  readonly gateways: Gateways
  readonly clock: Clock
  readonly log: Log
}) {
  const open = new Set<AbortController>()

  /** The digits have been read when this returns its promise. `undefined`: nobody knows. */
  const authorise = (name: string, request: Omit<AuthorisationRequest, 'signal'>) =>
    ask<GatewayAnswer | GatewayChallenge>(name, request.idempotencyKey, (gateway, signal) =>
      gateway.authorise({ ...request, signal }),
    )

  /** `undefined`: nobody knows. */
  const completeChallenge = (name: string, completion: Omit<ChallengeCompletion, 'signal'>) =>
    ask(name, completion.idempotencyKey, async (gateway, signal) => {
      if (!gateway.completeChallenge) throw new Error('The gateway takes no answers to challenges.')
      return gateway.completeChallenge({ ...completion, signal })
    })

  async function ask<Answer extends GatewayAnswer | GatewayChallenge>(
    name: string,
    idempotencyKey: string,
    question: (gateway: Gateway, signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer | GatewayAnswer | undefined> {
    const controller = new AbortController()
    open.add(controller)
    const stop = clock.after(longestWait, () => controller.abort())
    try {
      const gateway = gatewayNamed(gateways, name)
      if (!gateway) throw new NotSent('There is no such gateway.')
      return await question(gateway, controller.signal)
    } catch (error) {
      if (error instanceof NotSent) {
        log.error({ gateway: name, detail: error.message }, 'a payment could not be sent to its gateway')
        return { status: 'error', gatewayCode: 'not-sent' }
      }
      if (controller.signal.aborted) return undefined
      log.error({ gateway: name, error: nameOf(error) }, 'a gateway failed while it was asked')
      return reconcile(name, idempotencyKey)
    } finally {
      stop()
      open.delete(controller)
    }
  }

  async function reconcile(name: string, idempotencyKey: string): Promise<GatewayAnswer | undefined> {
    try {
      const known = gatewayNamed(gateways, name)?.reconcile(idempotencyKey)
      return known && (await within(known, longestReconciliation, clock))
    } catch (error) {
      log.warn({ gateway: name, error: nameOf(error) }, 'a payment could not be reconciled')
      return undefined
    }
  }

  return {
    authorise,
    completeChallenge,
    reconcile,
    /** Gives up every answer that is still waited for. */
    close(): void {
      for (const controller of open) controller.abort()
    },
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error)
