import assert from 'node:assert/strict'
import { test } from 'node:test'
import { queryOf, readSentParameters } from './sent-parameters.ts'

test('the query is all that comes after the first question mark', () => {
  for (const [url, query] of [
    ['/auth', ''],
    ['/auth?', ''],
    ['/auth?a=b', 'a=b'],
    ['/auth?a=b?c', 'a=b?c'],
    ['?a=b', 'a=b'],
    ['', ''],
  ] as const)
    assert.equal(queryOf(url).toString(), query)
})

test('what came twice or without a value is not taken (RFC-9)', () => {
  const { parameters, doubled } = readSentParameters(Buffer.from('a=1&b=2&a=1&c=&d=&d=3'))
  assert.deepEqual([...parameters], [['b', '2']])
  assert.deepEqual([...doubled], ['a', 'd'])
})
