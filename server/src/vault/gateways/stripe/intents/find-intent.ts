import { UnclearAnswer } from '../../ask-gateway.ts'
import { type Json, objectsIn, textIn } from '../../json-answer.ts'
import type { StripeCalls, StripeForm } from '../stripe-calls.ts'
import { isIntentOf, readFresh } from './intent-of.ts'

const pageLength = 100

/** More payments in the time that is looked through are left to Stripe's search. */
const maxPages = 20

/** What was found. `wasSearched`: all that was made in that time has been looked at. */
export interface FoundIntent {
  readonly intent: Json | undefined
  readonly wasSearched: boolean
}

/**
 * Finds the intent of a payment by its key. Stripe's search is quick and behind the times (by a minute, and by an hour
 * when Stripe is in trouble), so what it does not find is looked for in the list, which never is. SetupIntents cannot be
 * searched for at all.
 *
 * @param from milliseconds since the epoch; so is `to`.
 */
export async function findIntent(
  calls: StripeCalls,
  {
    kind,
    idempotencyKey,
    from,
    to,
    signal,
  }: {
    readonly kind: 'payment_intents' | 'setup_intents'
    readonly idempotencyKey: string
    readonly from: number
    readonly to: number
    readonly signal: AbortSignal
  },
): Promise<FoundIntent> {
  const path = `/v1/${kind}`
  const isOurs = (intent: Json) => isIntentOf(intent, idempotencyKey)
  const times = { 'created[gte]': Math.floor(from / 1000), 'created[lte]': Math.ceil(to / 1000) }

  /** As it is: what is searched is a copy, and a list shows less. */
  const fresh = (intent: Json): Promise<Json> =>
    readFresh(calls, `${path}/${textIn(intent, 'id')}`, { idempotencyKey, signal })

  const searched = kind === 'payment_intents' ? await search() : undefined
  if (searched) return { intent: await fresh(searched), wasSearched: true }
  return list()

  async function search(): Promise<Json | undefined> {
    const query = `metadata['tonegate_key']:'${idempotencyKey}'`
    const answer = await calls.get(`${path}/search`, { query, limit: 10 }, signal)
    // Search is not offered in every country; the list is.
    return answer.is === 'object' ? objectsIn(answer.object, 'data').find(isOurs) : undefined
  }

  async function list(): Promise<FoundIntent> {
    let after: string | undefined
    for (let page = 0; page < maxPages; page += 1) {
      const form: StripeForm = { ...times, limit: pageLength, starting_after: after }
      const answer = await calls.get(path, form, signal)
      if (answer.is === 'refusal') throw new UnclearAnswer('a list that cannot be read')
      const intents = objectsIn(answer.object, 'data')
      const ours = intents.find(isOurs)
      if (ours) return { intent: await fresh(ours), wasSearched: true }
      after = textIn(intents.at(-1), 'id')
      if (answer.object.has_more === false) return { intent: undefined, wasSearched: true }
      if (after === undefined) throw new UnclearAnswer('a list without an end')
    }
    return { intent: undefined, wasSearched: false }
  }
}
