import type { Store } from '../store/store.ts'

/** More rows than this are not counted, so that a scrape costs the database little whatever has piled up. */
export const maxCounted = 1_000

/** What a region’s database says of its state; every node of it finds the same. */
export interface StoredState {
  /** Payments whose outcome is not known: how many, and when the oldest was asked for, in milliseconds since the epoch. */
  readonly unknownOutcomes: number
  readonly unknownSince: number | undefined
  readonly webhooksWaiting: number
  readonly callbacksWaiting: number
  readonly calls: Readonly<Record<'active' | 'held', number>>
}

/** Reads what a scrape tells of a region’s database. */
export function createReadState(store: Pick<Store, 'prepare' | 'reader'>): () => Promise<StoredState> {
  const rows = prepareStateRows(store)
  const { reader } = store
  return async () => {
    const [unknown, webhooks, callbacks, calls] = await Promise.all([
      rows.unknownOutcomes.first(reader, {}),
      rows.webhooksWaiting.first(reader, {}),
      rows.callbacksWaiting.first(reader, {}),
      rows.calls.all(reader, {}),
    ])
    const callsIn = (state: 'active' | 'held') =>
      Number(calls.find((each) => each.state === state)?.found ?? 0)
    return {
      unknownOutcomes: Number(unknown?.found ?? 0),
      unknownSince: unknown?.since ?? undefined,
      webhooksWaiting: Number(webhooks?.found ?? 0),
      callbacksWaiting: Number(callbacks?.found ?? 0),
      calls: { active: callsIn('active'), held: callsIn('held') },
    }
  }
}

/** Each over an index, and over no more than {@link maxCounted} rows. */
const prepareStateRows = (store: Pick<Store, 'prepare'>) => ({
  /** Of sessions that have ended: the others wait for their answers. */
  unknownOutcomes: store.prepare((db, _: object) =>
    db
      .selectFrom(
        db
          .selectFrom('charge_attempt')
          .innerJoin('capture_session', 'capture_session.guid', 'charge_attempt.capture_guid')
          .select('charge_attempt.requested_at')
          .where('charge_attempt.answered_at', 'is', null)
          .where('capture_session.state', '=', 'ended')
          .limit(maxCounted)
          .as('unknown'),
      )
      .select(({ fn }) => [
        fn.countAll().as('found'),
        fn.min<number | null>('unknown.requested_at').as('since'),
      ]),
  ),
  webhooksWaiting: store.prepare((db, _: object) =>
    db
      .selectFrom(
        db
          .selectFrom('webhook_delivery')
          .select('due_at')
          .where('due_at', 'is not', null)
          .limit(maxCounted)
          .as('waiting'),
      )
      .select(({ fn }) => fn.countAll().as('found')),
  ),
  callbacksWaiting: store.prepare((db, _: object) =>
    db
      .selectFrom(
        db
          .selectFrom('provider_callback')
          .select('next_attempt_at')
          .where('given_up_at', 'is', null)
          .limit(maxCounted)
          .as('waiting'),
      )
      .select(({ fn }) => fn.countAll().as('found')),
  ),
  calls: store.prepare((db, _: object) =>
    db
      .selectFrom(db.selectFrom('live_call').select('state').limit(maxCounted).as('call'))
      .select(({ fn }) => ['call.state', fn.countAll().as('found')])
      .groupBy('call.state'),
  ),
})
