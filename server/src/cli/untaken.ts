import type { SessionResult } from '@tonegate/protocol/outcome'
import type { Store } from '../store/store.ts'

/** Something that is kept until somebody has taken it. */
export interface Untaken {
  readonly what:
    | 'launch not answered'
    | 'launch taken up'
    | 'result not accepted'
    | 'provider result not accepted'
    | 'callback not delivered'
    | 'callback given up'
  /** Milliseconds since the epoch. */
  readonly since: number
  readonly sessionGuid: string
  readonly providerSessionGuid: string
  readonly outcome: string
}

/**
 * Finds what the two sides of a launch do not agree upon yet: launches whose answer was lost, and results that nobody has
 * taken. On the vault's own data folder those of the vault, on the API's those of the API.
 */
export function createFindUntaken(store: Store): () => Promise<readonly Untaken[]> {
  const launches = store.prepare((db, _: object) =>
    db
      .selectFrom('launch_under_way')
      .select(['session_guid', 'provider_session_guid', 'state', 'asked_at'])
      .where('state', 'in', ['asked', 'adopted']),
  )
  const results = store.prepare((db, _: object) =>
    db.selectFrom('capture_session').select(['guid', 'ended_at', 'result']).where('result', 'is not', null),
  )
  const ofProviders = store.prepare((db, _: object) =>
    db
      .selectFrom('remote_session')
      .select(['session_guid', 'provider_session_guid', 'ended_at', 'outcome'])
      .where('sealed_result', 'is not', null),
  )
  const callbacks = store.prepare((db, _: object) =>
    db
      .selectFrom('provider_callback')
      .innerJoin('provider_session', 'provider_session.guid', 'provider_callback.session_guid')
      .select([
        'provider_callback.session_guid',
        'provider_callback.created_at',
        'provider_callback.given_up_at',
        'provider_session.reported',
      ])
      .where('provider_callback.attempts', '>', 0),
  )
  return async () => {
    const { reader } = store
    const found: readonly Untaken[] = [
      ...(await launches.all(reader, {})).map((row) => ({
        what: row.state === 'asked' ? ('launch not answered' as const) : ('launch taken up' as const),
        since: row.asked_at,
        sessionGuid: row.session_guid,
        providerSessionGuid: row.provider_session_guid ?? '',
        outcome: '',
      })),
      ...(await results.all(reader, {})).map((row) => ({
        what: 'result not accepted' as const,
        since: row.ended_at ?? 0,
        sessionGuid: '',
        providerSessionGuid: row.guid,
        outcome: (JSON.parse(row.result ?? '{}') as SessionResult).outcome,
      })),
      ...(await ofProviders.all(reader, {})).map((row) => ({
        what: 'provider result not accepted' as const,
        since: row.ended_at ?? 0,
        sessionGuid: row.session_guid,
        providerSessionGuid: row.provider_session_guid,
        outcome: row.outcome ?? '',
      })),
      ...(await callbacks.all(reader, {})).map((row) => ({
        what: row.given_up_at === null ? ('callback not delivered' as const) : ('callback given up' as const),
        since: row.created_at,
        sessionGuid: '',
        providerSessionGuid: row.session_guid,
        outcome: row.reported ?? '',
      })),
    ]
    return found.toSorted((a, b) => a.since - b.since)
  }
}
