import assert from 'node:assert/strict'
import { test } from 'node:test'
import { randomAlphanumeric, systemRandom } from './random.ts'

test('bytes are as many as were asked for, each time others, also over the end of a pool', () => {
  const seen = new Set<string>()
  for (let count = 0; count < 3000; count += 1) {
    const bytes = systemRandom(count % 2 ? 16 : 33)
    assert.equal(bytes.length, count % 2 ? 16 : 33)
    seen.add(bytes.toString('hex', 0, 16))
  }
  assert.equal(seen.size, 3000)
  assert.equal(systemRandom(10_000).length, 10_000)
})

test('bytes that were handed out do not change afterwards', () => {
  const first = systemRandom(16)
  const copy = Buffer.from(first)
  for (let count = 0; count < 1000; count += 1) systemRandom(64).fill(0)
  assert.deepEqual(first, copy)
})

test('a text has the length and the alphabet that was asked for, without a letter that is likelier', () => {
  const text = randomAlphanumeric(systemRandom, 62_000)
  assert.match(text, /^[A-Za-z0-9]{62000}$/)
  const counts = new Map<string, number>()
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1)
  assert.equal(counts.size, 62)
  for (const [letter, count] of counts) assert.ok(count > 750 && count < 1250, `${letter}: ${count}`)
})
