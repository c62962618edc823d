import assert from 'node:assert/strict'
import { test } from 'node:test'
import { NoAnswer } from '../../base/outgoing/outgoing.ts'
import { NotSent } from '../model/gateway.ts'
import { UnclearAnswer } from './ask-gateway.ts'
import { lookAt } from './look-at.ts'

const refused = new NoAnswer('no-connection', false, 'it refused the connection')
const late = new NoAnswer('timeout', true)

for (const [what, error, state, detail] of [
  [
    'cannot be reached',
    new NotSent('no-connection', { cause: refused }),
    'wrong',
    'The gateway cannot be reached: it refused the connection.',
  ],
  ['gives no answer', late, 'unknown', 'The gateway did not answer: it did not answer in time. Try again.'],
  [
    'answers something unclear',
    new UnclearAnswer('status 502'),
    'unknown',
    'The gateway’s answer is unclear: status 502. Try again.',
  ],
] as const) {
  test(`a gateway that ${what} is told as that`, async () => {
    const look = () => Promise.reject(error)
    assert.deepEqual(await lookAt('credentials', look), { what: 'credentials', state, detail })
  })
}

test('a mistake of ours is no finding', async () => {
  const mistake = new TypeError('x is not a function')
  await assert.rejects(
    lookAt('moto', () => Promise.reject(mistake)),
    mistake,
  )
})
