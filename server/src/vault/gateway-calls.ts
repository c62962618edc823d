import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import {
  type AuthorisationRequest,
  type GatewayAnswer,
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
  async function authorise(
    name: string,
    request: Omit<AuthorisationRequest, 'signal'>,
  ): Promise<GatewayAnswer | undefined> {
    const controller = new AbortController()
    open.add(controller)
    const stop = clock.after(longestWait, () => controller.abort())
    try {
      const gateway = gatewayNamed(gateways, name)
      if (!gateway) throw new NotSent('There is no such gateway.')
      return await gateway.authorise({ ...request, signal: controller.signal })
    } catch (error) {
      if (error instanceof NotSent) {
        log.error({ gateway: name, detail: error.message }, 'a payment could not be sent to its gateway')
        return { status: 'error', gatewayCode: 'not-sent' }
      }
      if (controller.signal.aborted) return undefined
      log.error({ gateway: name, error: nameOf(error) }, 'a gateway failed while it was asked')
      return reconcile(name, request.idempotencyKey)
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
    reconcile,
    /** Gives up every answer that is still waited for. */
    close(): void {
      for (const controller of open) controller.abort()
    },
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : typeof error)
