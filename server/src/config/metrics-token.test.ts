import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from './config.ts'

test('a token for the metrics is long and fits a header; a fault does not repeat it', () => {
  const read = (token: string) => readConfig({ TONEGATE_METRICS_TOKEN: token }).metricsToken
  assert.equal(read(''), null)
  assert.equal(read('a-token-of-16-ch'), 'a-token-of-16-ch')
  for (const token of [
    'a-token-of-15-c',
    'with spaces within it',
    'a-line\nand-another-one',
    'schlüssel-für-alle',
  ]) {
    assert.throws(
      () => read(token),
      (error) => {
        assert.ok(error instanceof ConfigError)
        assert.match(error.message, /TONEGATE_METRICS_TOKEN must have at least 16 characters/)
        assert.ok(!error.message.includes(token))
        return true
      },
    )
  }
})
