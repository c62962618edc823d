import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asStoreFailure } from './store-unavailable.ts'
import { whenUnlocked } from './when-unlocked.ts'

const locked = () => asStoreFailure(Object.assign(new Error('database is locked'), { errcode: 5 }))

/** Begins while another program holds the lock for so many tries. */
function beginAfter(tries: number) {
  let asked = 0
  const waits: number[] = []
  const begun = whenUnlocked(
    () => {
      asked += 1
      if (asked <= tries) throw locked()
    },
    5_000,
    async (milliseconds) => waits.push(milliseconds),
  )
  return { begun, waits, asked: () => asked }
}

test('a lock that is free is taken at once', async () => {
  const { begun, asked, waits } = beginAfter(0)
  await begun
  assert.deepEqual([asked(), waits], [1, []])
})

test('a lock is waited for, looked at every 20 milliseconds, for five seconds', async () => {
  const { begun, asked, waits } = beginAfter(249)
  await begun
  assert.equal(asked(), 250)
  assert.deepEqual(new Set(waits), new Set([20]))
  assert.equal(waits.length, 249)
})

test('a lock that is held for longer is told of', async () => {
  const { begun, asked } = beginAfter(250)
  await assert.rejects(begun, { name: 'StoreUnavailable' })
  assert.equal(asked(), 250)
})

test('what fails for another reason is not tried again', async () => {
  let asked = 0
  const bug = asStoreFailure(Object.assign(new Error('database or disk is full'), { errcode: 13 })) as Error
  await assert.rejects(
    whenUnlocked(() => {
      asked += 1
      throw bug
    }, 5_000),
    bug,
  )
  assert.equal(asked, 1)
})
