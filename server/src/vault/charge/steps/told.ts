import type { ChargeContext } from './charge-context.ts'

/**
 * The gateway has told that something happened to a payment, here or at another node. Where the customer is at the bank from
 * here, it is asked what that is; where the session has ended without an answer, whoever looks for it does so at once, by its
 * row; and where another node has the session, that node is told.
 */
export function createTold({
  store,
  rows,
  log,
  track,
  atBank,
  reconciliation,
  toldElsewhere,
}: ChargeContext) {
  async function hasten(idempotency_key: string): Promise<void> {
    const session = await rows.unansweredIn.first(store.reader, { idempotency_key })
    if (session?.state === 'ended') await reconciliation.sweep()
    else if (session && session.owner !== store.nodeId) toldElsewhere?.(session.guid, idempotency_key)
  }

  return (idempotencyKey: string): void => {
    const ask = atBank.get(idempotencyKey)
    void track(ask ? ask() : hasten(idempotencyKey)).catch((error) =>
      log.warn({ err: error }, 'a payment that its gateway has told of could not be asked for at once'),
    )
  }
}
