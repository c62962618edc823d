import assert from 'node:assert/strict'
import { test } from 'node:test'
import { systemRandom } from './random.ts'
import { createSealer } from './seal.ts'

const [former, current, foreign] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer, Buffer]
const clear = Buffer.from('what is secret')

test('what a former key sealed opens, and is sealed by the first from then on', () => {
  const before = createSealer(former, systemRandom)
  const rotating = createSealer(current, systemRandom, [former])
  const after = createSealer(current, systemRandom)
  const old = before.seal('purpose', clear)
  assert.deepEqual(rotating.open('purpose', old), clear)
  const anew = rotating.reseal('purpose', old)
  assert.ok(anew)
  assert.deepEqual(after.open('purpose', anew), clear)
  assert.throws(() => before.open('purpose', anew), { name: 'NotSealedHere' })
  assert.equal(rotating.reseal('purpose', anew), undefined)
  assert.throws(() => after.open('purpose', old), { name: 'NotSealedHere' })
})

test('nothing that no key has sealed, for this purpose and as it is, opens or is sealed anew', () => {
  const sealer = createSealer(current, systemRandom, [former])
  const sealed = createSealer(former, systemRandom).seal('purpose', clear)
  const changed = Buffer.from(sealed)
  changed[20] = (changed[20] ?? 0) ^ 1
  for (const [purpose, value] of [
    ['another purpose', sealed],
    ['purpose', changed],
    ['purpose', createSealer(foreign, systemRandom).seal('purpose', clear)],
  ] as const) {
    assert.throws(() => sealer.open(purpose, value), { name: 'NotSealedHere' })
    assert.throws(() => sealer.reseal(purpose, value), { name: 'NotSealedHere' })
  }
  assert.throws(() => sealer.open('purpose', sealed.subarray(0, 28)))
})

test('what follows from a key follows from the first, and is known of every former one', () => {
  const of = (key: Buffer) => createSealer(key, systemRandom).derive('label')
  const sealer = createSealer(current, systemRandom, [former, foreign])
  assert.deepEqual(sealer.derive('label'), of(current))
  assert.deepEqual(sealer.derivations('label'), [of(current), of(former), of(foreign)])
  assert.notDeepEqual(sealer.derive('other label'), of(current))
})

test('a key of another length is refused, and so is a former one', () => {
  assert.throws(() => createSealer(Buffer.alloc(31), systemRandom), /must have 32 bytes, but this one has 31/)
  assert.throws(() => createSealer(current, systemRandom, [Buffer.alloc(33)]), /this one has 33/)
})
