import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as api from '@opentelemetry/api'
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  AlwaysOnSampler,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { fixed } from '../../base/tracing/attributes.ts'
import type { EndedSpan } from '../recorded-span.ts'
import { createEncodeJson } from './encode-json.ts'
import { createEncodeProtobuf } from './encode-protobuf.ts'
import { readProtobuf, traceRequest } from './test-protobuf.ts'

const remote = { traceId: '4bf92f3577b34da6a3ce929d0e0e4736', spanId: '00f067aa0ba902b7', sampled: true }
const sentBy = {
  resource: { 'service.name': 'payments', 'host.name': 'Zürich', description: 'x'.repeat(20_000) },
  scope: { name: 'tonegate', version: '1.2.3' },
}

const always = fixed({ 'tonegate.region': 'nam', 'tonegate.operation': 'authorise' })

const spans: readonly Omit<EndedSpan, 'traceId' | 'spanId'>[] = [
  {
    name: 'POST /globalpci/v1/session',
    kind: 'server',
    parent: remote,
    isParentRemote: true,
    startedAt: 1_796_013_485_327_743,
    endedAt: 1_796_013_485_369_585,
    attributes: {
      'http.route': '/globalpci/v1/session',
      'http.response.status_code': 500,
      'tonegate.account_id': 999_999_999,
    },
    always,
    fixed: fixed({ 'http.request.method': 'POST' }),
    link: undefined,
    hasFailed: true,
  },
  {
    name: 'charge',
    kind: 'internal',
    parent: undefined,
    isParentRemote: false,
    startedAt: 1,
    endedAt: 4_102_444_800_000_000,
    attributes: undefined,
    always: undefined,
    fixed: always,
    link: remote,
    hasFailed: false,
  },
  {
    name: `GET /${'long/'.repeat(40)}`,
    kind: 'client',
    parent: { ...remote, spanId: 'ffffffffffffffff' },
    isParentRemote: false,
    startedAt: 1_700_000_000_000_000,
    endedAt: 1_700_000_000_000_001,
    attributes: {
      'http.route': `/${'y'.repeat(130)}`,
      'tonegate.account_id': 0,
      'http.response.status_code': 128,
    },
    always: undefined,
    fixed: undefined,
    link: undefined,
    hasFailed: false,
  },
]

/** The same spans as OpenTelemetry's own SDK makes them, with the ids that it has given them. */
function bySdk() {
  const exporter = new InMemorySpanExporter()
  const provider = new TracerProvider({
    resource: resourceFromAttributes(sentBy.resource),
    sampler: new AlwaysOnSampler(),
    spanProcessors: [new SimpleSpanProcessor({ exporter })],
  })
  const tracer = provider.getTracer(sentBy.scope.name, sentBy.scope.version)
  const time = (microseconds: number): api.HrTime => [
    Math.floor(microseconds / 1e6),
    (microseconds % 1e6) * 1000,
  ]
  const context = ({ traceId, spanId }: typeof remote) => ({
    traceId,
    spanId,
    traceFlags: api.TraceFlags.SAMPLED,
  })
  const ids = spans.map(
    ({ name, kind, parent, isParentRemote, startedAt, endedAt, link, hasFailed, ...said }) => {
      const around = parent
        ? api.trace.setSpanContext(api.ROOT_CONTEXT, { ...context(parent), isRemote: isParentRemote })
        : api.ROOT_CONTEXT
      const options = {
        kind: { internal: api.SpanKind.INTERNAL, server: api.SpanKind.SERVER, client: api.SpanKind.CLIENT }[
          kind
        ],
        startTime: time(startedAt),
        attributes: { ...said.always, ...said.fixed, ...said.attributes },
        links: link ? [{ context: context(link) }] : [],
      }
      const span = tracer.startSpan(name, options, around)
      if (hasFailed) span.setStatus({ code: api.SpanStatusCode.ERROR })
      span.end(time(endedAt))
      return span.spanContext()
    },
  )
  return { exported: exporter.getFinishedSpans(), ids }
}

test('what is sent is what OpenTelemetry’s own library sends, in protobuf and in JSON', () => {
  const { exported, ids } = bySdk()
  assert.equal(exported.length, spans.length)
  const ours = spans.map((span, at) => ({
    ...span,
    traceId: ids[at]?.traceId ?? '',
    spanId: ids[at]?.spanId ?? '',
  }))

  const protobuf = ProtobufTraceSerializer.serializeRequest(exported) ?? new Uint8Array()
  const read = (bytes: Uint8Array) => readProtobuf(bytes, traceRequest)
  assert.deepEqual(read(createEncodeProtobuf(sentBy)(ours)), read(protobuf))

  const json = JsonTraceSerializer.serializeRequest(exported) ?? new Uint8Array()
  const parsed = (bytes: Uint8Array) => withoutDefaults(JSON.parse(Buffer.from(bytes).toString()))
  assert.deepEqual(parsed(createEncodeJson(sentBy)(ours)), parsed(json))
})

/** What is 0, or a list of nothing, is as if it were not there. */
function withoutDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutDefaults)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).filter(
    ([, each]) => each !== 0 && !(Array.isArray(each) && each.length === 0),
  )
  return Object.fromEntries(members.map(([name, each]) => [name, withoutDefaults(each)]))
}

test('many spans are a message that is as long as it says', () => {
  const many = Array.from({ length: 300 }, () =>
    spans.map((span, at) => ({ ...span, traceId: remote.traceId, spanId: `000000000000000${at + 1}` })),
  ).flat()
  const bytes = createEncodeProtobuf(sentBy)(many)
  const [[, resourceSpans] = []] = readProtobuf(bytes, traceRequest)
  assert.ok(Array.isArray(resourceSpans))
  const [, [, scopeSpans] = []] = resourceSpans
  assert.ok(Array.isArray(scopeSpans))
  assert.equal(scopeSpans.length, 1 + many.length)
})
