import type { Guid } from '../../base/guid.ts'
import type { Sealer } from '../../base/seal.ts'
import { sealedColumn } from '../../store/reseal.ts'
import type { Store } from '../../store/store.ts'
import type { LaunchUnderWayTable } from '../../store/tables.ts'
import type { ProviderSettings } from '../configurations/provider-settings.ts'
import type { DistantLaunch } from '../provider.ts'
import type { Requested } from '../seal-session.ts'

/** What a session is written with whose launch is taken up. */
export interface LaunchedSession<Row> {
  /** Its row, but for what is known only then. */
  readonly row: Row
  readonly requested: Requested
  readonly lifetimeSeconds: number
}

const sessionOf = (guid: unknown) => `launched session ${guid}`

/** What launches are written down with: names and addresses are among it. */
export const sealedLaunchedSessions = sealedColumn({
  what: 'launches at other providers',
  table: 'launch_under_way',
  column: 'sealed_session',
  key: ['session_guid'],
  purposes: (row) => [sessionOf(row.session_guid)],
})

/** Seals what a launch is written down with, for its row alone. */
export const createLaunchSeal = <Row>(sealer: Sealer) => ({
  seal: (sessionGuid: Guid, session: LaunchedSession<Row>): Buffer =>
    sealer.seal(sessionOf(sessionGuid), Buffer.from(JSON.stringify(session))),
  open: (sessionGuid: Guid, sealed: Uint8Array): LaunchedSession<Row> =>
    JSON.parse(sealer.open(sessionOf(sessionGuid), sealed).toString()),
})

export type LaunchRow = LaunchUnderWayTable

/** A launch as its provider is asked about it. */
export const distantLaunch = (row: LaunchRow): DistantLaunch => ({
  sessionGuid: row.session_guid,
  accountId: row.account_id,
  configurationId: row.configuration_id,
  providerSessionGuid: row.provider_session_guid ?? undefined,
  provider: providerOf(row),
})

export const providerOf = ({ provider }: Pick<LaunchRow, 'provider'>): ProviderSettings | undefined =>
  provider === null ? undefined : (JSON.parse(provider) as ProviderSettings)

/** The statements on `launch_under_way`. */
export type LaunchRows = ReturnType<typeof prepareLaunchRows>

export const prepareLaunchRows = (store: Store) => ({
  ...prepareReads(store),
  ...prepareWrites(store),
  /** Of those of a provider that can be asked, what has become of them stays until it is known. */
  removeOld: store.prepare((db, p: { askedBefore: number; batchRows: number }) =>
    db.deleteFrom('launch_under_way').where('session_guid', 'in', (old) =>
      old
        .selectFrom('launch_under_way')
        .select('session_guid')
        .where('asked_at', '<', p.askedBefore)
        .where((each) =>
          each.or([
            each('state', 'in', ['adopted', 'called-off']),
            each.and([each('state', '=', 'asked'), each('follow', '=', 'wait')]),
          ]),
        )
        .limit(p.batchRows)
        .forUpdate()
        .skipLocked(),
    ),
  ),
})

function prepareReads(store: Store) {
  return {
    find: store.prepare((db, p: { sessionGuid: Guid }) =>
      db.selectFrom('launch_under_way').selectAll().where('session_guid', '=', p.sessionGuid),
    ),
    /** For an operation that goes on by it: nobody else changes it meanwhile. */
    lock: store.prepare((db, p: { sessionGuid: Guid }) =>
      db.selectFrom('launch_under_way').selectAll().where('session_guid', '=', p.sessionGuid).forUpdate(),
    ),
    findByProvider: store.prepare((db, p: { guid: Guid }) =>
      db.selectFrom('launch_under_way').selectAll().where('provider_session_guid', '=', p.guid),
    ),
    /** Those that may have arrived, on one call. */
    askedOnCall: store.prepare((db, p: { callGuid: Guid }) =>
      db
        .selectFrom('launch_under_way')
        .selectAll()
        .where('call_guid', '=', p.callGuid)
        .where('state', '=', 'asked'),
    ),
    /** Of which something is still to be asked or told. */
    unsettled: store.prepare((db, _: object) =>
      db.selectFrom('launch_under_way').selectAll().where('state', 'in', ['asked', 'opened']),
    ),
  }
}

function prepareWrites(store: Store) {
  return {
    /** Changes nothing where the launch is written down already. */
    insert: store.prepare((db, p: Omit<LaunchRow, 'state'>) =>
      db
        .insertInto('launch_under_way')
        .values({
          session_guid: p.session_guid,
          provider_session_guid: p.provider_session_guid,
          account_id: p.account_id,
          configuration_id: p.configuration_id,
          provider: p.provider,
          follow: p.follow,
          call_guid: p.call_guid,
          state: 'asked',
          asked_at: p.asked_at,
          call_off_at: p.call_off_at,
          sealed_session: p.sealed_session,
        })
        .onConflict((conflict) => conflict.column('session_guid').doNothing()),
    ),
    postpone: store.prepare((db, p: { sessionGuid: Guid; callOffAt: number }) =>
      db
        .updateTable('launch_under_way')
        .set({ call_off_at: p.callOffAt })
        .where('session_guid', '=', p.sessionGuid),
    ),
    /** The provider has said what it calls the session. */
    name: store.prepare((db, p: { sessionGuid: Guid; guid: Guid }) =>
      db
        .updateTable('launch_under_way')
        .set({ provider_session_guid: p.guid })
        .where('session_guid', '=', p.sessionGuid),
    ),
    /** What becomes of one that was asked: of several who say so one alone changes it. */
    become: store.prepare((db, p: { sessionGuid: Guid; state: Exclude<LaunchRow['state'], 'asked'> }) =>
      db
        .updateTable('launch_under_way')
        .set({ state: p.state, sealed_session: null })
        .where('session_guid', '=', p.sessionGuid)
        .where('state', '=', 'asked'),
    ),
    /** Its session is written, or its provider has been told of that. */
    remove: store.prepare((db, p: { sessionGuid: Guid; state: 'asked' | 'opened' }) =>
      db
        .deleteFrom('launch_under_way')
        .where('session_guid', '=', p.sessionGuid)
        .where('state', '=', p.state),
    ),
    /** It never came, and nobody has asked for it again meanwhile. */
    removeUnsent: store.prepare((db, p: { sessionGuid: Guid; callOffAt: number }) =>
      db
        .deleteFrom('launch_under_way')
        .where('session_guid', '=', p.sessionGuid)
        .where('state', '=', 'asked')
        .where('call_off_at', '=', p.callOffAt),
    ),
  }
}
