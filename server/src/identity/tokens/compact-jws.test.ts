import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isCompactJws } from './compact-jws.ts'

test('three parts of base64url are a compact JWS, each in the one spelling that its bytes have', () => {
  assert.equal(isCompactJws('AAAA.AAA.AA'), true)
  for (const text of [
    ...['', 'AAAA', 'AAAA.AAAA', 'AAAA.AAAA.AAAA.AAAA', 'AAAA.AAAA.AAAA.', '.AAAA.AAAA', 'AAAA..AAAA'],
    ...[
      'AAAA.AAAA.A',
      'AAAA.AAAA.AB',
      'AAAA.AAAA.AA==',
      'AAAA.AAAA.A+A/',
      ' AAAA.AAAA.AAAA',
      'AAAA.AAAA.AAAA\n',
    ],
  ]) {
    assert.equal(isCompactJws(text), false, JSON.stringify(text))
  }
})
