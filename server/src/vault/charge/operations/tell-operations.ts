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
/** What is wrong with one need not be wrong with the next one; what is wrong with so many that were never tried is wrong with all. */
const maxFailures = 5
const maxResting = 1_000

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
  let quiet = noRest
  /** Those that could not be told, by their keys: each is tried again by itself, so that it delays no other. */
  const resting = new Map<string, Rest>()

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
    if (clock.elapsed() < quiet.until) return
    const untold = await rows.untoldFollowUps.all(store.reader, { most: maxTold + resting.size })
    const failures: { readonly error: unknown; readonly isFirst: boolean }[] = []
    for (const each of inTurn(untold)) {
      const key = each.idempotency_key
      try {
        await tell(each)
        resting.delete(key)
      } catch (error) {
        failures.push({ error, isFirst: !resting.has(key) })
        rest(key)
      }
      if (failures.length >= maxFailures) break
    }
    const [first] = failures
    if (first) complain(first.error)
    quiet = failures.filter(({ isFirst }) => isFirst).length >= maxFailures ? longer(quiet) : noRest
  }

  /** Those that are due, and first those that have failed least. */
  function inTurn(untold: readonly Untold[]): readonly Untold[] {
    const restOf = ({ idempotency_key: key }: Untold) => resting.get(key) ?? noRest
    return untold
      .filter((each) => clock.elapsed() >= restOf(each).until)
      .sort((one, other) => restOf(one).pause - restOf(other).pause)
  }

  function rest(key: string): void {
    if (resting.size >= maxResting) resting.clear()
    resting.set(key, longer(resting.get(key) ?? noRest))
  }

  function longer({ pause: before }: Rest): Rest {
    const pause = Math.min(Math.max(before * 2, roundMilliseconds), maxPause)
    return { pause, until: clock.elapsed() + pause }
  }

  const complain = (error: unknown): void =>
    log.warn({ err: error }, 'an operation on a payment could not be reported; it will be reported again')

  return {
    start: () =>
      repeatedly({
        ...{ clock, milliseconds: roundMilliseconds, over: closing.signal, failed: complain },
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

interface Rest {
  readonly pause: number
  readonly until: number
}

const noRest: Rest = { pause: 0, until: 0 }
