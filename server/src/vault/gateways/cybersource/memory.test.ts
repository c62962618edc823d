import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'node:test'
import { memoryCanBeRead, searchMemory } from '../../../../test/harness/test-memory.ts'
import { cybersourceSettings } from './double/test-authentication.ts'
import { startCybersourceDouble } from './double/test-cybersource.ts'
import { createTestKeys } from './double/test-encryption.ts'
import { mask, type PaidElsewhere } from './double/test-paying-process.ts'

const pans = { moto: '5412750123450987', ecommerce: '5412750888812349' } as const

test('when a card has been paid with, encrypted or handed over, its number is not in the memory of the process', {
  skip: !memoryCanBeRead,
}, async (t) => {
  const keys = createTestKeys()
  const double = await startCybersourceDouble({ keys })
  t.after(() => double.close())
  const child = fork(new URL('./double/test-paying-process.ts', import.meta.url), { stdio: 'ignore' })
  t.after(() => void child.kill())
  for (const channel of ['moto', 'ecommerce'] as const) {
    const threeDSecure = 'payer-authentication'
    const order: PaidElsewhere = {
      settings: { ...cybersourceSettings, ...keys.settings, threeDSecure, baseUrl: double.url },
      hidden: [...Buffer.from(pans[channel])].map((each) => each ^ mask),
      channel,
    }
    const answered = once(child, 'message')
    child.send(order)
    assert.deepEqual((await answered)[0], 'approved')
  }
  const { pid } = child
  assert.ok(pid)
  const texts = Object.values(pans).flatMap((pan) => [pan, pan.slice(4)])
  assert.deepEqual([...searchMemory(pid, { texts })], [])
  assert.ok(searchMemory(pid, { texts: ['pay.test'] }).size > 0, 'its memory is read')
})
