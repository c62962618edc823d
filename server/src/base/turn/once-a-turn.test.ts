import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turnEnd } from 'node:timers/promises'
import { onceATurn } from './once-a-turn.ts'

test('what is asked for twice in a turn is asked for once, and anew in the next', async () => {
  const asked: string[] = []
  const ask = onceATurn(async (key: string) => asked.push(key))
  assert.deepEqual(await Promise.all([ask('a'), ask('b'), ask('a')]), [1, 2, 1])
  await turnEnd()
  assert.equal(await ask('a'), 3)
  assert.deepEqual(asked, ['a', 'b', 'a'])
})

test('a failure is everybody’s in that turn, and nobody’s in the next', async () => {
  let fails = true
  const ask = onceATurn(async (_key: string) => {
    if (fails) throw new Error('away')
    return 'there'
  })
  const both = await Promise.allSettled([ask('a'), ask('a')])
  assert.deepEqual(
    both.map(({ status }) => status),
    ['rejected', 'rejected'],
  )
  fails = false
  await turnEnd()
  assert.equal(await ask('a'), 'there')
})
