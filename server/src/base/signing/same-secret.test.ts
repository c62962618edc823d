import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSameDigest, isSameSecret } from './same-secret.ts'

test('a secret is the same as itself, and as no other of whatever length', () => {
  assert.equal(isSameSecret('correct horse', 'correct horse'), true)
  for (const given of ['correct horsf', 'correct hors', 'correct horse ', '', 'ćorrect horse', undefined]) {
    assert.equal(isSameSecret(given, 'correct horse'), false, String(given))
  }
})

test('a digest is the same in bytes and as a text, and one of another length is not', () => {
  const digest = Buffer.from('00ff10', 'hex')
  assert.equal(isSameDigest(Buffer.from('00ff10', 'hex'), digest), true)
  assert.equal(isSameDigest(Uint8Array.from(digest), digest), true)
  assert.equal(isSameDigest('00ff10', '00ff10'), true)
  assert.equal(isSameDigest(Buffer.from('00ff11', 'hex'), digest), false)
  for (const other of ['00ff', '00ff1000', '']) {
    assert.equal(isSameDigest(Buffer.from(other, 'hex'), digest), false, other)
    assert.equal(isSameDigest(other, '00ff10'), false, other)
  }
  assert.equal(isSameDigest('zażółć', 'zazolc'), false, 'as many characters, of more bytes')
})
