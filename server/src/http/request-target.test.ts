import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hostFault, takeTarget } from './request-target.ts'

test('a request for a whole URL is one for its path at its host', () => {
  for (const [sent, host, url] of [
    ['http://nam.pay.example.com/pay/x?y', 'nam.pay.example.com', '/pay/x?y'],
    ['HTTPS://a:b@nam.example.com:8080', 'nam.example.com:8080', '/'],
    ['http://nam.example.com?y', 'nam.example.com', '/?y'],
    ['/pay/x', 'other.example.com', '/pay/x'],
    ['//nam.example.com/pay', 'other.example.com', '//nam.example.com/pay'],
    ['*', 'other.example.com', '*'],
  ]) {
    const request = { url: sent, headers: { host: 'other.example.com' } }
    takeTarget(request)
    assert.deepEqual(request, { url, headers: { host } })
  }
})

test('a request names its host once, and need not by HTTP/1.0', () => {
  const none = 'there is no Host header'
  const several = 'there is more than one Host header'
  for (const [httpVersion, rawHeaders, fault] of [
    ['1.1', ['Host', 'a'], undefined],
    ['1.1', ['accept', 'host'], none],
    ['1.0', [], undefined],
    ['1.1', ['Host', 'a', 'hOST', 'a'], several],
    ['1.0', ['host', 'a', 'accept', '*/*', 'host', 'b'], several],
  ] as const) {
    assert.equal(hostFault({ httpVersion, rawHeaders: [...rawHeaders] }), fault)
  }
})
