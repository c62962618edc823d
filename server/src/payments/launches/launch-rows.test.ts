import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import type { Guid } from '../../base/guid.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer, NotSealedHere } from '../../base/seal.ts'
import { openTestStore } from '../../store/test-store.ts'
import { createLaunchSeal, distantLaunch, type LaunchRow, prepareLaunchRows } from './launch-rows.ts'

/** A name that the assertions can be read by. */
const named = (name: string) => name as Guid

const states = ['asked', 'opened', 'adopted', 'called-off'] as const

/** One launch of each state, under the names of their states; each on the call of its own name but for `asked`. */
async function startRows(t: TestContext, follow: LaunchRow['follow'] = 'ask') {
  const folder = makeTestFolder('tonegate-launches')
  const store = await openTestStore(join(folder, 'nam.db'))
  t.after(async () => {
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const rows = prepareLaunchRows(store)
  for (const state of states) {
    await store.write(async (tx) => {
      await rows.insert.run(tx, {
        session_guid: named(state),
        provider_session_guid: named(`${state} there`),
        account_id: 7,
        configuration_id: 2,
        provider: null,
        follow,
        call_guid: named('call'),
        asked_at: 1000,
        call_off_at: 2000,
        sealed_session: Buffer.from(state),
        next_look_at: 2000,
        held_by: null,
      })
      if (state === 'opened') await rows.becomeOpened.run(tx, { sessionGuid: named(state), now: 2000 })
      else if (state !== 'asked') await rows.become.run(tx, { sessionGuid: named(state), state })
    })
  }
  const all = store.prepare((db, _: object) =>
    db.selectFrom('launch_under_way').selectAll().orderBy('session_guid'),
  )
  return {
    store,
    rows,
    all: () => all.all(store.reader, {}),
    left: async () => (await all.all(store.reader, {})).map(({ session_guid }) => session_guid),
    find: (name: string) => rows.find.first(store.reader, { sessionGuid: named(name) }),
  }
}

test('a launch is asked until it becomes something else, and keeps its session sealed so long', async (t) => {
  const { find, rows, store } = await startRows(t)
  for (const state of states) {
    const row = await find(state)
    assert.equal(row?.state, state)
    assert.deepEqual(
      row?.sealed_session && Buffer.from(row.sealed_session).toString(),
      state === 'asked' ? 'asked' : null,
    )
  }
  const found = await rows.findByProvider.first(store.reader, { guid: named('opened there') })
  assert.equal(found?.session_guid, 'opened')
})

test('what is asked is found by its call, and what is to be settled by the time of its next look', async (t) => {
  const { rows, store } = await startRows(t)
  const names = (found: readonly LaunchRow[]) => found.map(({ session_guid }) => session_guid).sort()
  assert.deepEqual(names(await rows.askedOnCall.all(store.reader, { callGuid: named('call') })), ['asked'])
  assert.deepEqual(names(await rows.askedOnCall.all(store.reader, { callGuid: named('another') })), [])
  const claim = { now: 2000, heldUntil: 3000, node: store.nodeId, most: 10 }
  assert.equal(await rows.due.first(store.reader, { now: 1999 }), undefined)
  assert.ok(await rows.due.first(store.reader, { now: 2000 }))
  assert.deepEqual(names(await store.write((tx) => rows.claimDue.all(tx, claim))), ['asked', 'opened'])
})

test('each change is of one launch', async (t) => {
  const { rows, store, all, find } = await startRows(t)
  const before = await all()
  await store.write(async (tx) => {
    const held = { node: store.nodeId, heldUntil: 4000 }
    for (const sessionGuid of states.map(named))
      await rows.askAgain.run(tx, { ...held, sessionGuid, callOffAt: 3000 })
    await rows.name.run(tx, { sessionGuid: named('asked'), guid: named('named') })
    for (const sessionGuid of states.slice(1)) {
      assert.equal(
        await rows.become.run(tx, { sessionGuid: named(sessionGuid), state: 'called-off' }),
        0,
        'what became of it is known',
      )
    }
  })
  const asked = await find('asked')
  assert.deepEqual([asked?.call_off_at, asked?.provider_session_guid], [3000, 'named'])
  assert.deepEqual(
    (await all()).filter(({ state }) => state !== 'asked'),
    before.filter(({ state }) => state !== 'asked'),
  )
  await store.write((tx) => rows.become.run(tx, { sessionGuid: named('asked'), state: 'called-off' }))
  assert.deepEqual(
    [(await find('asked'))?.state, (await find('asked'))?.sealed_session],
    ['called-off', null],
  )
})

test('a launch goes when it is what it was taken for, and no other', async (t) => {
  const { rows, store, left } = await startRows(t)
  await store.write(async (tx) => {
    for (const sessionGuid of states.map(named)) await rows.remove.run(tx, { sessionGuid, state: 'opened' })
  })
  assert.deepEqual(await left(), ['adopted', 'asked', 'called-off'])
  const unsent = (callOffAt: number) =>
    store.write((tx) => rows.removeUnsent.run(tx, { sessionGuid: named('asked'), callOffAt }))
  assert.equal(await unsent(1999), 0, 'it was asked for again')
  assert.equal(await unsent(2000), 1)
  assert.deepEqual(await left(), ['adopted', 'called-off'])
})

for (const [follow, left] of [
  ['ask', ['asked', 'opened']],
  ['wait', ['opened']],
] as const) {
  test(`old launches at a provider to ${follow} go, but what still is to be settled`, async (t) => {
    const { rows, store, left: names } = await startRows(t, follow)
    const remove = (askedBefore: number) =>
      store.write((tx) => rows.removeOld.run(tx, { askedBefore, batchRows: 10 }))
    assert.equal(await remove(1000), 0)
    assert.equal(await remove(1001), 4 - left.length)
    assert.deepEqual(await names(), left)
  })
}

test('a launch is sealed for its own row', () => {
  const seal = createLaunchSeal<{ readonly guid: Guid }>(createSealer(Buffer.alloc(32, 1), systemRandom))
  const session = {
    row: { guid: named('one') },
    requested: { order: { amountMinor: 1, currency: 'GBP' }, paymentData: { FirstName: 'John' } },
    lifetimeSeconds: 60,
  }
  const sealed = seal.seal(named('one'), session)
  assert.ok(!sealed.includes('John'))
  assert.deepEqual(seal.open(named('one'), sealed), session)
  assert.throws(() => seal.open(named('other'), sealed), NotSealedHere)
})

test('a launch says where it went: to the vault of the other process, or by settings of its own', async (t) => {
  const { find } = await startRows(t)
  const row = await find('asked')
  assert.ok(row)
  assert.deepEqual(distantLaunch(row), {
    sessionGuid: named('asked'),
    accountId: 7,
    configurationId: 2,
    providerSessionGuid: 'asked there',
    provider: undefined,
  })
  const elsewhere = distantLaunch({ ...row, provider: '{"kind":"tonegate"}', provider_session_guid: null })
  assert.deepEqual([elsewhere.provider, elsewhere.providerSessionGuid], [{ kind: 'tonegate' }, undefined])
})
