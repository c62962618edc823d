import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeMuLaw, encodeMuLaw, frequenciesOf, levelOf, tonesIn } from './test-goertzel.ts'

const wave = (milliseconds: number, frequencies: readonly number[], amplitude = 7_000) =>
  Array.from({ length: milliseconds * 8 }, (_, n) =>
    frequencies.reduce((sum, each) => sum + amplitude * Math.sin((2 * Math.PI * each * n) / 8_000), 0),
  )

test('each key is found in its tone, also through µ-law, and none in talk or silence', () => {
  const talk = wave(100, [350], 6_000)
  const audio = [...'0123456789*#'].flatMap((key) => [
    ...talk,
    ...wave(80, frequenciesOf(key)),
    ...wave(60, []),
  ])
  assert.equal(tonesIn(audio), '0123456789*#')
  assert.equal(tonesIn(audio.map((sample) => decodeMuLaw(encodeMuLaw(sample)))), '0123456789*#')
  assert.equal(tonesIn([...talk, ...wave(500, [440, 480]), ...wave(500, [])]), '')
})

test('µ-law takes each sample to one that is near, and each byte to itself', () => {
  for (let sample = -32_000; sample <= 32_000; sample += 371) {
    const near = decodeMuLaw(encodeMuLaw(sample))
    assert.ok(Math.abs(near - sample) <= Math.abs(sample) / 16 + 8, `${sample} became ${near}`)
  }
  for (let byte = 0; byte < 256; byte += 1) {
    if (byte !== 0x7f) assert.equal(encodeMuLaw(decodeMuLaw(byte)), byte)
  }
})

test('a frequency is as loud as it was made', () => {
  const audio = wave(1_000, [350], 6_000)
  assert.ok(Math.abs(levelOf(audio, 350) - 6_000) < 300)
  assert.ok(levelOf(audio, 1_000) < 600)
})
