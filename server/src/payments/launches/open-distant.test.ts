import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { makeTestFolder } from '../../../test/harness/test-folder.ts'
import { createMovableClock } from '../../base/clock.ts'
import { createGuids, type Guid } from '../../base/guid.ts'
import { createLog } from '../../base/log.ts'
import { systemRandom } from '../../base/random.ts'
import { createSealer } from '../../base/seal.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'
import { openTestStore } from '../../store/test-store.ts'
import type { SessionRow } from '../insert-session.ts'
import { NotLaunched, type Provider, type ProviderLaunch } from '../provider.ts'
import type { DistantOpening } from './distant-opening.ts'
import type { FollowLaunches } from './follow-launches.ts'
import { prepareLaunchRows } from './launch-rows.ts'
import { createOpenDistant } from './open-distant.ts'
import { createWriteDownLaunch } from './write-down-launch.ts'

/** Two nodes on one database, and a provider in another process that does what the test says. */
async function startNodes(t: TestContext, launched: (sessionGuid: Guid) => Promise<void> = async () => {}) {
  const folder = makeTestFolder('tonegate-distant')
  const file = join(folder, 'nam.db')
  const stores = [await openTestStore(file), await openTestStore(file)] as const
  t.after(async () => {
    for (const store of stores) await store.close()
    rmSync(folder, { recursive: true })
  })
  const clock = createMovableClock()
  const newGuid = createGuids({ clock, random: systemRandom })
  const following: Pick<FollowLaunches, 'look'> = { look: () => {} }
  const provider = {
    distant: () => ({ follow: 'ask', isNamed: true }),
    async launch({ sessionGuid }: ProviderLaunch) {
      await launched(sessionGuid)
      return { providerSessionGuid: newGuid(), durable: Promise.resolve() }
    },
  } as unknown as Provider
  const nodes = stores.map((store) => ({
    store,
    rows: prepareLaunchRows(store),
    parts: {
      store,
      rows: prepareLaunchRows(store),
      sealer: createSealer(Buffer.alloc(32, 1), systemRandom),
      provider,
      following: following as FollowLaunches,
      newGuid,
      clock,
      log: createLog('silent'),
    },
  }))
  const opening = (written: string[] = []): DistantOpening => ({
    launch: {
      sessionGuid: newGuid(),
      accountId: 7,
      configuration: { id: 0, flow: { sendLink: 'never' }, agentAssistLifetimeSeconds: 60 },
      order: {},
      paymentData: {},
      kind: 'agent-assist',
      callGuid: null,
    } as unknown as ProviderLaunch,
    row: {} as SessionRow,
    again: 'expected',
    write: async () => void written.push('written'),
    writeAgain: async () => void written.push('written again'),
  })
  return { nodes, opening }
}

test('a launch that two nodes write down at once is written once, and both know which was first', async (t) => {
  const { nodes, opening } = await startNodes(t)
  const writeDown = nodes.map(({ parts }) => createWriteDownLaunch(parts))
  for (let each = 0; each < 20; each += 1) {
    const asked = opening()
    const [one, other] = await Promise.all(writeDown.map((write) => write(asked)))
    assert.deepEqual([one?.isFirst, other?.isFirst].sort(), [false, true])
    assert.equal(one?.row.provider_session_guid, other?.row.provider_session_guid)
  }
})

test('a launch that another node calls off while it is answered is opened, or called off, and never both', async (t) => {
  const calledOff = new Map<Guid, Promise<number>>()
  const { nodes, opening } = await startNodes(t, async (sessionGuid) => {
    const callOff = other?.store.write((tx) =>
      other.rows.become.run(tx, { sessionGuid, state: 'called-off' }),
    )
    if (callOff) calledOff.set(sessionGuid, callOff)
  })
  const [one, other] = nodes
  if (!one) throw new Error('There is no node.')
  const open = createOpenDistant(one.parts)
  for (let each = 0; each < 20; each += 1) {
    const written: string[] = []
    const asked = opening(written)
    const isOpened = await open(asked).then(
      () => true,
      () => false,
    )
    assert.equal(isOpened ? 0 : 1, await calledOff.get(asked.launch.sessionGuid))
    assert.equal(written.length, isOpened ? 1 : 0)
  }
})

test('a launch that never came stays where another node has asked for it again', async (t) => {
  const { nodes, opening } = await startNodes(t, async (sessionGuid) => {
    const held = { node: other?.store.nodeId ?? ('' as NodeId), heldUntil: 2 }
    await other?.store.write((tx) => other.rows.askAgain.run(tx, { ...held, sessionGuid, callOffAt: 1 }))
    throw new NotLaunched('provider-unavailable', 'It cannot be reached.')
  })
  const [one, other] = nodes
  if (!one) throw new Error('There is no node.')
  const asked = opening()
  await assert.rejects(createOpenDistant(one.parts)(asked), { code: 'provider-unavailable' })
  const row = await one.rows.find.first(one.store.reader, asked.launch)
  assert.deepEqual([row?.state, row?.call_off_at, row?.held_by], ['asked', 1, other?.store.nodeId])
})
