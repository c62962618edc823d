import assert from 'node:assert/strict'
import { test } from 'node:test'
import { regionOfHost } from './region-of-host.ts'

const served = { regions: ['nam', 'emea'], defaultRegion: 'nam' } as const

for (const [host, region] of [
  ['emea.localhost:8080', 'emea'],
  ['EMEA.api.LOCALHOST:8080', 'emea'],
  ['nam.api.example.com', 'nam'],
  ['emea', 'emea'],
  ['127.0.0.1:8080', 'nam'],
  ['[::1]:8080', 'nam'],
  ['localhost', 'nam'],
  ['example.com', 'nam'],
  ['evil.emea.example.com', 'nam'],
  [undefined, 'nam'],
  ['', 'nam'],
  ['apac.localhost', undefined],
] as const) {
  test(`the host ${host} means ${region ?? 'a region that is not served here'}`, () => {
    assert.equal(regionOfHost(host, served), region)
  })
}
