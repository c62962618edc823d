import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { startCollector, type TestCollector } from '../../test/harness/test-collector.ts'
import { createMovableClock } from '../base/clock.ts'
import { createLog } from '../base/log.ts'
import { NoAnswer } from '../base/outgoing/outgoing.ts'
import { Problem } from '../base/problem.ts'
import { systemRandom } from '../base/random.ts'
import type { SpanMeter } from '../base/tracing/span-meter.ts'
import { readConfig } from '../config/config.ts'
import { openTracing } from './open-tracing.ts'

const always = { 'tonegate.region': 'nam', 'tonegate.node': '054847ab-6049-4919-86f6-a6adfc881ed4' } as const

async function start(
  t: TestContext,
  environment: Readonly<Record<string, string>> = {},
  collector?: TestCollector,
  spanMeter?: SpanMeter,
) {
  const collects = collector ?? (await startCollector(t))
  const { tracing: settings } = readConfig({ ...collects.environment, ...environment })
  assert.ok(settings)
  const clock = createMovableClock(1_700_000_000_000)
  const parts = { clock, random: systemRandom, log: createLog('silent'), version: '1.2.3', spanMeter }
  const { tracer, close } = openTracing(settings, parts)
  return { tracer: tracer(always), clock, close, collector: collects }
}

test('spans come to the collector as they were: names, times, kinds, parents, links and attributes', async (t) => {
  const { tracer, clock, close, collector } = await start(t, {
    OTEL_SERVICE_NAME: 'payments',
    OTEL_RESOURCE_ATTRIBUTES: 'host.name=pay1,deployment.environment.name=production%2C%20really',
  })
  const request = tracer.begin('POST /pay/:guid', { kind: 'server' })
  await clock.advance(20)
  const other = tracer.begin('send webhook', { kind: 'client', link: request })
  const charge = request.begin('charge', { attributes: { 'tonegate.account_id': 7 } })
  await clock.advance(5)
  charge.set({ 'tonegate.answer': 'approved' })
  charge.end()
  request.end()
  other.end()
  charge.end()
  charge.set({ 'tonegate.answer': 'declined' })
  await close()

  const [first, second, third, ...more] = collector.spans()
  assert.deepEqual(more, [], 'what is ended twice is ended once')
  assert.deepEqual(first?.attributes, { 'tonegate.account_id': 7, 'tonegate.answer': 'approved' })
  assert.deepEqual(
    [first?.traceId, first?.spanId, first?.parentSpanId],
    [request.traceId, charge.spanId, request.spanId],
  )
  assert.deepEqual(
    [first?.startTimeUnixNano, first?.endTimeUnixNano],
    ['1700000000020000000', '1700000000025000000'],
  )
  assert.deepEqual([first?.kind, second?.kind, third?.kind], [1, 2, 3])
  assert.deepEqual(
    [second?.name, second?.parentSpanId, second?.attributes],
    ['POST /pay/:guid', undefined, always],
  )
  assert.deepEqual(
    third?.links.map(({ spanId }) => spanId),
    [request.spanId],
  )
  assert.notEqual(third?.traceId, second?.traceId)
  assert.deepEqual(third?.resource, {
    'host.name': 'pay1',
    'deployment.environment.name': 'production, really',
    'service.name': 'payments',
    'service.version': '1.2.3',
  })
})

test('an error is told by its code or class, never by its message', async (t) => {
  const { tracer, close, collector } = await start(t)
  const secret = '4111111111111111'
  const odd = Object.assign(new Error(secret), { name: `Error ${secret}` })
  for (const error of [
    new Problem('quota-exceeded', secret),
    new NoAnswer('timeout', true, secret),
    new TypeError(secret),
    odd,
    secret,
    undefined,
    { message: secret },
  ]) {
    const span = tracer.begin('charge')
    span.failed(error)
    span.end()
  }
  await close()
  assert.deepEqual(
    collector.spans().map(({ status, attributes }) => [status, attributes['error.type']]),
    ['quota-exceeded', 'timeout', 'TypeError', undefined, undefined, 'Error', 'Error'].map((type) => [
      { code: 2 },
      type,
    ]),
  )
  assert.ok(!Buffer.concat([...collector.bodies()]).includes(secret))
})

const remote = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7' }

for (const { sampler, share, alone, taken, left } of [
  { sampler: '', share: '', alone: true, taken: true, left: false },
  { sampler: 'parentbased_traceidratio', share: '0', alone: false, taken: true, left: false },
  { sampler: 'parentbased_always_on', share: '', alone: true, taken: true, left: false },
  { sampler: 'parentbased_always_off', share: '', alone: false, taken: true, left: false },
  { sampler: 'traceidratio', share: '1', alone: true, taken: true, left: true },
  { sampler: 'traceidratio', share: '0', alone: false, taken: false, left: false },
  { sampler: 'always_on', share: '', alone: true, taken: true, left: true },
  { sampler: 'always_off', share: '', alone: false, taken: false, left: false },
]) {
  test(`which traces are recorded by ${sampler || 'default'} ${share}`, async (t) => {
    const { tracer, close, collector } = await start(t, {
      OTEL_TRACES_SAMPLER: sampler,
      OTEL_TRACES_SAMPLER_ARG: share,
    })
    const spans = [
      tracer.begin('charge'),
      tracer.begin('charge', {}, { ...remote, sampled: true }),
      tracer.begin('charge', {}, { ...remote, sampled: false }),
    ]
    assert.deepEqual(
      spans.map(({ sampled }) => sampled),
      [alone, taken, left],
    )
    for (const span of spans) {
      const child = span.begin('write rows')
      assert.equal(child.sampled, span.sampled)
      assert.equal(child.traceId, span.traceId)
      child.end()
      span.end()
    }
    await close()
    assert.equal(collector.spans().length, 2 * [alone, taken, left].filter(Boolean).length)
  })
}

test('about the share of traces is recorded that is asked for', async (t) => {
  const { tracer, close } = await start(t, {
    OTEL_TRACES_SAMPLER_ARG: '0.25',
    TONEGATE_TRACES_PER_SECOND: '2000',
  })
  const recorded = Array.from({ length: 2_000 }, () => tracer.begin('charge')).filter(
    ({ sampled }) => sampled,
  )
  assert.ok(recorded.length > 400 && recorded.length < 600, `${recorded.length}`)
  await close()
})

test('no more traces begin in a second than are allowed, and what belongs to others is recorded all the same', async (t) => {
  const leftOut: string[] = []
  const spanMeter = { sent() {}, dropped() {}, leftOut: () => leftOut.push('a trace') }
  const { tracer, clock, close } = await start(t, { TONEGATE_TRACES_PER_SECOND: '10' }, undefined, spanMeter)
  const begin = (count: number) =>
    Array.from({ length: count }, () => tracer.begin('charge')).filter(({ sampled }) => sampled).length
  assert.deepEqual([begin(25), leftOut.length], [10, 15])
  assert.ok(tracer.begin('charge', {}, { ...remote, sampled: true }).sampled)
  await clock.advance(300)
  assert.equal(begin(25), 3)
  await clock.advance(60_000)
  assert.equal(begin(25), 10, 'what was not used in a minute is not kept')
  await close()
})

test('what is sent is protobuf unless JSON is asked for, with the headers that are set', async (t) => {
  const collector = await startCollector(t)
  const { tracer, close } = await start(
    t,
    { OTEL_EXPORTER_OTLP_PROTOCOL: '', OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%3Db' },
    collector,
  )
  const span = tracer.begin('charge')
  span.end()
  await close()
  const [headers] = collector.headers()
  assert.equal(headers?.['content-type'], 'application/x-protobuf')
  assert.equal(headers?.['api-key'], 'a=b')
  assert.equal(headers?.path, '/v1/traces')
  const [body = Buffer.alloc(0)] = collector.bodies()
  for (const part of ['charge', 'tonegate.region', 'nam']) assert.ok(body.includes(part))
  assert.ok(body.includes(Buffer.from(span.traceId, 'hex')))
})
