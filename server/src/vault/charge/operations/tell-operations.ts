import type { Guid } from '../../../base/guid.ts'
import { Problem } from '../../../base/problem.ts'
import { repeatedly } from '../../../base/repeatedly.ts'
import type { StoreParts } from '../../../store/parts.ts'
import type { OrderedPayment } from '../../model/payment-summary.ts'
import { prepareVaultRows, type VaultRows } from '../../model/vault-rows.ts'
import { readApprovedPayment } from '../approved-payment.ts'
import { operationOf, summaryOf } from './payment-summary.ts'

const roundMilliseconds = 1_000
const maxPause = 60_000
/** Told in one round. */
const maxTold = 50
/** What is wrong with one need not be wrong with the next one; what is wrong with so many is wrong with all. */
const maxFailures = 5

/** Takes what became of an operation, or that its gateway has not answered; `guid` is the session's. */
export type TakeOperation = (guid: Guid, ordered: OrderedPayment) => Promise<void>

/**
 * Tells what becomes of captures, refunds and voids, whoever has ordered them: a command beside the server, a program, the vault
 * itself. That something is to be told is in the order's row, written with what it tells, until it was taken; so that it may be
 * told more than once, also by two nodes.
 */
export function createTellOperations({
  store,
  clock,
  log,
  onOperation,
}: Pick<StoreParts, 'store' | 'clock' | 'log'> & { readonly onOperation: TakeOperation }) {
  const rows = prepareVaultRows(store)
  const closing = new AbortController()
  let running = Promise.resolve()
  let pause = 0
  let quietUntil = 0

  async function tell({ capture_guid: guid, idempotency_key: key, answer }: Untold): Promise<void> {
    try {
      const payment = await readApprovedPayment(rows, store.reader, guid)
      const order = payment?.orders.find(({ idempotencyKey }) => idempotencyKey === key)
      if (payment && order)
        await onOperation(guid, { operation: operationOf(order), payment: summaryOf(payment) })
    } catch (error) {
      if (!(error instanceof Problem) || error.status >= 500) throw error
      log.warn(
        { err: error, capture: guid },
        'an operation on a payment of an unknown session is not reported',
      )
    }
    await store.write((tx) => rows.toldFollowUp.run(tx, { key, answer }))
  }

  async function round(): Promise<void> {
    if (clock.elapsed() < quietUntil) return
    const failures: unknown[] = []
    for (const each of await rows.untoldFollowUps.all(store.reader, { most: maxTold })) {
      await tell(each).catch((error) => failures.push(error))
      if (failures.length >= maxFailures) break
    }
    if (failures.length > 0) throw failures[0]
    pause = 0
  }

  function failed(error: unknown): void {
    pause = Math.min(Math.max(pause * 2, roundMilliseconds), maxPause)
    quietUntil = clock.elapsed() + pause
    log.warn({ err: error }, 'an operation on a payment could not be reported; it will be reported again')
  }

  return {
    start: () =>
      repeatedly({
        ...{ clock, milliseconds: roundMilliseconds, over: closing.signal, failed },
        work: () => {
          running = round()
          return running
        },
      }),
    /** Resolves when nothing is being told. */
    async close(): Promise<void> {
      closing.abort()
      await running.catch(() => {})
    },
  }
}

type Untold = Awaited<ReturnType<VaultRows['untoldFollowUps']['all']>>[number]
