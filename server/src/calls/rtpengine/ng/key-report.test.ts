import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readKeyReport } from './key-report.ts'

const told = {
  callid: 'one@example',
  source_tag: 'caller',
  tags: ['agent', 'caller'],
  type: 'DTMF',
  timestamp: 1_795_892_098,
  source_ip: '127.0.0.1',
  event: 4,
  duration: 100,
  volume: 10,
}

test('a key has its call, whose it is, which it is and how long it was down', () => {
  assert.deepEqual(readKeyReport(told), { callId: 'one@example', tag: 'caller', tone: '4', duration: 100 })
})

test('events 0 to 9 are digits, 10 is the star and 11 the hash', () => {
  const tones = Array.from({ length: 12 }, (_, event) => readKeyReport({ ...told, event })?.tone)
  assert.equal(tones.join(''), '0123456789*#')
})

for (const event of [12, 15, 16, 255, -1, 1.5, Number.NaN, '4', null, undefined, [4]]) {
  test(`event ${JSON.stringify(event)} is no key`, () => {
    assert.equal(readKeyReport({ ...told, event }), undefined)
  })
}

for (const malformed of [
  undefined,
  null,
  4,
  'DTMF',
  [],
  {},
  { ...told, type: 'MOS' },
  { ...told, type: undefined },
  { ...told, callid: 4 },
  { ...told, callid: undefined },
  { ...told, source_tag: ['caller'] },
  { ...told, source_tag: undefined },
  { ...told, duration: undefined },
  { ...told, duration: '100' },
  { ...told, duration: -1 },
  { ...told, duration: Number.NaN },
]) {
  test(`${JSON.stringify(malformed)} is no report`, () => assert.equal(readKeyReport(malformed), undefined))
}

test('the engine’s own time may be anything', () => {
  for (const timestamp of [0, -1, 'yesterday', undefined]) {
    assert.equal(readKeyReport({ ...told, timestamp })?.tone, '4')
  }
})
