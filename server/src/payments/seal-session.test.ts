import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from '../base/random.ts'
import { createSealer } from '../base/seal.ts'
import { createSessionSeal } from './seal-session.ts'

function startSeal() {
  const sealer = createSealer(Buffer.alloc(32, 1), systemRandom)
  let opened = 0
  const seal = createSessionSeal({
    ...sealer,
    open(purpose, sealed) {
      opened += 1
      return sealer.open(purpose, sealed)
    },
  })
  return { seal, opened: () => opened }
}

test('what was sealed for a session opens for it alone', () => {
  const { seal } = startSeal()
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

test('a result is opened once, until it changes or results are removed', () => {
  const { seal, opened } = startSeal()
  const first = seal.sealResult('one', '"first"')
  const second = seal.sealResult('one', '"second"')
  assert.equal(seal.openResult('one', first), '"first"')
  assert.equal(seal.openResult('one', Buffer.from(first)), '"first"')
  assert.equal(opened(), 1)
  assert.equal(seal.openResult('one', second), '"second"')
  assert.equal(opened(), 2)
  seal.forgetResults()
  assert.equal(seal.openResult('one', second), '"second"')
  assert.equal(opened(), 3)
})
