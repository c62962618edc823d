import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createMovableClock } from '../../base/clock.ts'
import { createLog } from '../../base/log.ts'
import { untilDurable } from './until-durable.ts'

function startWrites(failures: number) {
  const clock = createMovableClock(0)
  const closing = new AbortController()
  const tried: number[] = []
  const heard: unknown[] = []
  const full = new Error('The disk is full.')
  const write = async () => {
    tried.push(clock.now())
    if (tried.length <= failures) throw full
    return 'written'
  }
  const parts = { clock, log: createLog('silent'), closing: closing.signal }
  const written = untilDurable(write, { ...parts, failed: (error) => heard.push(error) })
  return { clock, closing, tried, heard, full, written }
}

test('a write is tried once a second until it is durable, and each failure is heard', async () => {
  const { clock, tried, heard, full, written } = startWrites(3)
  await clock.advance(999)
  assert.deepEqual(tried, [0])
  await clock.advance(1)
  assert.deepEqual(tried, [0, 1000])
  await clock.advance(10_000)
  assert.equal(await written, 'written')
  assert.deepEqual(tried, [0, 1000, 2000, 3000])
  assert.deepEqual(heard, [full, full, full])
})

test('when the process closes it is tried once more, at once, and what then fails is final', async () => {
  const { closing, tried, full, written } = startWrites(9)
  await new Promise((resolve) => setImmediate(resolve))
  closing.abort()
  await assert.rejects(written, full)
  assert.deepEqual(tried, [0, 0])
})
