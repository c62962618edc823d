import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { createLateCommit } from '../../../test/harness/test-late-commit.ts'
import { createMovableClock } from '../../base/clock.ts'
import { createGuids, type Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { createOneAtATime } from '../../base/one-at-a-time.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import type { Store } from '../../store/store.ts'
import { openTestStore } from '../../store/test-store.ts'
import { createPlatforms } from '../platforms/platforms.ts'
import type { ReportedCall } from './live-call.ts'
import { createLiveCalls } from './live-calls.ts'

/** A platform, and two servers that it speaks to. The first commits late when the test says so. */
async function startServers(t: TestContext) {
  const folder = makeTestFolder('tonegate-two-servers')
  const file = join(folder, 'nam.db')
  const [store, otherStore] = [await openTestStore(file), await openTestStore(file)]
  await otherStore.requireWritable()
  const late = createLateCommit(store)
  const clock = createMovableClock()
  const parts = {
    clock,
    random: systemRandom,
    newGuid: createGuids({ clock, random: systemRandom }),
    sealer: createSealer(Buffer.alloc(32, 1), systemRandom),
    log: createLog('silent'),
  }
  /** Calls that were told to have ended, and whether their rows were there still. */
  const ended: Promise<{ guid: Guid; isThere: boolean }>[] = []
  const find = store.prepare((db, p: { guid: Guid }) =>
    db.selectFrom('live_call').select('guid').where('guid', '=', p.guid),
  )
  const lookFor = async (guid: Guid) => ({
    guid,
    isThere: (await find.first(store.reader, { guid })) !== undefined,
  })
  const server = (store: Store) => ({
    platforms: createPlatforms({ ...parts, store }),
    calls: createLiveCalls({
      ...parts,
      store,
      onCall: createOneAtATime(),
      lines: {
        sessionOf: () => undefined,
        callEnded: (guid) => void ended.push(lookFor(guid)),
        elsewhere: {
          stateOf: async () => undefined,
          changed: async () => {},
          callEnded: async ({ guid }) => void ended.push(lookFor(guid)),
        },
      },
    }),
  })
  const [one, other] = [server(late.store), server(otherStore)]
  t.after(async () => {
    await Promise.all([one.calls.close(), other.calls.close()])
    await Promise.all([store.close(), otherStore.close()])
    rmSync(folder, { recursive: true })
  })
  const make = {
    accountId: 5,
    name: 'phones',
    kind: 'http',
    settings: { controlUrl: 'https://platform.example/control', privateAddresses: 'refused' },
  } as const
  const made = await one.platforms.create(make)
  assert.ok(made !== 'taken')
  const platform = await one.platforms.find(made.guid)
  assert.ok(platform)
  return { late, store, clock, newGuid: parts.newGuid, ended, one, other, platform, key: made.key }
}

const nothingTold: ReportedCall = {
  agentId: 'anna',
  state: 'active',
  caller: null,
  reference: null,
  media: null,
}

const statusesOf = (settled: readonly PromiseSettledResult<unknown>[]) => settled.map(({ status }) => status)

test('of a call that two servers hear of at once, both have told what they heard', async (t) => {
  const { late, store, newGuid, one, other, platform } = await startServers(t)
  const guid = newGuid()
  const settled = await late.during(
    () => one.calls.report(platform, guid, { ...nothingTold, caller: '+48500000000' }),
    () => other.calls.report(platform, guid, { ...nothingTold, reference: 'call-7' }),
  )
  assert.deepEqual(statusesOf(settled), ['fulfilled', 'fulfilled'])
  const select = store.prepare((db, _: object) => db.selectFrom('live_call').selectAll())
  const [row, ...more] = await select.all(store.reader, {})
  assert.equal(more.length, 0)
  assert.ok(row?.sealed_caller)
  assert.equal(row.reference, 'call-7')
})

test('of two calls that become an agent’s active one at two servers at once, one is held', async (t) => {
  const { late, store, newGuid, one, other, platform } = await startServers(t)
  const calls = [newGuid(), newGuid(), newGuid()] as const
  await one.calls.report(platform, calls[0], nothingTold)
  for (const [first, second] of [
    [calls[1], calls[2]],
    [calls[2], calls[1]],
  ] as const) {
    const settled = await late.during(
      () => one.calls.report(platform, first, nothingTold),
      () => other.calls.report(platform, second, nothingTold),
    )
    assert.deepEqual(statusesOf(settled), ['fulfilled', 'fulfilled'])
    const active = store.prepare((db, _: object) =>
      db.selectFrom('live_call').select('guid').where('state', '=', 'active'),
    )
    assert.deepEqual(
      (await active.all(store.reader, {})).map(({ guid }) => guid),
      [second],
    )
    assert.equal(await one.calls.activeOf(5, 'anna'), second)
  }
})

test('a name that another call has is refused, whoever is active', async (t) => {
  const { newGuid, one, other, platform } = await startServers(t)
  await one.calls.report(platform, newGuid(), { ...nothingTold, reference: 'call-7' })
  const same = other.calls.report(platform, newGuid(), { ...nothingTold, reference: 'call-7' })
  await assert.rejects(same, { code: 'invalid-request' })
})

test('a call of which nothing was heard is told to have ended when it is removed for certain', async (t) => {
  const { clock, newGuid, ended, one, other, platform } = await startServers(t)
  const [silent, refreshed] = [newGuid(), newGuid()]
  for (const guid of [silent, refreshed]) await one.calls.report(platform, guid, nothingTold)
  await clock.leap(11 * 3_600_000)
  await other.calls.report(platform, refreshed, nothingTold)
  await clock.leap(2 * 3_600_000)
  await eventually(() => ended.length > 0)
  for (const each of await Promise.all(ended)) assert.deepEqual(each, { guid: silent, isThere: false })
  assert.equal(await one.calls.activeOf(5, 'anna'), refreshed)
})

test('a platform has two keys at most and one at least, whichever server is asked', async (t) => {
  const { late, one, other, platform, key } = await startServers(t)
  const { guid } = platform
  const [first, second] = await late.during(
    () => one.platforms.addKey(guid),
    () => other.platforms.addKey(guid),
  )
  assert.equal(first.status, 'fulfilled')
  assert.deepEqual(second, { status: 'fulfilled', value: 'has-two-already' })
  const removed = await late.during(
    () => one.platforms.removeOldestKey(guid),
    () => other.platforms.removeOldestKey(guid),
  )
  assert.deepEqual(
    removed.map((each) => each.status === 'fulfilled' && each.value),
    ['removed', 'only-one-left'],
  )
  assert.equal(await one.platforms.authenticate(key), undefined)
  await late.during(
    () => one.platforms.setKey(guid, `tgp_${'a'.repeat(43)}`),
    () => other.platforms.setKey(guid, `tgp_${'b'.repeat(43)}`),
  )
  assert.equal(await one.platforms.authenticate(`tgp_${'a'.repeat(43)}`), undefined)
  assert.equal((await one.platforms.authenticate(`tgp_${'b'.repeat(43)}`))?.guid, guid)
})
