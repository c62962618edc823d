import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addressesAt, allAddresses, originAt } from '../base/region.ts'
import { regionValue } from './regions.ts'

const place = { domain: null, defaultRegion: 'nam', host: '127.0.0.1' } as const
const nam = regionValue('nam', place, 8080)
const emea = regionValue('emea', place, 8080)
const issuerAt = (region: typeof nam, host: string | undefined) => addressesAt(region, host).issuer

test('the default region answers in the terms of each of the machine’s names', () => {
  for (const [host, origin] of [
    ['localhost:8080', 'http://localhost:8080'],
    ['LOCALHOST:8080', 'http://localhost:8080'],
    ['127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['[::1]:8080', 'http://[::1]:8080'],
    ['[0:0:0:0:0:0:0:1]:8080', 'http://[::1]:8080'],
    ['nam.localhost:8080', 'http://nam.localhost:8080'],
  ] as const) {
    assert.equal(issuerAt(nam, host), `${origin}/auth`, host)
    assert.equal(originAt(nam, host, nam.issuer), origin)
  }
  assert.equal(addressesAt(nam, 'localhost:8080').apiUrl, 'http://localhost:8080/globalpci')
  for (const host of ['nam.localhost:8080', 'nam.api.localhost:8080']) {
    assert.equal(addressesAt(nam, host).apiUrl, 'http://nam.api.localhost:8080/globalpci')
    assert.equal(addressesAt(nam, host).issuer, 'http://nam.localhost:8080/auth')
  }
})

test('no other host is taken for a name', () => {
  for (const host of [
    ...[undefined, '', 'evil.example', 'evil.example:8080', 'localhost.evil.example:8080', 'localhost'],
    ...[
      'localhost:8081',
      '127.0.0.1',
      '127.0.0.1:8080@evil.example',
      'localhost:8080/x',
      'a:b:c',
      '__proto__',
    ],
    ...[
      'nam.localhost',
      'emea.localhost:8080',
      'nam.evil.example:8080',
      '[::1]',
      '[::2]:8080',
      'localhost:08080x',
    ],
  ]) {
    assert.equal(addressesAt(nam, host), nam, String(host))
    assert.equal(originAt(nam, host, nam.issuer), 'http://127.0.0.1:8080', String(host))
  }
})

test('another region has its own name, and none of the machine’s', () => {
  assert.equal(issuerAt(emea, 'emea.localhost:8080'), 'http://emea.localhost:8080/auth')
  assert.equal(issuerAt(emea, 'localhost:8080'), 'http://emea.localhost:8080/auth')
  assert.equal(originAt(emea, 'emea.localhost:8080', emea.apiUrl), 'http://emea.localhost:8080')
  assert.equal(originAt(emea, undefined, emea.apiUrl), 'http://emea.api.localhost:8080')
})

test('with a domain a region has one name, whatever the host', () => {
  const region = regionValue('nam', { ...place, domain: 'example.com' }, 8080)
  assert.deepEqual([...allAddresses(region)], [region])
  for (const host of ['localhost:8080', 'nam.localhost:8080', 'evil.example', 'nam.example.com']) {
    assert.equal(issuerAt(region, host), 'https://nam.example.com/auth')
    assert.equal(originAt(region, host, region.issuer), 'https://nam.example.com')
  }
})

test('what is told at the start answers: the address that is listened at, in brackets where it has to be', () => {
  for (const [host, origin] of [
    ['::1', 'http://[::1]:8080'],
    ['0:0:0:0:0:0:0:1', 'http://[::1]:8080'],
    ['::', 'http://127.0.0.1:8080'],
    ['0.0.0.0', 'http://127.0.0.1:8080'],
    ['0', 'http://127.0.0.1:8080'],
    ['localhost', 'http://localhost:8080'],
    ['127.0.0.2', 'http://127.0.0.2:8080'],
    ['192.0.2.7', 'http://192.0.2.7:8080'],
    ['fe80::1%eth0', 'http://[fe80::1]:8080'],
  ] as const) {
    const region = regionValue('nam', { ...place, host }, 8080)
    assert.equal(region.paymentOrigin, origin, host)
    assert.equal(region.issuer, `${origin}/auth`)
    assert.equal(issuerAt(region, 'localhost:8080'), 'http://localhost:8080/auth')
  }
})

test('the port that http has anyway is not told', () => {
  const region = regionValue('nam', place, 80)
  assert.equal(region.issuer, 'http://127.0.0.1/auth')
  assert.equal(issuerAt(region, 'localhost'), 'http://localhost/auth')
  assert.equal(issuerAt(region, 'localhost:80'), 'http://localhost/auth')
})
