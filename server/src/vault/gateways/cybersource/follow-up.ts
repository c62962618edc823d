import type { FollowUp, FollowUpAnswer, Money } from '../../model/gateway.ts'
import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, objectIn, textIn } from '../json-answer.ts'
import { amountIn, isSameSum } from './cybersource-amounts.ts'
import { type CybersourceCalls, referenceOf, refuseOther } from './cybersource-calls.ts'
import { isOfKey, searchByKey, searchIsBehindBy } from './search.ts'
import { outcomeOf, readTransaction } from './transactions.ts'

/** What is to be done, and how it is known that it has been. */
export interface Step {
  readonly path: string
  /** Beside the reference, or with another one. */
  readonly body: object
  /** The statuses of an answer that say that it is done. */
  readonly done: readonly string[]
  /** What the search calls it. */
  readonly application: string
  /** The sum that it is done with; of another one it is not done. */
  readonly sum?: Money
  /** Where an answer names that sum: an object in it, and its member. */
  readonly named: readonly [object: string, member: string]
}

type Order = Pick<FollowUp, 'idempotencyKey' | 'memory' | 'signal'>

/**
 * Does something with a payment, once for its key. CyberSource keeps keys for a quarter of an hour where that is switched
 * on, and refuses a transaction id twice in 60 days on one platform: what was asked for before is looked for first, and
 * what was asked for without an answer is not asked for again before the search would have found it.
 */
export async function followUp(
  calls: CybersourceCalls,
  order: Order,
  { path, body, done, application, sum, named }: Step,
): Promise<FollowUpAnswer> {
  const before = await findDone(calls, order, { application, ...(sum && { sum }) })
  if (before) return before
  const { idempotencyKey, memory = calls.memoryOf(idempotencyKey), signal } = order
  await memory.asks(calls.now())
  const answer = await calls.post({
    path,
    idempotencyKey,
    signal,
    body: Buffer.from(JSON.stringify({ clientReferenceInformation: referenceOf(idempotencyKey), ...body })),
  })
  if (answer.is === 'refused') {
    await memory.forget()
    return refusal(answer.reason)
  }
  refuseOther(answer.object, idempotencyKey)
  const [holder, member] = named
  const isOfSum = isOf(sum, amountIn(sumsIn(answer.object, holder), member))
  if (!isOfSum) throw new UnclearAnswer('a different amount was processed')
  const status = textIn(answer.object, 'status') ?? ''
  const gatewayReference = textIn(answer.object, 'id')
  if (!done.includes(status) && !['DECLINED', 'FAILED'].includes(status)) {
    throw new UnclearAnswer('an unknown status')
  }
  if (done.includes(status)) return { status: 'done', ...(gatewayReference && { gatewayReference }) }
  await memory.forget()
  return { status: 'refused', gatewayCode: status }
}

/** Captures have their sum inside the order, as payments do. */
const sumsIn = (answer: Json, holder: string): Json | undefined =>
  holder === 'amountDetails'
    ? objectIn(objectIn(answer, 'orderInformation'), holder)
    : objectIn(answer, holder)

/**
 * What was asked for with this key and is done; `undefined` when nothing was.
 *
 * @throws {UnclearAnswer} when it was asked for so lately that the search may not have it yet, or is of another sum.
 */
export async function findDone(
  calls: CybersourceCalls,
  { idempotencyKey, memory = calls.memoryOf(idempotencyKey), signal }: Order,
  { application, sum }: Pick<Step, 'application' | 'sum'>,
): Promise<FollowUpAnswer | undefined> {
  const askedAt = (await memory.askedAt()) ?? Number.NEGATIVE_INFINITY
  const summaries = await searchByKey(calls, idempotencyKey, signal)
  for (const summary of summaries.filter((each) => outcomeOf(each, application) === '1')) {
    const id = textIn(summary, 'id') ?? ''
    const found = await readTransaction(calls, id, signal)
    if (!isOfKey(found, idempotencyKey) || outcomeOf(found, application) !== '1') continue
    const named = amountIn(sumsIn(found, 'amountDetails'), 'totalAmount')
    if (!isOf(sum, named)) throw new UnclearAnswer('the transaction found has a different amount')
    return { status: 'done', gatewayReference: id }
  }
  if (calls.now() - askedAt < searchIsBehindBy)
    throw new UnclearAnswer('the requested operation was not found yet')
  return undefined
}

const isOf = (sum: Money | undefined, named: Money | undefined): boolean =>
  !sum || !named || isSameSum(sum, named)

/** A key that is not accepted and too many requests are no decision about the payment: it is asked for again. */
function refusal(reason: string): FollowUpAnswer {
  if (['401', '403', '429'].includes(reason)) throw new UnclearAnswer(`status ${reason}`)
  return { status: 'refused', gatewayCode: reason }
}
