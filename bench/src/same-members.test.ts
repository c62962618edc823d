import assert from 'node:assert/strict'
import { test } from 'node:test'
import { expectSameMembers } from './same-members.ts'

test('answers are comparable when they have the same members, in whatever order', () => {
  expectSameMembers({ access_token: 'a', scope: 'b' }, { scope: 'c', access_token: 'd' })
  assert.throws(() => expectSameMembers({ access_token: 'a', scope: 'b' }, { access_token: 'd' }), /scope/)
  assert.throws(() => expectSameMembers({ access_token: 'a' }, { access_token: 'd', scope: 'b' }), /scope/)
})
