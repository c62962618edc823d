import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { SessionResult } from '@tonegate/protocol/outcome'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { createMovableClock } from '../../base/clock.ts'
import { firstGuidOf, type Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import { openTestStore } from '../../store/test-store.ts'
import { sessionRetentionMilliseconds } from '../retention.ts'
import { createFollowSessions } from './follow-sessions.ts'
import type { Look } from './look-at-session.ts'
import { prepareRemoteSessions } from './remote-session-rows.ts'
import { createResultSeal } from './result-seal.ts'
import { createTakeResult } from './take-result.ts'
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

/** Nodes that follow the sessions of one database; each look is noted with the node that looks. */
async function startNodes(t: TestContext) {
  const folder = makeTestFolder('tonegate-follow')
  const file = join(folder, 'nam.db')
  const clock = createMovableClock()
  const sealer = createSealer(Buffer.alloc(32, 1), systemRandom)
  const looked: (readonly [Guid, string])[] = []
  const taken: SessionResult[] = []
  t.after(() => rmSync(folder, { recursive: true }))

  async function startNode(name: string, look: Look = async () => 'open') {
    const store = await openTestStore(file)
    const rows = prepareRemoteSessions(store)
    const reports = {
      recordProgress: async () => {},
      recordResult: async (result: SessionResult) => void taken.push(result),
    }
    const log = createLog('silent')
    const following = createFollowSessions({
      store,
      rows,
      clock,
      log,
      taking: createTakeResult({ store, rows, sealer, reports, clock, log }),
      async look(guid) {
        looked.push([guid, name])
        return look(guid)
      },
    })
    following.start()
    let closed = false
    async function close() {
      if (closed) return
      closed = true
      await following.close()
      await store.close()
    }
    t.after(close)
    return { store, rows, close }
  }

  async function seconds(count: number) {
    for (let second = 0; second < count; second += 1) {
      await clock.advance(1000)
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  return { clock, file, looked, taken, startNode, seconds }
}

const openAt = (guid: Guid, now: number, expiresAt = now + 3_600_000) => ({
  guid,
  sessionGuid: guid,
  accountId: 7,
  configurationId: 30,
  provider: '{"kind":"tonegate"}',
  amountMinor: 1240,
  currency: 'GBP',
  now,
  expiresAt,
  nextLookAt: now + 5000,
})

test('of two nodes one looks at a session, as often as one alone', async (t) => {
  const { clock, looked, startNode, seconds } = await startNodes(t)
  const { store, rows } = await startNode('one')
  await startNode('other')
  const guids = Array.from({ length: 20 }, (_, each) => firstGuidOf(each))
  await store.write(async (tx) => {
    for (const guid of guids) await rows.insert.run(tx, openAt(guid, clock.now()))
  })
  await seconds(5)
  await eventually(async () => looked.length >= 20)
  await seconds(4)
  assert.deepEqual(looked.map(([guid]) => guid).sort(), guids)
  await eventually(async () => {
    await seconds(1)
    return looked.length >= 40
  })
  assert.deepEqual(looked.map(([guid]) => guid).sort(), [...guids, ...guids].sort())
})

test('what a node looks at is nobody else’s, until it is there no more', async (t) => {
  const { clock, file, looked, startNode, seconds } = await startNodes(t)
  const { store, rows } = await startNode('other')
  const lost = await openTestStore(file)
  const guid = firstGuidOf(1)
  const now = clock.now()
  await store.write((tx) => rows.insert.run(tx, openAt(guid, now)))
  const held = { accountId: 7, configurationId: 30, node: lost.nodeId, heldUntil: now + 45_000, most: 1 }
  await lost.write((tx) => prepareRemoteSessions(lost).hold.all(tx, { ...held, now: now + 5000 }))
  await seconds(10)
  assert.deepEqual(looked, [])
  await lost.close()
  await eventually(async () => {
    await seconds(1)
    return looked.length === 1
  })
  assert.ok(clock.now() < held.heldUntil)
})

test('a session that expires at two nodes expires once, and what one has taken and not handed on another hands on', async (t) => {
  const { clock, taken, startNode, seconds } = await startNodes(t)
  const { store, rows } = await startNode('one', async () => 'silent')
  await startNode('other', async () => 'silent')
  const [expiring, left] = [firstGuidOf(1), firstGuidOf(2)]
  await store.write(async (tx) => {
    await rows.insert.run(tx, openAt(expiring, clock.now(), clock.now() + 5000))
    await rows.insert.run(tx, openAt(left, clock.now()))
  })
  const sealer = createSealer(Buffer.alloc(32, 1), systemRandom)
  const said: SessionResult = { guid: left, end: 'success', outcome: 'approved' }
  const gone = { node: 'gone' as NodeId, heldUntil: clock.now() + 60_000 }
  const row = await rows.find.first(store.reader, { guid: left })
  assert.ok(row)
  await store.write((tx) =>
    rows.decide.run(tx, {
      ...row,
      ...gone,
      guid: left,
      said: 'approved',
      endedAt: clock.now(),
      sealed: createResultSeal({ sealer, log: createLog('silent') }).seal(said),
    }),
  )
  await eventually(async () => {
    await seconds(1)
    return taken.length >= 2
  })
  await seconds(10)
  assert.deepEqual(
    taken.map(({ guid, outcome }) => [guid, outcome]).sort(),
    [
      [expiring, 'unknown'],
      [left, 'approved'],
    ].sort(),
  )
})
