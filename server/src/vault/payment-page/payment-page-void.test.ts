import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenSession } from '../model/vault-sessions.ts'
import { createVoidSubmissions } from './payment-page-void.ts'

test('a form that was taken back is known for its session alone, a hundred of them, and of more the newest', () => {
  const taken = createVoidSubmissions()
  const [one, other] = [{}, {}] as [OpenSession, OpenSession]
  for (let each = 0; each < 100; each += 1) taken.add(one, `form ${each}`)
  assert.ok(taken.has(one, 'form 0'))
  assert.ok(!taken.has(other, 'form 0'))
  assert.ok(!taken.has(one, null))
  taken.add(one, 'form 100')
  assert.deepEqual(
    ['form 0', 'form 1', 'form 100'].map((form) => taken.has(one, form)),
    [false, true, true],
  )
})
