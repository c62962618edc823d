import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { packJobs, unpackJobs } from './packed-jobs.ts'

const value = fc.oneof(fc.constant(null), fc.integer(), fc.double(), fc.string(), fc.uint8Array())

test('what is packed comes out as it was, each with its own bytes', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), fc.array(value))), (jobs) => {
      const sent = structuredClone(packJobs(jobs))
      assert.deepEqual([...unpackJobs(sent)], jobs)
    }),
  )
})

test('a piece of a larger buffer takes nothing of that with it', () => {
  const pool = Buffer.from('secret written secret')
  const { bytes } = packJobs([[0, [pool.subarray(7, 14)]]])
  assert.equal(Buffer.from(bytes.buffer).toString(), 'written')
})

test('a boolean is refused, and not taken for bytes', () => {
  assert.throws(() => packJobs([[0, [new Uint8Array(1), true]]]), TypeError)
})
