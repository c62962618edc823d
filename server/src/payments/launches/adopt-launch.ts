import type { SessionResult } from '@tonegate/protocol/outcome'
import { prepareRecord } from '../../audit/record.ts'
import type { Guid } from '../../base/guid.ts'
import type { StoreParts } from '../../store/parts.ts'
import { type Connection, type Store, UniqueViolation } from '../../store/store.ts'
import { type InsertSession, insertSession, type SessionRow } from '../insert-session.ts'
import { openedEntry } from '../opened-entry.ts'
import type { Provider } from '../provider.ts'
import type { SessionSeal } from '../seal-session.ts'
import {
  createLaunchSeal,
  distantLaunch,
  type LaunchRow,
  type LaunchRows,
  providerOf,
} from './launch-rows.ts'

/**
 * Takes a launch up as a session whose answer was lost, so that what happens in it is seen by its account.
 *
 * @returns false when it is one already, or was called off.
 */
export type AdoptLaunch = (row: LaunchRow, providerSessionGuid: Guid) => Promise<boolean>

/**
 * Takes up the launch of a session that something is reported of.
 *
 * @returns `nothing`: its session was never opened, and no card was charged in it. `adopted`: it is a session from now
 *   on. `unknown`: there is no such launch.
 */
export type LaunchOfResult = (result: SessionResult) => Promise<'nothing' | 'adopted' | 'unknown'>

export function createAdoptLaunch({
  store,
  clock,
  rows,
  sealer,
  seal,
  provider,
  log,
}: Pick<StoreParts, 'store' | 'clock' | 'sealer' | 'log'> & {
  readonly rows: LaunchRows
  readonly seal: SessionSeal
  readonly provider: Provider
}): AdoptLaunch {
  const insert: InsertSession = insertSession(store)
  const record = prepareRecord({ store, clock })
  const launched = createLaunchSeal<SessionRow>(sealer)

  /** A call has one open session at most: the one that was opened since keeps it. */
  async function write(
    tx: Connection,
    row: LaunchRow,
    providerSessionGuid: Guid,
    call: 'its call' | 'no call',
  ): Promise<boolean> {
    const { session_guid: sessionGuid, sealed_session } = row
    if (!sealed_session || (await rows.become.run(tx, { sessionGuid, state: 'adopted' })) === 0) return false
    const { row: session, requested, lifetimeSeconds } = launched.open(sessionGuid, sealed_session)
    await insert.run(tx, {
      ...session,
      ...(call === 'no call' && { callGuid: null }),
      providerSessionGuid,
      now: row.asked_at,
      sealed: seal.sealRequested(sessionGuid, requested),
    })
    await record(tx, { ...openedEntry(session, { providerSessionGuid }), outcome: 'adopted' })
    await rows.name.run(tx, { sessionGuid, guid: providerSessionGuid })
    await provider.distant?.(providerOf(row))?.adopt(
      tx,
      { ...distantLaunch(row), providerSessionGuid },
      {
        order: requested.order,
        askedAt: row.asked_at,
        expiresAt: row.asked_at + lifetimeSeconds * 1000,
      },
    )
    return true
  }

  return async (row, providerSessionGuid) => {
    const isAdopted = await store
      .write((tx) => write(tx, row, providerSessionGuid, 'its call'))
      .catch((error: unknown) => {
        if (!(error instanceof UniqueViolation) || row.call_guid === null) throw error
        return store.write((tx) => write(tx, row, providerSessionGuid, 'no call'))
      })
    if (!isAdopted) return false
    log.error(
      { sessionGuid: row.session_guid, providerSessionGuid, accountId: row.account_id },
      'a launch whose answer was lost became a session: a card was or may be charged in it',
    )
    return true
  }
}

export function createLaunchOfResult({
  store,
  rows,
  adopt,
}: {
  readonly store: Store
  readonly rows: LaunchRows
  readonly adopt: AdoptLaunch
}): LaunchOfResult {
  return async (result) => {
    const row = await rows.findByProvider.first(store.reader, { guid: result.guid })
    if (!row) return 'unknown'
    if (!isCharged(result) && (row.state === 'asked' || row.state === 'called-off')) {
      await store.write((tx) => rows.become.run(tx, { sessionGuid: row.session_guid, state: 'called-off' }))
      return 'nothing'
    }
    return row.state === 'asked' && (await adopt(row, result.guid)) ? 'adopted' : 'unknown'
  }
}

/** Whether a gateway may have been asked. */
export const isCharged = ({ outcome, charge, correction }: SessionResult): boolean =>
  charge !== undefined || correction !== undefined || (outcome !== 'cancelled' && outcome !== 'failed')
