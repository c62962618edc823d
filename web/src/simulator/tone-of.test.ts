import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toneOf } from './tone-of.ts'

test('a key presses its key of the telephone, on keyboards of other scripts too', () => {
  for (const [key, tone] of [
    ['4', '4'],
    ['٤', '4'],
    ['۰', '0'],
    ['９', '9'],
    ['＃', '#'],
    ['＊', '*'],
    ['*', '*'],
  ] as const) {
    assert.equal(toneOf(key), tone)
  }
  for (const key of ['a', 'Enter', 'Process', 'F1', '四', '']) assert.equal(toneOf(key), undefined)
})
