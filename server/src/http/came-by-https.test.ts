import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cameByHttps } from './came-by-https.ts'

const came = (proto: string | undefined) =>
  cameByHttps({ headers: proto === undefined ? {} : { 'x-forwarded-proto': proto } })

test('a request came by https when the proxy next to us says so (RFC-7, RFC-50)', () => {
  assert.ok(came('https'))
  assert.ok(came('HTTPS '))
  assert.ok(came('http, https'))
})

test('what the sender put in front of it, or left out, does not count (RFC-50)', () => {
  for (const proto of [undefined, '', 'http', 'https, http', 'https,', 'httpss', 'ws']) {
    assert.equal(came(proto), false, String(proto))
  }
})
