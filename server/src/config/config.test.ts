import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
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
  assert.equal(config.keyRotationDays, 90)
  assert.equal(config.tokenRequestsPerSecond, null)
})

const production = {
  TONEGATE_MODE: 'production',
  TONEGATE_DOMAIN: 'pay.example.com',
  TONEGATE_DATA: tmpdir(),
  TONEGATE_PROXY: 'trusted',
  TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
}

test('production limits each client and serves its default region', () => {
  const config = readConfig({ ...production, TONEGATE_DEFAULT_REGION: 'EMEA' })
  assert.deepEqual(config.regions, ['emea'])
  assert.equal(config.tokenRequestsPerSecond, 50)
  assert.equal(config.apiRequestsPerSecond, 200)
  assert.equal(config.life.drainSeconds, 5)
})

test('the sandbox has no limits of requests but those that are set', () => {
  const config = readConfig({ TONEGATE_API_RATE: '3', TONEGATE_TOKEN_RATE: ' ' })
  assert.equal(config.apiRequestsPerSecond, 3)
  assert.equal(config.tokenRequestsPerSecond, null)
  assert.equal(readConfig({ TONEGATE_TOKEN_RATE: '2' }).tokenRequestsPerSecond, 2)
  for (const name of ['TONEGATE_API_RATE', 'TONEGATE_TOKEN_RATE']) {
    assert.throws(() => readConfig({ [name]: '0' }), new RegExp(`${name} is '0'`))
  }
})

const key = (bytes: Iterable<number> | string) => Buffer.from(bytes as string).toString('base64')
/** A key of so many different bytes, in no order. */
const keyOfBytes = (count: number) =>
  key(Array.from({ length: 32 }, (_, at) => ((at * 7 + (at >> 2)) % count) * 11))

for (const [what, variable, values] of [
  ['a missing domain', 'TONEGATE_DOMAIN', [undefined, '']],
  [
    'a domain that nobody else reaches (RFC-7)',
    'TONEGATE_DOMAIN',
    ['localhost', 'nam.localhost', '127.0.0.1', '192.0.2.7', '10.0.0x1', '0x7f.1', 'pay.LOCALHOST'],
  ],
  ['a missing data folder', 'TONEGATE_DATA', [undefined, '']],
  ['a data folder that depends on where it is started', 'TONEGATE_DATA', ['./data', 'data', '../tonegate']],
  ['no proxy to speak TLS (RFC-7, RFC-50)', 'TONEGATE_PROXY', [undefined, 'none']],
  ['a missing sealing key', 'TONEGATE_SEALING_KEY', [undefined, '', ' ']],
  [
    'a sealing key that can be guessed',
    'TONEGATE_SEALING_KEY',
    [
      key(new Uint8Array(32)),
      key(new Uint8Array(32).fill(7)),
      key(Array.from({ length: 32 }, (_, index) => index)),
      key(Array.from({ length: 32 }, (_, index) => (240 + 3 * index) % 256)),
      key(Array.from({ length: 32 }, (_, index) => (index * 37) % 8)),
      keyOfBytes(4),
      keyOfBytes(15),
      key('correct horse battery staple 1234'.slice(0, 32)),
      key('0123456789abcdef0123456789abcdef'),
    ],
  ],
  [
    'a sealing key of another length, or that is no base64',
    'TONEGATE_SEALING_KEY',
    [
      key(randomBytes(16)),
      key(randomBytes(31)),
      key(randomBytes(33)),
      randomBytes(32).toString('hex'),
      'a passphrase of forty-four characters, no less',
      'correct horse battery staple, so it is said.',
    ],
  ],
] as const) {
  test(`production is refused with ${what}`, () => {
    for (const value of values) {
      const given: string | undefined = value
      const faults = faultsOf({ ...production, [variable]: given })
      assert.equal(faults.length, 1, `${given}: ${faults.join()}`)
      const [fault = ''] = faults
      assert.ok(fault.startsWith(`  ${variable} is `), fault)
      if (variable === 'TONEGATE_SEALING_KEY') assert.ok(!given?.trim() || !fault.includes(given))
    }
  })
}

test('what production is refused with does for a sandbox', () => {
  const config = readConfig({ TONEGATE_DATA: 'data', TONEGATE_SEALING_KEY: key(new Uint8Array(32)) })
  assert.equal(config.sealingKeys?.[0].length, 32)
})

test('no random sealing key is taken for a guessable one', () => {
  for (let tries = 0; tries < 2000; tries += 1) {
    const sealingKey = randomBytes(32).toString('base64')
    assert.deepEqual(faultsOf({ ...production, TONEGATE_SEALING_KEY: sealingKey }), [])
  }
  assert.deepEqual(faultsOf({ ...production, TONEGATE_SEALING_KEY: keyOfBytes(16) }), [])
  const bare = randomBytes(32).toString('base64').replace('=', '')
  assert.equal(readConfig({ ...production, TONEGATE_SEALING_KEY: bare }).sealingKeys?.[0].length, 32)
})

test('production without anything is told of everything it lacks at once', () => {
  const faults = faultsOf({ TONEGATE_MODE: 'production' }).join('\n')
  for (const name of ['TONEGATE_DOMAIN', 'TONEGATE_DATA', 'TONEGATE_PROXY', 'TONEGATE_SEALING_KEY']) {
    assert.ok(faults.includes(`  ${name} is`), name)
  }
})

test('one fault is one line', () => {
  for (const [name, text, more = {}] of [
    ['TONEGATE_PROXY', 'maybe'],
    ['TONEGATE_REGIONS', 'mars'],
    ['TONEGATE_DEFAULT_REGION', 'mars', { TONEGATE_REGIONS: 'emea' }],
    ['TONEGATE_STOP_SECONDS', 'soon', { TONEGATE_DRAIN_SECONDS: '200' }],
    ['TONEGATE_DRAIN_SECONDS', 'soon', { TONEGATE_STOP_SECONDS: '3' }],
    ['PORT', 'http', { TONEGATE_OPS_LISTEN: '127.0.0.1:8080' }],
    ['TONEGATE_MODE', 'prod'],
    ['TONEGATE_STORE', 'mysql://db.example.com', { TONEGATE_DATA: undefined }],
    ['TONEGATE_SEALING_KEY', 'short'],
    ['TONEGATE_DOMAIN', 'a b'],
    ['TONEGATE_ROLE', 'none'],
    ['TONEGATE_OPS_LISTEN', '9464'],
  ] as const) {
    const faults = faultsOf({ ...production, ...more, [name]: text })
    assert.deepEqual(
      faults.map((fault) => fault.trim().split(' ', 1)[0]),
      [name],
      faults.join('\n'),
    )
  }
})

/** The lines that a start is refused with. */
function faultsOf(environment: Readonly<Record<string, string | undefined>>): readonly string[] {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message.split('\n').slice(1)
  }
}

test('every fault is named at once', () => {
  const wrong = {
    TONEGATE_MODE: 'production',
    PORT: '80a',
    TONEGATE_REGIONS: 'nam,moon',
    TONEGATE_TOKEN_LIFETIME: '0',
    TONEGATE_SIGNING_ALGORITHM: 'none',
    TONEGATE_KEY_ROTATION_DAYS: '3651',
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
