import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keys } from './telephone.ts'
import { frequenciesOf } from './tones.ts'

test('each key has its own pair of frequencies', () => {
  assert.deepEqual(frequenciesOf('1'), [697, 1209])
  assert.deepEqual(frequenciesOf('0'), [941, 1336])
  assert.deepEqual(frequenciesOf('#'), [941, 1477])
  assert.equal(new Set(keys.map((key) => frequenciesOf(key).join())).size, 12)
})
