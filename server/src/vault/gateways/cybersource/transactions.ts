import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, objectIn, objectsIn, textIn } from '../json-answer.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'

/** More related transactions than a payment can have that was captured once. */
const maxRelated = 20

/**
 * A transaction with all that there is of it, where a search gives a summary.
 *
 * @throws {UnclearAnswer} when it is not found, or another one is.
 */
export async function readTransaction(
  calls: CybersourceCalls,
  id: string,
  signal: AbortSignal,
): Promise<Json> {
  const answer = await calls.get(`/tss/v2/transactions/${encodeURIComponent(id)}`, signal)
  if (answer.is === 'refused' || textIn(answer.object, 'id') !== id) {
    throw new UnclearAnswer('a transaction that was not found')
  }
  return answer.object
}

/**
 * What was done with a payment afterwards, as far as CyberSource knows of it.
 *
 * @throws {UnclearAnswer} as {@link readTransaction} does.
 */
export async function readRelated(
  calls: CybersourceCalls,
  payment: Json,
  signal: AbortSignal,
): Promise<readonly Json[]> {
  const related: Json[] = []
  for (const { href } of objectsIn(objectIn(payment, '_links'), 'relatedTransactions').slice(0, maxRelated)) {
    const id = typeof href === 'string' ? /\/tss\/v2\/transactions\/(\d+)$/.exec(href)?.[1] : undefined
    if (id !== undefined) related.push(await readTransaction(calls, id, signal))
  }
  return related
}

/** A service that a transaction was made of: `ics_auth`, `ics_bill`, … */
export function applicationIn(transaction: Json, name: string): Json | undefined {
  const applications = objectsIn(objectIn(transaction, 'applicationInformation'), 'applications')
  return applications.find((each) => textIn(each, 'name') === name)
}

/** `1`: done; `0`: declined; `-1`: an error, after which nobody knows; `undefined`: it was not run. */
export const outcomeOf = (transaction: Json, name: string): string | undefined =>
  codeIn(applicationIn(transaction, name), 'rCode')

/** CyberSource has codes as texts or as numbers. */
export function codeIn(json: Json | undefined, member: string): string | undefined {
  const code = json?.[member]
  return typeof code === 'number' ? String(code) : textIn(json, member)
}
