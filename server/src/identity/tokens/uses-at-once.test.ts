import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createUsesAtOnce } from './uses-at-once.ts'

/** Uses of one code, whose quiet times end when the test says. */
function startUses() {
  const quiet: (() => void)[] = []
  const uses = createUsesAtOnce({
    after(_, callback) {
      quiet.push(callback)
      return () => {}
    },
  })
  let taken = 0
  const answers: (() => void)[] = []
  return {
    uses,
    quiet,
    answers,
    use: (arrival = uses.arrive('code')) =>
      uses.use('code', { arrival, onAnswered: (answered) => void answers.push(answered) }, async () => {
        taken += 1
        return taken === 1 ? 'first' : 'again'
      }),
    taken: () => taken,
  }
}

const turns = async (count: number) => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

test('of uses at once one is the first, and the others are no replay', async () => {
  const { use, quiet, answers, taken } = startUses()
  const first = use()
  const others = [use(), use()]
  assert.deepEqual(await Promise.all(others), ['at once', 'at once'])
  await turns(20)
  assert.equal(quiet.length, 1)
  quiet[0]?.()
  assert.equal(await first, 'first')
  answers[0]?.()
  assert.equal(taken(), 1)
})

test('the first waits for those that come a few turns of the event loop later', async () => {
  const { use, quiet } = startUses()
  const first = use()
  await turns(8)
  assert.equal(await Promise.race([first, use()]), 'at once')
  await turns(20)
  assert.equal(quiet.length, 1)
  quiet[0]?.()
  assert.equal(await first, 'first')
})

test('the first waits for those that have come and are still being looked up', async () => {
  const { use, uses, quiet } = startUses()
  const first = use()
  const late = uses.arrive('code')
  await turns(20)
  assert.equal(quiet.length, 1)
  quiet[0]?.()
  assert.equal(await first, 'first')
  assert.equal(await use(late), 'at once')
})

test('one that had come before the first was answered is beside it, and one that comes after it a replay', async () => {
  const { use, uses, answers, taken } = startUses()
  assert.equal(await use(), 'first')
  const before = uses.arrive('code')
  answers[0]?.()
  const after = uses.arrive('code')
  assert.equal(await use(before), 'at once')
  assert.equal(taken(), 1)
  assert.equal(await use(after), 'again')
})

test('a use alone waits for nobody', async () => {
  const { use, quiet } = startUses()
  assert.equal(await use(), 'first')
  assert.equal(quiet.length, 0)
})

test('however many come, the first is answered after a second', async () => {
  const { use, quiet } = startUses()
  const first = use()
  void use()
  let isAnswered = false
  void first.then(() => {
    isAnswered = true
  })
  await turns(20)
  for (let time = 0; time < 20; time += 1) {
    assert.equal(isAnswered, false)
    assert.equal(quiet.length, time + 1)
    void use()
    await turns(2)
    quiet[time]?.()
    await turns(2)
  }
  assert.equal(await first, 'first')
})

test('where the first could not be taken the next one is', async () => {
  const { uses, quiet } = startUses()
  const attempt = (take: () => Promise<'first' | 'again'>) =>
    uses.use('code', { arrival: uses.arrive('code'), onAnswered: () => {} }, take)
  const failing = attempt(() => Promise.reject(new Error('the disk is full')))
  const next = attempt(async () => 'first')
  await assert.rejects(failing, /the disk is full/)
  await turns(20)
  quiet[0]?.()
  assert.equal(await next, 'first')
})
