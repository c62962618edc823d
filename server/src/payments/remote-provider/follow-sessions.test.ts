import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { createMovableClock } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { openTestStore } from '../../store/test-store.ts'
import { sessionRetentionMilliseconds } from '../retention.ts'
import { createFollowSessions } from './follow-sessions.ts'
import { prepareRemoteSessions } from './remote-session-rows.ts'
import { startProvider, type TestProvider } from './test-provider.ts'
import { configurationId, startRemote, writtenConfiguration } from './test-remote-provider.ts'

const looks = ({ got }: TestProvider) => got.filter(({ method }) => method === 'GET').length

test('a provider that does not answer keeps nobody from asking another one', async (t) => {
  const { open, configure, clock, provider: silent } = await startRemote(t, { kind: 'tonegate' })
  const good = await startProvider(t, 'tonegate')
  const goodId = configurationId + 1
  await configure({ ...writtenConfiguration(good), id: goodId })
  for (let each = 0; each < 40; each += 1) await open()
  await open({ accountConfigurationId: goodId })
  silent.behaviour.session = () => 'waits'
  await clock.advance(5_000)
  await eventually(async () => looks(good) === 1)
  await eventually(async () => looks(silent) === 16)
})

test('sessions that ended long ago go in transactions of few rows, but for those whose result nobody has taken', async (t) => {
  const folder = makeTestFolder('tonegate-remote-sessions')
  const store = await openTestStore(join(folder, 'nam.db'))
  const clock = createMovableClock()
  const rows = prepareRemoteSessions(store)
  const following = createFollowSessions({
    store,
    rows,
    clock,
    log: createLog('silent'),
    look: async () => 'silent',
    taking: { take: async () => {}, handOn: async () => {} },
  })
  t.after(async () => {
    await following.close()
    await store.close()
    rmSync(folder, { recursive: true })
  })
  const endedAt = clock.now() - sessionRetentionMilliseconds
  await store.write(async (tx) => {
    for (let each = 0; each < 451; each += 1) {
      const guid = named(`there ${each}`)
      await rows.insert.run(tx, {
        guid,
        sessionGuid: named(`here ${each}`),
        accountId: 7,
        configurationId: 30,
        provider: '{"kind":"pci-pal"}',
        amountMinor: 1240,
        currency: 'GBP',
        now: endedAt - 1000,
        expiresAt: endedAt,
        nextLookAt: endedAt,
      })
      const sealed = Buffer.from('sealed')
      const before = { outcome: null, later_outcome: null, node: store.nodeId, heldUntil: endedAt }
      await rows.decide.run(tx, { ...before, guid, endedAt, said: 'approved', sealed })
      if (each > 0) await rows.reported.run(tx, { guid, sealed, nextLookAt: null })
    }
  })
  following.start()
  const all = store.prepare((db, _: object) => db.selectFrom('remote_session').select('session_guid'))
  const left = async () => (await all.all(store.reader, {})).map(({ session_guid }) => session_guid)
  const write = t.mock.method(store, 'write')
  await clock.leap(3_600_000)
  await eventually(async () => (await left()).length === 1)
  assert.deepEqual(await left(), ['here 0'])
  const written = await Promise.all(write.mock.calls.map(({ result }) => result))
  assert.deepEqual(
    written.filter((result) => typeof result === 'number'),
    [200, 200, 50],
  )
})

/** A name that the assertions can be read by. */
const named = (name: string) => name as Guid
