import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { SessionResult } from '@tonegate/protocol/outcome'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import { UniqueViolation } from '../../store/store.ts'
import { openTestStore } from '../../store/test-store.ts'
import { insertSession, type SessionRow } from '../insert-session.ts'
import type { DistantProvider, Provider } from '../provider.ts'
import { createSessionSeal } from '../seal-session.ts'
import { createAdoptLaunch, createLaunchOfResult, isCharged } from './adopt-launch.ts'
import { createLaunchSeal, type LaunchRow, prepareLaunchRows } from './launch-rows.ts'

const guidOf = (number: number) => `0198c0fd-89c0-72e1-8f18-${String(number).padStart(12, '0')}` as Guid
const [sessionGuid, providerGuid, callGuid, otherGuid] = [guidOf(1), guidOf(2), guidOf(3), guidOf(4)]
const askedAt = Date.UTC(2026, 0, 15, 9, 30)

const session: SessionRow = {
  guid: sessionGuid,
  accountId: 7,
  kind: 'digital',
  agentId: 'agent7',
  configurationId: 2,
  callGuid,
  openedBy: 'client:backend',
  tokenMadeAt: askedAt - 1000,
}
const requested = { order: { amountMinor: 1240, currency: 'GBP' }, paymentData: { FirstName: 'John' } }

const askedLaunch = {
  session_guid: sessionGuid,
  provider_session_guid: providerGuid,
  account_id: 7,
  configuration_id: 2,
  provider: null,
  follow: 'ask',
  call_guid: callGuid,
  asked_at: askedAt,
  call_off_at: askedAt,
  next_look_at: askedAt,
  held_by: null,
} as const

async function openForTwoNodes(t: TestContext) {
  const folder = makeTestFolder('tonegate-adopt')
  const file = join(folder, 'nam.db')
  const stores = [await openTestStore(file), await openTestStore(file)] as const
  t.after(async () => {
    for (const store of stores) await store.close()
    rmSync(folder, { recursive: true })
  })
  return stores
}

/** The launches of a store, at a provider of the test's. */
async function startAdopting(t: TestContext) {
  const [store, otherStore] = await openForTwoNodes(t)
  const sealer = createSealer(Buffer.alloc(32, 1), systemRandom)
  const seal = createSessionSeal(sealer)
  const rows = prepareLaunchRows(store)
  const lines: string[] = []
  const told: unknown[] = []
  const distant: DistantProvider = {
    follow: 'ask',
    isNamed: true,
    opened: async () => {},
    callOff: async () => undefined,
    async adopt(_, launch, terms) {
      told.push(['adopt', launch.providerSessionGuid, launch.accountId, launch.configurationId, terms])
    },
  }
  const asked: unknown[] = []
  let isGone = false
  const provider = {
    distant(settings) {
      asked.push(settings)
      return isGone ? undefined : distant
    },
  } as Pick<Provider, 'distant'> as Provider
  const parts = { store, clock: createMovableClock(), rows, sealer, seal, provider }
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const adopt = createAdoptLaunch({ ...parts, log })
  const other = { ...parts, store: otherStore, rows: prepareLaunchRows(otherStore), log }
  const find = store.prepare((db, p: { guid: Guid }) =>
    db.selectFrom('payment_session').selectAll().where('guid', '=', p.guid),
  )
  const launched = createLaunchSeal<SessionRow>(sealer)
  return {
    store,
    rows,
    adopt,
    adoptElsewhere: createAdoptLaunch(other),
    seal,
    told,
    asked,
    lines,
    loseProvider() {
      isGone = true
    },
    launchOfResult: createLaunchOfResult({ store, rows, adopt }),
    async launch(changes: Partial<LaunchRow> = {}): Promise<LaunchRow> {
      const { session_guid = sessionGuid, call_guid = callGuid } = changes
      const ofSession = { ...session, guid: session_guid, callGuid: call_guid }
      const written = { row: ofSession, requested, lifetimeSeconds: 3600 }
      const row = { ...askedLaunch, sealed_session: launched.seal(session_guid, written), ...changes }
      await store.write((tx) => rows.insert.run(tx, row))
      return { state: 'asked', ...row }
    },
    /** A session that is there already. */
    insert: (changes: Partial<SessionRow>) =>
      store.write((tx) =>
        insertSession(store).run(tx, {
          ...session,
          ...changes,
          providerSessionGuid: guidOf(9),
          now: askedAt,
          sealed: Buffer.alloc(1),
        }),
      ),
    session: (guid: Guid = sessionGuid) => find.first(store.reader, { guid }),
    row: (guid: Guid = sessionGuid) => rows.find.first(store.reader, { sessionGuid: guid }),
  }
}

test('a launch that is taken up is the session that was asked for, at the time at which it was', async (t) => {
  const { launch, adopt, session: find, row, seal, told, asked, lines } = await startAdopting(t)
  assert.equal(await adopt(await launch(), providerGuid), true)
  const found = await find()
  assert.deepEqual(
    [found?.account_id, found?.configuration_id, found?.kind, found?.agent_id, found?.call_guid],
    [7, 2, 'digital', 'agent7', callGuid],
  )
  assert.deepEqual(
    [found?.provider_session_guid, found?.state, found?.created_at, found?.opened_by],
    [providerGuid, 'Created', askedAt, 'client:backend'],
  )
  assert.deepEqual(seal.openRequested(sessionGuid, found?.sealed_payment_data ?? Buffer.of()), requested)
  const launched = await row()
  assert.deepEqual([launched?.state, launched?.sealed_session], ['adopted', null])
  const terms = { order: requested.order, askedAt, expiresAt: askedAt + 3_600_000 }
  assert.deepEqual(told, [['adopt', providerGuid, 7, 2, terms]])
  assert.deepEqual(asked, [undefined])
  assert.ok(lines.some((line) => line.includes('became a session') && line.includes(providerGuid)))
})

test('a provider of the account’s own is asked by the settings that it was launched with', async (t) => {
  const { launch, adopt, asked, row } = await startAdopting(t)
  const named = await launch({ provider: '{"kind":"pci-pal"}', provider_session_guid: null })
  await adopt(named, otherGuid)
  assert.deepEqual(asked, [{ kind: 'pci-pal' }])
  assert.equal((await row())?.provider_session_guid, otherGuid)
})

test('a launch is taken up also where its provider is none in another process any more', async (t) => {
  const { launch, adopt, session: find, loseProvider, told } = await startAdopting(t)
  const row = await launch()
  loseProvider()
  assert.equal(await adopt(row, providerGuid), true)
  assert.equal((await find())?.state, 'Created')
  assert.deepEqual(told, [])
})

test('a launch is taken up once, and none that was called off', async (t) => {
  const { launch, adopt, store, rows, session: find, told, lines } = await startAdopting(t)
  const first = await launch()
  assert.deepEqual(await Promise.all([adopt(first, providerGuid), adopt(first, providerGuid)]), [true, false])
  const second = await launch({ session_guid: otherGuid, provider_session_guid: null })
  await store.write((tx) => rows.become.run(tx, { sessionGuid: otherGuid, state: 'called-off' }))
  assert.equal(await adopt(second, guidOf(5)), false)
  assert.equal(await find(otherGuid), undefined)
  assert.equal(told.length, 1)
  assert.equal(lines.length, 1)
})

test('of two nodes that take up a launch at once one does', async (t) => {
  const { launch, adopt, adoptElsewhere, row } = await startAdopting(t)
  for (let each = 10; each < 30; each += 1) {
    const session_guid = guidOf(each)
    const asked = await launch({ session_guid, call_guid: null, provider_session_guid: null })
    const there = guidOf(100 + each)
    const adopted = await Promise.all([adopt(asked, there), adoptElsewhere(asked, there)])
    assert.deepEqual(adopted.sort(), [false, true])
    assert.equal((await row(session_guid))?.state, 'adopted')
  }
})

test('a call that has another open session by now keeps that one, and the launch has no call', async (t) => {
  const { launch, adopt, insert, session: find } = await startAdopting(t)
  const row = await launch()
  await insert({ guid: otherGuid })
  assert.equal(await adopt(row, providerGuid), true)
  assert.equal((await find())?.call_guid, null)
  assert.equal((await find(otherGuid))?.call_guid, callGuid)
})

test('a session that is there already is not written over', async (t) => {
  const { launch, adopt, insert, row, told } = await startAdopting(t)
  const launched = await launch({ call_guid: null })
  await insert({ callGuid: null })
  await assert.rejects(adopt(launched, providerGuid), UniqueViolation)
  assert.equal((await row())?.state, 'asked')
  assert.deepEqual(told, [])
})

const uncharged: SessionResult = { guid: providerGuid, end: 'cancelled', outcome: 'cancelled' }
const charged: SessionResult = { guid: providerGuid, end: 'success', outcome: 'approved' }

test('a result without a charge makes no session of its launch, and calls it off', async (t) => {
  const { launch, launchOfResult, row, session: find } = await startAdopting(t)
  await launch()
  assert.equal(await launchOfResult(uncharged), 'nothing')
  const { state, sealed_session } = (await row()) ?? {}
  assert.deepEqual([state, sealed_session], ['called-off', null])
  assert.equal(await launchOfResult({ ...uncharged, outcome: 'failed' }), 'nothing', 'told again')
  assert.equal(await launchOfResult(charged), 'unknown', 'it was called off')
  assert.equal(await find(), undefined)
})

test('a result with a charge takes its launch up, and leaves others as they are', async (t) => {
  const { launch, launchOfResult, session: find, row } = await startAdopting(t)
  await launch({ session_guid: otherGuid, provider_session_guid: guidOf(5) })
  await launch()
  assert.equal(await launchOfResult({ ...charged, guid: guidOf(6) }), 'unknown')
  assert.equal(await launchOfResult(charged), 'adopted')
  assert.equal((await find())?.provider_session_guid, providerGuid)
  assert.equal((await row(otherGuid))?.state, 'asked')
  assert.equal(await launchOfResult(charged), 'unknown', 'it is a session now')
  assert.equal(await launchOfResult(uncharged), 'unknown')
})

test('a gateway may have been asked unless nothing says so', () => {
  for (const outcome of ['cancelled', 'failed'] as const) {
    const nothing = { ...uncharged, outcome }
    assert.equal(isCharged(nothing), false, outcome)
    assert.equal(isCharged({ ...nothing, charge: {} }), true)
    assert.equal(isCharged({ ...nothing, correction: 'voided' }), true)
  }
  for (const outcome of ['approved', 'declined', 'review', 'unknown'] as const) {
    assert.equal(isCharged({ ...uncharged, outcome }), true, outcome)
  }
})
