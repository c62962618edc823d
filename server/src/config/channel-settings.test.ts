import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from './config.ts'

const apiProcess = {
  TONEGATE_ROLE: 'vault',
  TONEGATE_CHANNEL_KEY: Buffer.alloc(32, 'a').toString('base64'),
  TONEGATE_CHANNEL_LISTEN: '127.0.0.1:8443',
  TONEGATE_CHANNEL_PEER: 'https://10.0.0.6:8443',
}

test('a process listens for the other, and knows where it is', () => {
  const { role, channel } = readConfig(apiProcess)
  assert.equal(role, 'vault')
  assert.deepEqual(
    [channel?.host, channel?.port, channel?.peer.href],
    ['127.0.0.1', 8443, 'https://10.0.0.6:8443/'],
  )
  const { channel: six } = readConfig({ ...apiProcess, TONEGATE_CHANNEL_LISTEN: '[::1]:1' })
  assert.equal(six?.host, '::1')
})

test('a process is both unless it is told otherwise', () => {
  assert.deepEqual([readConfig({}).role, readConfig({}).channel], ['both', null])
  assert.equal(readConfig({ ...apiProcess, TONEGATE_ROLE: 'both' }).channel, null)
})

for (const [name, value, text] of [
  ['TONEGATE_ROLE', 'card', /TONEGATE_ROLE is 'card'; allowed values: both, api, vault/],
  ['TONEGATE_CHANNEL_KEY', '', /TONEGATE_CHANNEL_KEY is missing/],
  ['TONEGATE_CHANNEL_KEY', 'secret', /TONEGATE_CHANNEL_KEY is not 32 bytes in base64/],
  [
    'TONEGATE_CHANNEL_LISTEN',
    '8443',
    /TONEGATE_CHANNEL_LISTEN is '8443'; it must be the address where this process listens/,
  ],
  ['TONEGATE_CHANNEL_LISTEN', '127.0.0.1:99999', /TONEGATE_CHANNEL_LISTEN/],
  ['TONEGATE_CHANNEL_PEER', 'http://10.0.0.6:8443', /TONEGATE_CHANNEL_PEER is 'http/],
  [
    'TONEGATE_CHANNEL_PEER',
    '',
    /TONEGATE_CHANNEL_PEER is missing; it must be the address where the other process listens/,
  ],
] as const) {
  test(`a process is not started with ${name}='${value}'`, () => {
    assert.throws(
      () => readConfig({ ...apiProcess, [name]: value }),
      (error) => error instanceof ConfigError && text.test(error.message),
    )
  })
}
