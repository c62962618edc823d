import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readNodeSettings } from './node-settings.ts'

const key = Buffer.alloc(32, 9)

test('how nodes reach one another is found out unless it is set', () => {
  assert.deepEqual(readNodeSettings({ key: '', url: '' }), { read: { key: null, url: null }, faults: [] })
  const { read, faults } = readNodeSettings({ key: key.toString('base64'), url: 'https://10.0.0.5:8444' })
  assert.deepEqual(faults, [])
  assert.deepEqual([read.key, read.url?.origin], [key, 'https://10.0.0.5:8444'])
})

test('a key that is none, and an address that none can be reached at, are told', () => {
  for (const text of ['short', 'A'.repeat(42), 'nö'])
    assert.match(readNodeSettings({ key: text, url: '' }).faults.join(), /TONEGATE_NODE_KEY is not 32 bytes/)
  for (const url of [
    ...['10.0.0.5:8444', 'http://10.0.0.5:8444', 'https://10.0.0.5:8444/path', 'https://10.0.0.5:8444?query'],
    ...['https://0.0.0.0:8444', 'https://[::]:8444', 'https://10.0.0.5:0'],
  ])
    assert.match(readNodeSettings({ key: '', url }).faults.join(), /TONEGATE_NODE_URL is '.*'; it must be/)
})
