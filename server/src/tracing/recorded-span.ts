import { type Attributes, allowed, type FixedAttributes } from '../base/tracing/attributes.ts'
import type { Span, SpanKind, SpanName, SpanOptions, SpanPlace } from '../base/tracing/span.ts'
import { errorType } from './error-type.ts'

/** A span as it is sent to a collector. */
export interface EndedSpan extends Pick<SpanPlace, 'traceId' | 'spanId'> {
  readonly parent: SpanPlace | undefined
  /** Whether another process, or an earlier one, has begun the parent. */
  readonly isParentRemote: boolean
  readonly name: SpanName
  readonly kind: SpanKind
  /** Microseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number
  readonly attributes: Readonly<Record<string, string | number>> | undefined
  /** What is said before those, by the first span of a trace here and by all of the kind. */
  readonly always: FixedAttributes | undefined
  readonly fixed: FixedAttributes | undefined
  readonly link: SpanPlace | undefined
  readonly hasFailed: boolean
}

/** What all spans of a process share. */
export interface SpanSurroundings {
  /** Microseconds since the epoch, by a clock that is never set. */
  readonly now: () => number
  readonly newSpanId: () => string
  readonly ended: (span: EndedSpan) => void
}

/** Where a span begins. */
type Begun = Pick<EndedSpan, 'traceId' | 'parent' | 'isParentRemote' | 'always'>

/** A class, and its own record, because there are several for each request. */
export class RecordedSpan implements Span, EndedSpan {
  readonly traceId: string
  readonly spanId: string
  readonly sampled = true
  readonly parent: SpanPlace | undefined
  readonly isParentRemote: boolean
  readonly name: SpanName
  readonly kind: SpanKind
  readonly startedAt: number
  readonly link: SpanPlace | undefined
  readonly always: FixedAttributes | undefined
  readonly fixed: FixedAttributes | undefined
  readonly #surroundings: SpanSurroundings
  attributes: Record<string, string | number> | undefined
  endedAt = 0
  hasFailed = false

  constructor(
    surroundings: SpanSurroundings,
    name: SpanName,
    { kind = 'internal', attributes, fixed, link }: SpanOptions,
    { traceId, parent, isParentRemote, always }: Begun,
  ) {
    this.traceId = traceId
    this.spanId = surroundings.newSpanId()
    this.parent = parent
    this.isParentRemote = isParentRemote
    this.name = name
    this.kind = kind
    this.startedAt = surroundings.now()
    this.link = link
    this.attributes = attributes && allowed(attributes)
    this.always = always
    this.fixed = fixed
    this.#surroundings = surroundings
  }

  begin(name: SpanName, options: SpanOptions = {}): Span {
    const begun = { traceId: this.traceId, parent: this, isParentRemote: false, always: undefined }
    return new RecordedSpan(this.#surroundings, name, options, begun)
  }

  set(attributes: Attributes): void {
    if (this.endedAt === 0) this.attributes = allowed(attributes, this.attributes)
  }

  failed(error: unknown): void {
    if (this.endedAt !== 0) return
    this.hasFailed = true
    this.set({ 'error.type': errorType(error) })
  }

  end(): void {
    if (this.endedAt !== 0) return
    this.endedAt = this.#surroundings.now()
    this.#surroundings.ended(this)
  }
}
