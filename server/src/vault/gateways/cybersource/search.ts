import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, objectIn, objectsIn, textIn } from '../json-answer.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'

const path = '/tss/v2/searches'

/** Longer than anything is asked for again. */
const days = 7

/** After so long the search has found what was done. */
export const searchIsBehindBy = 600_000

/**
 * Summaries of the transactions that bear a key, the newest first. The search is behind: a transaction of the last minutes
 * may not be found yet. A summary has the sum that was asked for, and not what the bank said of it: what is to be concluded
 * is read by `readTransaction`.
 */
export async function searchByKey(
  calls: CybersourceCalls,
  key: string,
  signal: AbortSignal,
): Promise<readonly Json[]> {
  const query = `clientReferenceInformation.code:${key} AND submitTimeUtc:[NOW/DAY-${days}DAYS TO NOW/DAY+1DAY}`
  const body = JSON.stringify({
    save: false,
    name: 'Tonegate',
    timezone: 'GMT',
    query,
    offset: 0,
    limit: 20,
    sort: 'submitTimeUtc:desc',
  })
  const answer = await calls.post({ path, body: Buffer.from(body), idempotencyKey: undefined, signal })
  if (answer.is === 'refused') throw new UnclearAnswer('the search was refused')
  const found = objectsIn(objectIn(answer.object, '_embedded'), 'transactionSummaries')
  return found.filter((each) => isOfKey(each, key))
}

/** Whether a transaction bears this key: a search may find others too. */
export const isOfKey = (transaction: Json, key: string): boolean =>
  textIn(objectIn(transaction, 'clientReferenceInformation'), 'code') === key
