import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createAskOtherHalf } from './ask-other-half.ts'

const asking = (status: number, body: string | Buffer) =>
  createAskOtherHalf({
    send: async () => ({ status, headers: {}, body: Buffer.from(body) }),
    peer: new URL('https://vault.example.com/nam'),
  })('/api/v1/live-call', {})

test('an answer is read with a byte order mark and without, and none is nothing', async () => {
  for (const body of ['{"call":null}', '\ufeff{"call":null}'])
    assert.deepEqual(await asking(200, body), { call: null })
  assert.deepEqual(await asking(200, ''), {})
})

test('what is no JSON in UTF-8 is no answer', async () => {
  for (const body of ['<html>', '{"call":', '"text"', 'null', Buffer.from('{"name":"é"}', 'latin1')]) {
    for (const status of [200, 502]) {
      await assert.rejects(asking(status, body), { code: 'provider-unavailable' }, String(body))
    }
  }
})
