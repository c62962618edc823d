import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createSealer } from '../base/seal.ts'
import { createSessionSeal } from './seal-session.ts'

test('what was sealed for a session opens for it alone', () => {
  const seal = createSessionSeal(createSealer(Buffer.alloc(32, 1), systemRandom))
  const requested = { order: { amountMinor: 1, currency: 'GBP' }, paymentData: { Name: 'John' } }
  const sealed = seal.sealRequested('one', requested)
  assert.ok(!sealed.includes('John'))
  assert.deepEqual(seal.openRequested('one', sealed), requested)
  assert.throws(() => seal.openRequested('two', sealed))
  const result = seal.sealResult('one', '{}')
  assert.equal(seal.openResult('one', result), '{}')
  assert.throws(() => seal.openResult('two', result))
  assert.throws(() => seal.openRequested('one', result))
})
