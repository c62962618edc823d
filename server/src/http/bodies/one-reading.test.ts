import assert from 'node:assert/strict'
import { test } from 'node:test'
import { textIn, truthIn, wholeNumberIn } from './one-reading.ts'

test('a whole number that was written as a text is one', () => {
  const read = ['2', ' 2 ', '0', '2.0', '007', '', '  ', 2, null, undefined].map(wholeNumberIn)
  assert.deepEqual(read, [2, 2, 0, 2, 7, null, null, 2, null, undefined])
})

test('what is no whole number stays what it is', () => {
  for (const value of ['two', '1.5', '-1', '1e3', '2,0', '0x2', '9'.repeat(17), true, [2], {}]) {
    assert.equal(wholeNumberIn(value), value)
  }
})

test('true and false are read in any case', () => {
  assert.deepEqual(['true', 'TRUE', ' True ', true].map(truthIn), [true, true, true, true])
  assert.deepEqual(['false', 'False', false].map(truthIn), [false, false, false])
  assert.deepEqual(['', null, undefined].map(truthIn), [null, null, undefined])
})

test('what says neither true nor false stays what it is', () => {
  for (const value of ['maybe', 'yes', '1', 1, 0, Number.NaN, [], {}]) assert.equal(truthIn(value), value)
})

test('a number is a text by its digits, where JSON has kept them all', () => {
  assert.deepEqual([1001, 0, 'agent7', null, undefined].map(textIn), ['1001', '0', 'agent7', null, undefined])
  for (const value of [2 ** 53, 1.5, true, [], {}]) assert.equal(textIn(value), value)
})
