import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from './config.ts'

test('without any variable it is a sandbox of three regions on 127.0.0.1:8080', () => {
  const config = readConfig({})
  assert.equal(config.mode, 'sandbox')
  assert.equal(config.host, '127.0.0.1')
  assert.equal(config.port, 8080)
  assert.deepEqual(config.regions, ['nam', 'emea', 'apac'])
  assert.equal(config.defaultRegion, 'nam')
  assert.equal(config.tokenLifetimeSeconds, 3600)
  assert.equal(config.tokenRequestsPerSecond, null)
})

test('production limits each client and serves its default region', () => {
  const config = readConfig({
    TONEGATE_MODE: 'production',
    TONEGATE_DOMAIN: 'pay.example.com',
    TONEGATE_DEFAULT_REGION: 'EMEA',
    TONEGATE_SEALING_KEY: Buffer.alloc(32, 7).toString('base64'),
  })
  assert.deepEqual(config.regions, ['emea'])
  assert.equal(config.tokenRequestsPerSecond, 50)
  assert.equal(config.apiRequestsPerSecond, 200)
})

test('every fault is named at once', () => {
  const wrong = {
    TONEGATE_MODE: 'production',
    PORT: '80a',
    TONEGATE_REGIONS: 'nam,moon',
    TONEGATE_TOKEN_LIFETIME: '0',
    TONEGATE_SIGNING_ALGORITHM: 'none',
    TONEGATE_SEALING_KEY: 'c2hvcnQ=',
  }
  assert.throws(
    () => readConfig(wrong),
    (error) =>
      error instanceof ConfigError &&
      [...Object.keys(wrong).slice(1), 'TONEGATE_DOMAIN'].every((name) => error.message.includes(name)),
  )
})

test('a sealing key that is wrong is not repeated in the error', () => {
  assert.throws(
    () => readConfig({ TONEGATE_SEALING_KEY: 'hunter2hunter2' }),
    (error) => error instanceof ConfigError && !error.message.includes('hunter2'),
  )
})
