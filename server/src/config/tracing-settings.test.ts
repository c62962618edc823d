import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ConfigError, readConfig } from './config.ts'

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector.example.com:4318' }

test('nothing is traced without a collector, whatever else is set', () => {
  const others = { OTEL_SERVICE_NAME: 'payments', OTEL_TRACES_SAMPLER: 'nonsense' }
  assert.equal(readConfig(others).tracing, null)
})

test('a collector is all that is needed', () => {
  assert.deepEqual(readConfig(endpoint).tracing, {
    url: new URL('http://collector.example.com:4318/v1/traces'),
    encoding: 'http/protobuf',
    headers: {},
    serviceName: 'tonegate',
    resource: {},
    sampler: 'parentbased_traceidratio',
    share: 1,
    mostPerSecond: 200,
  })
})

test('the settings have the names that OpenTelemetry gives them', () => {
  const { tracing } = readConfig({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'https://otlp.example.com/intake/',
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_EXPORTER_OTLP_HEADERS: 'Api-Key=se%3Dcret, x-tenant = 7',
    OTEL_SERVICE_NAME: 'payments',
    OTEL_RESOURCE_ATTRIBUTES: 'host.name=pay1,team=a%2Cb',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.05',
    TONEGATE_TRACES_PER_SECOND: '20',
  })
  assert.deepEqual(tracing, {
    url: new URL('https://otlp.example.com/intake/v1/traces'),
    encoding: 'http/json',
    headers: { 'api-key': 'se=cret', 'x-tenant': '7' },
    serviceName: 'payments',
    resource: { 'host.name': 'pay1', team: 'a,b' },
    sampler: 'traceidratio',
    share: 0.05,
    mostPerSecond: 20,
  })
})

test('everything that is wrong is said at once, and no value of a header or address', () => {
  const secret = 'hunter2'
  assert.throws(
    () =>
      readConfig({
        PORT: 'x',
        OTEL_EXPORTER_OTLP_ENDPOINT: `http://user:${secret}@collector.example.com`,
        OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
        OTEL_EXPORTER_OTLP_HEADERS: `api-key ${secret}`,
        OTEL_RESOURCE_ATTRIBUTES: 'host.name',
        OTEL_TRACES_SAMPLER: 'sometimes',
        OTEL_TRACES_SAMPLER_ARG: '2',
      }),
    (error) => {
      assert.ok(error instanceof ConfigError)
      const faults = error.message.split('\n').slice(1)
      const named = faults.map((fault) => /^ {2}([A-Z_]+)/.exec(fault)?.[1])
      assert.deepEqual(named.sort(), [
        'OTEL_EXPORTER_OTLP_ENDPOINT',
        'OTEL_EXPORTER_OTLP_HEADERS',
        'OTEL_EXPORTER_OTLP_PROTOCOL',
        'OTEL_RESOURCE_ATTRIBUTES',
        'OTEL_TRACES_SAMPLER',
        'OTEL_TRACES_SAMPLER_ARG',
        'PORT',
      ])
      assert.ok(!error.message.includes(secret))
      return true
    },
  )
})

for (const address of [
  'collector:4318',
  '127.0.0.1:4318',
  'grpc://collector',
  'http://c/?key=1',
  'http://c/#x',
  'x',
]) {
  test(`${address} is no address of a collector`, () => {
    assert.throws(
      () => readConfig({ OTEL_EXPORTER_OTLP_ENDPOINT: address }),
      /OTEL_EXPORTER_OTLP_ENDPOINT is not valid/,
    )
  })
}

for (const headers of ['a=1,', '=1', 'a', 'a=%', 'a b=1', 'a=1%0d%0ab: 2', 'a=ü']) {
  test(`${headers} are no headers`, () => {
    const taken = () => readConfig({ ...endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers })
    assert.throws(taken, /OTEL_EXPORTER_OTLP_HEADERS is not valid/)
  })
}

for (const share of ['-0.1', '1.5', '0,5', '.5', '50%', '1e-3', 'NaN']) {
  test(`${share} is no share of traces`, () => {
    assert.throws(
      () => readConfig({ ...endpoint, OTEL_TRACES_SAMPLER_ARG: share }),
      /OTEL_TRACES_SAMPLER_ARG is '.*'; it must be a number from 0 to 1/,
    )
  })
}
