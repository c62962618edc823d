import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventually } from '../../../test/harness/test-eventually.ts'
import { entriesIn } from '../../audit/test-audit.ts'
import { startSignIns } from './test-sign-ins.ts'

/** The log’s entries about sign-ins, when there are so many. */
const signInsIn = ({ store }: Awaited<ReturnType<typeof startSignIns>>, count: number) =>
  eventually(async () => {
    const found = (await entriesIn(store)).filter(({ action }) => action.startsWith('user.sign-in'))
    return found.length >= count && found
  })

test('wrong passwords of a user are one entry a minute, and the next says how many there were', async (t) => {
  const started = await startSignIns(t)
  const { signIn, clock, userId } = started
  for (let count = 0; count < 3; count += 1) await signIn({ password: 'wrong' })
  await signInsIn(started, 1)
  await clock.advance(60_000)
  await signIn({ password: 'wrong' })
  const found = await signInsIn(started, 2)
  assert.deepEqual(
    found.map(({ action, target, details }) => [action, target, details?.count]),
    [
      ['user.sign-in.refused', { kind: 'user', id: userId, name: 'agent.one' }, undefined],
      ['user.sign-in.refused', { kind: 'user', id: userId, name: 'agent.one' }, 3],
    ],
  )
})

test('a minute passes also when the time of day is set back', async (t) => {
  const started = await startSignIns(t)
  await started.signIn({ password: 'wrong' })
  await signInsIn(started, 1)
  started.clock.setBack(3_600_000)
  await started.clock.advance(60_000)
  await started.signIn({ password: 'wrong' })
  await signInsIn(started, 2)
})

test('a username that nobody has is not written: it may be a password', async (t) => {
  const started = await startSignIns(t)
  await started.signIn({ username: 'correct-horse-battery' })
  const [entry] = await signInsIn(started, 1)
  assert.deepEqual([entry?.target, entry?.account], [{ kind: 'user', id: 'unknown' }, null])
  assert.ok(!JSON.stringify(await entriesIn(started.store)).includes('correct-horse'))
})

test('a lock after too many wrong passwords is an entry', async (t) => {
  const started = await startSignIns(t)
  for (let count = 0; count < 6; count += 1) await started.signIn({ password: 'wrong' })
  const found = await signInsIn(started, 2)
  assert.deepEqual(
    found.map(({ action }) => action),
    ['user.sign-in.refused', 'user.sign-in.locked'],
  )
})
