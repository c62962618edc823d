import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { createLateCommit } from '../../../../test/harness/test-late-commit.ts'
import type { Store } from '../../../store/store.ts'
import type { FollowUp, FollowUpAnswer, FollowUpKind, Gateway } from '../../model/gateway.ts'
import type { Flow } from '../../model/launch.ts'
import { startTwoVaults } from '../../test-two-vaults.ts'
import { approval, press, settle, testGateway, wholeCard } from '../../test-vault.ts'

const refused: FollowUpAnswer = { status: 'refused', gatewayCode: 'settled' }
const done: FollowUpAnswer = { status: 'done' }
const voids: Partial<Flow> = { purpose: 'authorise', cancelAfterwards: 'void' }

/** Two nodes, and an approval of which the gateway is asked as the test says, each time it is. */
async function startApproved(t: TestContext, flow: Partial<Flow> = voids) {
  const asked: FollowUpKind[] = []
  const state = { answer: async (_kind: FollowUpKind): Promise<FollowUpAnswer> => done }
  const follow = (kind: FollowUpKind) => (_: FollowUp) => {
    asked.push(kind)
    return state.answer(kind)
  }
  const answered = Promise.withResolvers<void>()
  const isLate = flow.lateApproval === 'void'
  const gateway: Gateway = {
    ...testGateway({
      answers: () =>
        (isLate ? answered.promise : Promise.resolve()).then(() => ({ ...approval, captured: false })),
    }),
    void: follow('void'),
    refund: follow('refund'),
  }
  let late: ReturnType<typeof createLateCommit> | undefined
  const wrap = (store: Store): Store => {
    late = createLateCommit(store)
    return late.store
  }
  const vaults = await startTwoVaults(t, { gateway, wrap })
  assert.ok(late)
  const { guid, here } = await vaults.session({ gatewayTimeoutSeconds: 10, ...flow })
  press(here, `${wholeCard}1`)
  await vaults.clock.advance(10_000)
  const outcomes = () => vaults.results.map(({ outcome }) => outcome)
  assert.deepEqual(outcomes(), [isLate ? 'unknown' : 'approved'])
  return {
    ...vaults,
    late,
    guid,
    asked,
    state,
    outcomes,
    /** The gateway answers when nobody waits any more. */
    async answerLate() {
      answered.resolve()
      await settle()
    },
  }
}

const lost = () => Promise.reject(new Error('no connection'))

test('of two nodes that void a payment at once one asks its gateway, and both know what came of it', async (t) => {
  const { clock, one, other, late, guid, asked, outcomes } = await startApproved(t)
  const both = late.during(
    () => one.vault.voidAuthorised(guid),
    () => other.vault.voidAuthorised(guid),
  )
  for (let seconds = 0; seconds < 3; seconds += 1) await clock.advance(1_000)
  const ends = await both
  assert.deepEqual(
    ends.map((end) => end.status === 'fulfilled' && end.value),
    ['voided', 'voided'],
  )
  assert.deepEqual([asked, outcomes()], [['void'], ['approved', 'cancelled']])
})

test('while a gateway does not answer one node, no other asks it', async (t) => {
  const { clock, one, other, guid, asked, state, outcomes } = await startApproved(t)
  state.answer = lost
  void one.vault.voidAuthorised(guid)
  await settle()
  const waiting = other.vault.voidAuthorised(guid)
  for (let seconds = 0; seconds < 25; seconds += 1) await clock.advance(1_000)
  assert.equal(await waiting, 'not-known')
  assert.deepEqual(asked, ['void'])
  state.answer = async () => done
  await clock.advance(10_000)
  assert.deepEqual(
    [asked, outcomes()],
    [
      ['void', 'void'],
      ['approved', 'cancelled'],
    ],
  )
})

test('a void that a node had begun when it died is asked for by another, once', async (t) => {
  const { clock, one, guid, asked, state, outcomes } = await startApproved(t)
  state.answer = () => new Promise(() => {})
  void one.vault.voidAuthorised(guid)
  await settle()
  await clock.advance(5_000)
  assert.deepEqual(asked, ['void'])
  state.answer = async () => done
  await one.close()
  for (let seconds = 0; seconds < 60; seconds += 1) await clock.advance(1_000)
  assert.deepEqual(
    [asked, outcomes()],
    [
      ['void', 'void'],
      ['approved', 'cancelled'],
    ],
  )
})

test('a refund that follows a refused void is asked for by one node, also when the first one dies of it', async (t) => {
  const { clock, one, asked, state, outcomes, answerLate } = await startApproved(t, { lateApproval: 'void' })
  state.answer = async (kind) => (kind === 'void' ? refused : new Promise(() => {}))
  await answerLate()
  await clock.advance(5_000)
  assert.deepEqual(asked, ['void', 'refund'])
  state.answer = async (kind) => (kind === 'void' ? refused : done)
  await one.close()
  for (let seconds = 0; seconds < 60; seconds += 1) await clock.advance(1_000)
  assert.deepEqual(
    [asked, outcomes()],
    [
      ['void', 'refund', 'refund'],
      ['unknown', 'cancelled'],
    ],
  )
})

test('a node whose reversal another has taken asks no more', async (t) => {
  const { clock, one, other, guid, asked, state } = await startApproved(t)
  state.answer = lost
  void one.vault.voidAuthorised(guid)
  await settle()
  const forget = other.store.prepare((db, p: { id: string }) =>
    db.deleteFrom('node').where('id', '=', p.id as never),
  )
  await other.store.write((tx) => forget.run(tx, { id: one.store.nodeId }))
  state.answer = () => new Promise(() => {})
  await clock.advance(1_000)
  assert.deepEqual(asked, ['void', 'void'], 'it was not heard of for too long: another one asks')
  await clock.advance(60_000)
  assert.deepEqual(asked, ['void', 'void'])
})
