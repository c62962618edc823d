import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { SessionResult } from '@tonegate/protocol/outcome'
import { createMovableClock } from '../../../base/clock.ts'
import type { Guid } from '../../../base/guid.ts'
import { createLog } from '../../../base/log.ts'
import { Problem } from '../../../base/problem.ts'
import type { Store } from '../../../store/store.ts'
import { prepareVaultRows, type VaultRows } from '../../model/vault-rows.ts'
import { startVault } from '../../test-vault.ts'
import { createResultReports } from './report-results.ts'

const guid = '019bc0fd-89c0-70e9-806c-303afd4e02e9' as Guid
const result: SessionResult = { guid, end: 'success', outcome: 'approved' }

/** A session's row, with a result that nobody has taken. */
const writeEnded = (store: Store, rows: VaultRows) =>
  store.write(async (tx) => {
    await rows.insertSession.run(tx, {
      ...{ guid, tenant_id: 7, sealed_launch: Buffer.alloc(1), progress: '{}', refresh_tokens: '' },
      ...{
        created_at: 0,
        expires_at: 0,
        launch_digest: null,
        awaits_opening: 0,
        session_guid: null,
        owner: store.nodeId,
      },
    })
    const json = JSON.stringify(result)
    await rows.endSession.run(tx, { guid, ended_at: 0, result: json, sealed_fields: null, ending: null })
  })

/** Reports to somebody who is away until told otherwise. */
async function startReports(t: import('node:test').TestContext) {
  const { store } = await startVault(t)
  const rows = prepareVaultRows(store)
  const clock = createMovableClock()
  const told: string[] = []
  const other = { away: true, refuses: false }
  const hear = async (what: string) => {
    if (other.refuses) throw new Problem('not-found', 'No payment session has this id.')
    if (other.away) throw new Problem('provider-unavailable', 'The other process is away.')
    told.push(what)
  }
  const reports = createResultReports({
    ...{ store, rows, clock },
    log: createLog('trace', { write: () => {} }),
    onProgress: () => hear('begun'),
    onResult: ({ outcome }) => hear(outcome),
  })
  return { reports, clock, told, other, end: () => writeEnded(store, rows) }
}

test('that a session was begun is told once, when whoever was away is back', async (t) => {
  const { reports, clock, told, other } = await startReports(t)
  reports.begun(guid)
  await clock.advance(10_000)
  assert.deepEqual(told, [])
  other.away = false
  await clock.advance(60_000)
  assert.deepEqual(told, ['begun'])
  await clock.advance(600_000)
  assert.deepEqual(told, ['begun'])
})

test('it is told before the result, also where both came while nobody was there', async (t) => {
  const { reports, clock, told, other, end } = await startReports(t)
  reports.begun(guid)
  await end()
  const reported = reports.report(guid)
  await clock.advance(5_000)
  await reported
  other.away = false
  await clock.advance(60_000)
  assert.deepEqual(told, ['begun', 'approved'])
  await clock.advance(600_000)
  assert.deepEqual(told, ['begun', 'approved'])
})

test('a session of which nobody knows is not told of for ever, and its result is kept', async (t) => {
  const { reports, clock, told, other, end } = await startReports(t)
  other.refuses = true
  reports.begun(guid)
  await end()
  const reported = reports.report(guid)
  await clock.advance(5_000)
  await reported
  Object.assign(other, { away: false, refuses: false })
  await clock.advance(7_200_000)
  assert.deepEqual(told, ['approved'])
})
