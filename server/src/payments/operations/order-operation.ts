import type { Guid } from '../../base/guid.ts'
import { Problem } from '../../base/problem.ts'
import { type Actor, currentActing } from '../../base/request-scope.ts'
import type { Caller } from '../../identity/bearer.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { Connection } from '../../store/store.ts'
import type { OrderedPayment, PaymentOrder, PaymentSummary } from '../../vault/model/payment-summary.ts'
import type { FindSession, FoundSession } from '../find-session.ts'
import type { Provider } from '../provider.ts'
import type { OperationRows } from './operation-rows.ts'

/** What is wanted of the payment of a session. */
export interface WantedOperation extends Pick<PaymentOrder, 'kind' | 'amount'> {
  readonly caller: Caller
  readonly sessionGuid: string
  /** Of a request with an `Idempotency-Key`. */
  readonly keyed?: {
    /** The same for the same key. */
    readonly name: Guid
    /** Keeps the answer, in the transaction that forgets the name. */
    readonly keep: (transaction: Connection, ordered: OrderedOperation) => Promise<void>
  }
}

/** What was ordered of the payment of a session. */
export interface OrderedOperation extends OrderedPayment {
  readonly guid: Guid
}

/** Captures, refunds and voids by programs (contract/payment-api §1). */
export interface PaymentOperations {
  /** @throws {Problem} `not-found`; `not-possible-now` where no payment was approved. */
  find(
    caller: Caller,
    sessionGuid: string,
  ): Promise<{ readonly guid: Guid; readonly payment: PaymentSummary }>
  /**
   * Carries out what is wanted; `pending` where the gateway has not answered: the server goes on asking.
   *
   * @throws {Problem} `not-found`, `invalid-request`, `amount-not-possible`, `not-possible-now`, `refused-by-gateway`;
   *   `provider-unavailable`, `storage-unavailable`: it may have been begun, and the same request finds out.
   */
  order(wanted: WantedOperation): Promise<OrderedOperation>
}

/** So long a request is waited for before its operation is looked at by `follow-operations.ts`. */
const firstLookMilliseconds = 60_000

/**
 * An operation is written down under a name before the provider is asked, and taken away when it is known what came of it.
 * What a process leaves that dies between is looked for by that name, and never begun by itself: a program that was told
 * nothing asks again, or does not.
 */
export function createPaymentOperations({
  store,
  clock,
  newGuid,
  log,
  findSession,
  provider,
  rows,
}: Pick<StoreParts, 'store' | 'clock' | 'newGuid' | 'log'> & {
  readonly findSession: FindSession
  readonly provider: Pick<Provider, 'findPayment' | 'orderPayment'>
  readonly rows: OperationRows
}): PaymentOperations {
  function writeDown({ guid, provider_session_guid }: FoundSession, { name, kind }: PaymentOrder, by: Actor) {
    const now = clock.now()
    return store.write((tx) =>
      rows.insert.run(tx, {
        guid: name,
        session_guid: guid,
        provider_session_guid,
        kind,
        requested_by: JSON.stringify(by),
        requested_at: now,
        due_at: now + firstLookMilliseconds,
      }),
    )
  }

  async function carryOut(session: FoundSession, order: PaymentOrder): Promise<OrderedOperation> {
    const { actor } = currentActing()
    await writeDown(session, order, actor)
    try {
      const ordered = await approved(provider.orderPayment(session.provider_session_guid, order, actor))
      return { guid: session.guid, ...ordered }
    } catch (error) {
      if (error instanceof Problem && error.status < 500) await forget(order.name)
      throw error
    }
  }

  /** Where it cannot be, it is looked at once more later, and found to be over. */
  async function forget(guid: Guid): Promise<void> {
    await store
      .write((tx) => rows.remove.run(tx, { guid }))
      .catch((error) =>
        log.warn({ err: error }, 'an operation that is over could not be taken away; it is later'),
      )
  }

  /** The answer is kept before the name is lost: the same request may come again at any moment. */
  async function settle(name: Guid, ordered: OrderedOperation, { keyed }: WantedOperation): Promise<void> {
    if (ordered.operation.status !== 'succeeded' || !keyed) return forget(name)
    await store.write(async (tx) => {
      await rows.remove.run(tx, { guid: name })
      await keyed.keep(tx, ordered)
    })
  }

  return {
    async find(caller, sessionGuid) {
      const { guid, provider_session_guid } = await findSession(caller, sessionGuid)
      return { guid, payment: await approved(provider.findPayment(provider_session_guid)) }
    },

    async order(wanted) {
      const { caller, sessionGuid, kind, amount, keyed } = wanted
      const session = await findSession(caller, sessionGuid)
      const name = keyed?.name ?? newGuid()
      const repeat = keyed ? 'another' : 'usual'
      const ordered = await carryOut(session, { kind, ...(amount !== undefined && { amount }), name, repeat })
      const { status, amountMinor, gatewayCode } = ordered.operation
      log.info(
        { sessionGuid: session.guid, clientId: caller.clientId, kind, amountMinor, status, gatewayCode },
        'a client ordered an operation on a payment',
      )
      if (status !== 'pending') await settle(name, ordered, wanted)
      if (status === 'failed') throw refusedByGateway(ordered)
      return ordered
    },
  }
}

/** A session that is there, and has no payment. */
async function approved<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof Problem && error.code === 'not-found')
      throw new Problem('not-possible-now', 'This session has no approved payment.')
    throw error
  }
}

const refusedByGateway = ({ operation: { kind, key, gatewayCode } }: OrderedPayment) =>
  new Problem('refused-by-gateway', `The gateway refused the ${kind} with code ${gatewayCode}.`, {
    members: { operationId: key, gatewayCode },
  })
