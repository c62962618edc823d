import type { EndedSpan } from '../recorded-span.ts'
import { flagsOf, kindNumbers, linkFlags, statusOf } from './numbers.ts'
import type { SentBy } from './resource.ts'

/** Writes requests to a collector in JSON (OTLP 1, `ExportTraceServiceRequest`). */
export const createEncodeJson =
  ({ resource, scope }: SentBy) =>
  (spans: readonly EndedSpan[]): Buffer => {
    const scopeSpans = [{ scope, spans: spans.map(spanOf) }]
    const resourceSpans = [{ resource: { attributes: attributesOf(resource) }, scopeSpans }]
    return Buffer.from(JSON.stringify({ resourceSpans }))
  }

function spanOf(span: EndedSpan) {
  const { traceId, spanId, parent, name, kind, startedAt, endedAt, always, fixed, attributes, link } = span
  return {
    traceId,
    spanId,
    parentSpanId: parent?.spanId,
    name,
    kind: kindNumbers[kind],
    startTimeUnixNano: `${startedAt}000`,
    endTimeUnixNano: `${endedAt}000`,
    attributes: [always, fixed, attributes].flatMap((each) => (each ? attributesOf(each) : [])),
    status: { code: statusOf(span) },
    links: link && [{ traceId: link.traceId, spanId: link.spanId, flags: linkFlags }],
    flags: flagsOf(span),
  }
}

const attributesOf = (attributes: Readonly<Record<string, string | number>>) =>
  Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === 'string' ? { stringValue: value } : { intValue: value },
  }))
