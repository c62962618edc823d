import type { FixedAttributes } from '../../base/tracing/attributes.ts'
import type { EndedSpan } from '../recorded-span.ts'
import { flagsOf, kindNumbers, linkFlags, statusOf } from './numbers.ts'
import { ProtobufMessage } from './protobuf-message.ts'
import type { SentBy } from './resource.ts'

/** Bytes of a span, as a first guess. */
const usualBytes = 512

/** What many spans say alike, as it was written once. */
type Written = WeakMap<FixedAttributes, Buffer>

/**
 * Writes requests to a collector in protobuf (OTLP 1, `ExportTraceServiceRequest`). By hand: it is the larger part of what
 * a span costs, and a general library takes three times as long. The numbers of fields are those of `trace.proto`.
 */
export function createEncodeProtobuf({ resource, scope }: SentBy): (spans: readonly EndedSpan[]) => Buffer {
  const written: Written = new WeakMap()
  return (spans) => {
    const message = new ProtobufMessage((spans.length + 1) * usualBytes)
    message.nested(1, () => {
      message.nested(1, () => writeAttributes(message, 1, resource))
      message.nested(2, () => {
        message.nested(1, () => {
          message.text(1, scope.name)
          message.text(2, scope.version)
        })
        for (const span of spans) message.nested(2, () => writeSpan(message, span, written))
      })
    })
    return message.bytes()
  }
}

const attributesField = 9

function writeSpan(message: ProtobufMessage, span: EndedSpan, written: Written): void {
  const { traceId, spanId, parent, name, kind, startedAt, endedAt, always, fixed, attributes, link } = span
  message.hex(1, traceId)
  message.hex(2, spanId)
  if (parent) message.hex(4, parent.spanId)
  message.text(5, name)
  message.number(6, kindNumbers[kind])
  message.time(7, startedAt)
  message.time(8, endedAt)
  if (always) message.raw(writtenOnce(always, written))
  if (fixed) message.raw(writtenOnce(fixed, written))
  if (attributes) writeAttributes(message, attributesField, attributes)
  if (link)
    message.nested(13, () => {
      message.hex(1, link.traceId)
      message.hex(2, link.spanId)
      message.fixed32(6, linkFlags)
    })
  message.nested(15, () => message.number(3, statusOf(span)))
  message.fixed32(16, flagsOf(span))
}

function writtenOnce(attributes: FixedAttributes, written: Written): Buffer {
  const before = written.get(attributes)
  if (before) return before
  const message = new ProtobufMessage(usualBytes)
  writeAttributes(message, attributesField, attributes)
  const bytes = message.bytes()
  written.set(attributes, bytes)
  return bytes
}

function writeAttributes(
  message: ProtobufMessage,
  field: number,
  attributes: Readonly<Record<string, string | number>>,
): void {
  for (const key in attributes) {
    const value = attributes[key] ?? ''
    message.nested(field, () => {
      message.text(1, key)
      message.nested(2, () => (typeof value === 'string' ? message.text(1, value) : message.number(3, value)))
    })
  }
}
