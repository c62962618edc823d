import assert from 'node:assert/strict'
import type { SessionResult } from '@tonegate/protocol/outcome'
import { openSqlite } from '../../store/sqlite.ts'
import type { Store } from '../../store/store.ts'
import { movedByStore } from '../gateways/test-ledger.ts'
import type { Ending } from '../model/vault-sessions.ts'
import { type KilledGateway, type KilledKind, killedGateways } from './test-killed-gateways.ts'
import type { Situation } from './test-killed-situations.ts'

/** Compares what the gateway was asked and has done with what the store says, and with what was reported. */
export async function auditBooks({
  file,
  kind,
  gateway: { double, asksForMoney },
  situation: { ends, needs = [] },
  results,
  where,
}: {
  /** The database. */
  readonly file: string
  readonly kind: KilledKind
  readonly gateway: KilledGateway
  readonly situation: Situation
  /** In their order. */
  readonly results: readonly SessionResult[]
  /** What an error says. */
  readonly where: string
}): Promise<void> {
  const asked = double.asked.filter(asksForMoney).length
  assert.ok(asked <= 1, `${where}: money was asked for ${asked} times`)

  const moved = double.ledger.moved()
  const { told, endings } = await readStore(file)
  const mayBeUnknown = asked === 0 && killedGateways[kind].neverArrived === 'unknown'
  const open = Object.fromEntries(Object.entries(told).filter(([, each]) => each === 'unknown'))
  if (!mayBeUnknown) assert.deepEqual(open, {}, `${where}: it is not known how it ended`)
  assert.deepEqual(told, { ...moved, ...open }, where)

  const last = results.at(-1)?.outcome
  if (asked > 0) assert.ok(last, `${where}: nobody heard how it ended`)
  if (last && !(last === 'unknown' && mayBeUnknown)) {
    assert.ok(ends.includes(last), `${where}: the end is ${last}`)
  }

  if (needs.includes('approves a part')) {
    assert.deepEqual(moved, {}, `${where}: a part is kept`)
    assert.ok(!results.some(({ outcome }) => outcome === 'approved'), `${where}: a part was approved`)
  }
  for (const key of Object.keys(moved)) {
    const reported = results.findLast(({ guid }) => key === `${guid}-1`)?.outcome
    assert.equal(reported, 'approved', `${where}: money was kept that was not approved`)
    assert.ok(!endings.includes('cancelled'), `${where}: money was kept that was cancelled`)
  }
}

async function readStore(file: string) {
  const store = await openSqlite(file)
  try {
    return { told: await movedByStore(store), endings: await endingsOf(store) }
  } finally {
    await store.close()
  }
}

async function endingsOf(store: Store): Promise<readonly Ending['end'][]> {
  const rows = await store
    .prepare((db, _: object) =>
      db.selectFrom('capture_session').select('ending').where('ending', 'is not', null),
    )
    .all(store.reader, {})
  return rows.map(({ ending }) => (JSON.parse(ending ?? '') as Ending).end)
}
