import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import type { SessionResult } from '@tonegate/protocol/outcome'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { createMovableClock } from '../../base/clock.ts'
import { firstGuidOf, type Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import { openTestStore } from '../../store/test-store.ts'
import { prepareRemoteSessions } from './remote-session-rows.ts'
import { createTakeResult } from './take-result.ts'

/** Two nodes on one database; what each hands on goes where the test says. */
async function startNodes(t: TestContext) {
  const folder = makeTestFolder('tonegate-take')
  const file = join(folder, 'nam.db')
  const clock = createMovableClock()
  const sealer = createSealer(Buffer.alloc(32, 1), systemRandom)
  const startNode = async () => {
    const store = await openTestStore(file)
    const rows = prepareRemoteSessions(store)
    const handOn = { result: async (_: SessionResult) => {} }
    const taking = createTakeResult({
      store,
      rows,
      sealer,
      clock,
      log: createLog('silent'),
      reports: { recordResult: (result) => handOn.result(result) },
    })
    t.after(() => store.close())
    return { ...taking, store, rows, handOn }
  }
  const nodes = [await startNode(), await startNode()] as const
  t.after(() => rmSync(folder, { recursive: true }))
  const [{ store, rows }] = nodes
  return {
    nodes,
    open: (guid: Guid) =>
      store.write((tx) =>
        rows.insert.run(tx, {
          guid,
          sessionGuid: guid,
          accountId: 7,
          configurationId: 30,
          provider: '{}',
          amountMinor: 1240,
          currency: 'GBP',
          now: 0,
          expiresAt: 1,
          nextLookAt: 1,
        }),
      ),
    row: (guid: Guid) => rows.find.first(store.reader, { guid }),
  }
}

const approved = (guid: Guid): SessionResult => ({ guid, end: 'success', outcome: 'approved' })
const declined = (guid: Guid): SessionResult => ({ guid, end: 'success', outcome: 'declined' })
const unknown = (guid: Guid): SessionResult => ({ guid, end: 'expired', outcome: 'unknown' })

test('of two ends that two nodes take at once one is recorded and handed on, and the other kept beside it', async (t) => {
  const { nodes, open, row } = await startNodes(t)
  const [one, other] = nodes
  const handed: SessionResult[] = []
  for (const { handOn } of nodes) handOn.result = async (result) => void handed.push(result)
  for (let each = 0; each < 20; each += 1) {
    const guid = firstGuidOf(each)
    await open(guid)
    await Promise.all([one.take(approved(guid)), other.take(declined(guid))])
    const { outcome, later_outcome, sealed_result } = (await row(guid)) ?? {}
    assert.deepEqual([outcome, later_outcome].sort(), ['approved', 'declined'])
    assert.equal(sealed_result, null)
    assert.deepEqual(
      handed.splice(0).map((result) => result.outcome),
      [outcome],
    )
  }
})

test('what another node has taken meanwhile is still to be handed on', async (t) => {
  const { nodes, open, row } = await startNodes(t)
  const [one, other] = nodes
  const guid = firstGuidOf(1)
  await open(guid)
  one.handOn.result = async () => {
    other.handOn.result = async () => {
      throw new Error('It cannot be reached.')
    }
    await other.take(approved(guid))
  }
  await one.take(unknown(guid))
  const { outcome, sealed_result } = (await row(guid)) ?? {}
  assert.equal(outcome, 'approved')
  assert.ok(sealed_result)
})
