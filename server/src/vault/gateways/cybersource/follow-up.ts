import type { FollowUp, FollowUpAnswer, Money } from '../../gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, objectIn, textIn } from '../json-answer.ts'
import { amountIn } from './cybersource-amounts.ts'
import { type CybersourceCalls, referenceOf, refuseOther } from './cybersource-calls.ts'
import { outcomeOf, searchByKey } from './search.ts'

/** What is to be done, and how it is known that it has been. */
export interface Step {
  readonly path: string
  /** Beside the reference. */
  readonly body: object
  /** The statuses of an answer that say that it is done. */
  readonly done: readonly string[]
  /** What the search calls it. */
  readonly application: string
  /** The sum that it is done with; what is found of another one is not it. */
  readonly sum?: Money
}

type Order = Pick<FollowUp, 'idempotencyKey' | 'signal'>

/** After so long the search has found what was done. */
const searchIsBehindBy = 600_000

/**
 * Does something with a payment, once for its key. CyberSource keeps keys for a quarter of an hour where that is switched
 * on, and refuses a transaction id twice in 60 days on one platform: what was asked for before is looked for first, and
 * what this process asked for without an answer is not asked for again before the search would have found it.
 */
export async function followUp(
  calls: CybersourceCalls,
  order: Order,
  { path, body, done, application, sum }: Step,
): Promise<FollowUpAnswer> {
  const before = await findDone(calls, order, { application, ...(sum && { sum }) })
  if (before) return before
  const { idempotencyKey, signal } = order
  calls.unclear.set(idempotencyKey, calls.now())
  const answer = await calls.post({
    ...{ path, idempotencyKey, signal },
    body: Buffer.from(JSON.stringify({ clientReferenceInformation: referenceOf(idempotencyKey), ...body })),
  })
  calls.unclear.delete(idempotencyKey)
  if (answer.is === 'refused') return refusal(answer.reason)
  refuseOther(answer.object, idempotencyKey)
  const status = textIn(answer.object, 'status') ?? ''
  const gatewayReference = textIn(answer.object, 'id')
  if (done.includes(status)) return { status: 'done', ...(gatewayReference && { gatewayReference }) }
  if (status === 'DECLINED') return { status: 'refused', gatewayCode: status }
  throw new UnclearAnswer('a status that is not known')
}

/**
 * What was asked for with this key and is done; `undefined` when nothing was.
 *
 * @throws {UnclearAnswer} when it was asked for so lately that the search may not have it yet, or is of another sum.
 */
export async function findDone(
  calls: CybersourceCalls,
  { idempotencyKey, signal }: Order,
  { application, sum }: Pick<Step, 'application' | 'sum'>,
): Promise<FollowUpAnswer | undefined> {
  const found = await searchByKey(calls, idempotencyKey, signal)
  const done = found.find((each) => outcomeOf(each, application) === '1')
  const gatewayReference = textIn(done, 'id')
  if (done && sum && !isOfSum(done, sum)) throw new UnclearAnswer('what is found is of another sum')
  if (done) return { status: 'done', ...(gatewayReference && { gatewayReference }) }
  const askedAt = calls.unclear.get(idempotencyKey) ?? Number.NEGATIVE_INFINITY
  if (calls.now() - askedAt < searchIsBehindBy) throw new UnclearAnswer('what was asked for is not found yet')
  return undefined
}

function isOfSum(found: Json, { amountMinor, currency }: Money): boolean {
  const named = amountIn(objectIn(objectIn(found, 'orderInformation'), 'amountDetails'))
  return !named || (named.amountMinor === amountMinor && named.currency === currency)
}

/** A key that is not accepted and too many requests are no decision about the payment: it is asked for again. */
function refusal(reason: string): FollowUpAnswer {
  if (['401', '403', '429'].includes(reason)) throw new UnclearAnswer(`status ${reason}`)
  return { status: 'refused', gatewayCode: reason }
}
