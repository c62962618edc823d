import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createStreamRoom } from './stream-room.ts'

const ofAccount = 'This account is followed by 1000 streams already. Close one first.'

test('an account has a thousand streams at most, whatever their sessions; one that is closed makes room', () => {
  const { take } = createStreamRoom()
  const taken = Array.from({ length: 1000 }, (_, index) => take({ session: `${index % 200}`, account: '7' }))
  const another = () => take({ session: 'another', account: '7' })
  assert.throws(another, { code: 'quota-exceeded', message: ofAccount })
  take({ session: 'another', account: '8' })
  taken[500]?.()
  another()
  assert.throws(another, { message: ofAccount })
})
