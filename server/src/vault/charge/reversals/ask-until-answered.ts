import type { StoreParts } from '../../../store/parts.ts'
import type { FollowUpAnswer, FollowUpKind } from '../../model/gateway.ts'
import type { VaultRows } from '../../model/vault-rows.ts'
import { createFollowUpMemory } from '../calls/follow-up-memory.ts'
import type { GatewayCalls } from '../gateway-calls.ts'
import { keyOf, type Reversal, sumOf } from './reversal.ts'
import type { ReversalHolds } from './reversal-holds.ts'

const firstPause = 30_000
const maxPause = 3_600_000
/** So long a gateway is asked. */
export const maxTry = 3 * 24 * 3_600_000

/**
 * Asks gateways for what is to be done until there is an answer, or the process ends, or it has been three days, as long as
 * nobody else holds it.
 */
export function createAskUntilAnswered({
  store,
  rows,
  calls,
  holds,
  clock,
  log,
  closing,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & {
  readonly rows: VaultRows
  readonly calls: GatewayCalls
  readonly holds: ReversalHolds
  readonly closing: AbortSignal
}) {
  const waiting = new Set<() => void>()

  function wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        stop()
        waiting.delete(done)
        resolve()
      }
      const stop = clock.after(milliseconds, done)
      waiting.add(done)
      if (closing.aborted) done()
    })
  }

  return {
    /** `undefined` where there is no answer until then. */
    async ask(reversal: Reversal, kind: FollowUpKind): Promise<FollowUpAnswer | undefined> {
      const idempotencyKey = keyOf(reversal, kind)
      const until = clock.now() + maxTry
      for (let pause = firstPause; clock.now() < until; pause = Math.min(pause * 2, maxPause)) {
        if (closing.aborted || !(await holds.isMine(idempotencyKey))) return undefined
        const answer = await calls.followUp(await calls.find(reversal.tenant, reversal.gateway), kind, {
          idempotencyKey,
          gatewayReference: reversal.answer.gatewayReference,
          paymentKey: reversal.idempotencyKey,
          amount: sumOf(reversal),
          authorised: { amount: sumOf(reversal), captured: reversal.answer.captured },
          memory: createFollowUpMemory({ store, rows }, idempotencyKey),
        })
        if (answer) return answer
        await wait(pause)
      }
      log.error({ capture: reversal.guid, kind }, 'a payment could not be reversed: check it at the gateway')
      return undefined
    },
    /** Lets nobody wait for the next try. */
    close(): void {
      for (const done of waiting) done()
    },
  }
}
