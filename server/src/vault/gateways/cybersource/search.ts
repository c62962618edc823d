import { UnclearAnswer } from '../ask-gateway.ts'
import { type Json, objectIn, objectsIn, textIn } from '../json-answer.ts'
import type { CybersourceCalls } from './cybersource-calls.ts'

const path = '/tss/v2/searches'

/** Longer than anything is asked for again. */
const days = 7

/**
 * The transactions that bear a key, the newest first. The search is behind: a transaction of the last minutes may not
 * be found yet.
 */
export async function searchByKey(
  calls: CybersourceCalls,
  key: string,
  signal: AbortSignal,
): Promise<readonly Json[]> {
  const query = `clientReferenceInformation.code:${key} AND submitTimeUtc:[NOW/DAY-${days}DAYS TO NOW/DAY+1DAY}`
  const body = JSON.stringify({
    ...{ save: false, name: 'Tonegate', timezone: 'GMT', query },
    ...{ offset: 0, limit: 20, sort: 'submitTimeUtc:desc' },
  })
  const answer = await calls.post({ path, body: Buffer.from(body), signal })
  if (answer.is === 'refused') throw new UnclearAnswer('the search was refused')
  const found = objectsIn(objectIn(answer.object, '_embedded'), 'transactionSummaries')
  return found.filter((each) => textIn(objectIn(each, 'clientReferenceInformation'), 'code') === key)
}

/** A service that a transaction was made of: `ics_auth`, `ics_bill`, … */
export function applicationIn(transaction: Json, name: string): Json | undefined {
  const applications = objectsIn(objectIn(transaction, 'applicationInformation'), 'applications')
  return applications.find((each) => textIn(each, 'name') === name)
}

/** `1`: done; `0`: declined; `-1`: an error, after which nobody knows; `undefined`: it was not run. */
export const outcomeOf = (transaction: Json, name: string): string | undefined =>
  textIn(applicationIn(transaction, name), 'rCode')
