import type { Attributes } from './attributes.ts'
import type { Span, SpanName, SpanOptions, SpanPlace, Tracer } from './span.ts'

/** A span as the tests look at it. */
export interface TestSpan {
  readonly name: SpanName
  readonly kind: string
  readonly place: SpanPlace
  readonly parent: SpanPlace | undefined
  readonly link: SpanPlace | undefined
  readonly attributes: Attributes
  readonly error: unknown
  readonly isOver: boolean
}

/** A tracer that keeps what it is told, as it is told. */
export function createTestTracer(): { readonly tracer: Tracer; readonly spans: readonly TestSpan[] } {
  const spans: TestSpan[] = []
  const id = (digits: number) => String(spans.length + 1).padStart(digits, '0')

  function begin(name: SpanName, options: SpanOptions = {}, parent?: SpanPlace): Span {
    const { kind = 'internal', fixed, link } = options
    const attributes = given({ ...fixed, ...options.attributes })
    const place = { traceId: parent?.traceId ?? id(32), spanId: id(16), sampled: true }
    const kept = { name, kind, place, parent, link, attributes, error: undefined as unknown, isOver: false }
    spans.push(kept)
    const span: Span = {
      ...place,
      begin: (child, childOptions) => begin(child, childOptions, span),
      set: (more) => void Object.assign(kept, { attributes: given({ ...kept.attributes, ...more }) }),
      failed: (error) => void Object.assign(kept, { error }),
      end: () => void Object.assign(kept, { isOver: true }),
    }
    return span
  }

  return { tracer: { begin }, spans }
}

const given = (attributes: Attributes): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
