import type { Attributes, FixedAttributes, httpMethods } from './attributes.ts'

/** Where a span is: what spans of other processes refer to (W3C Trace Context). */
export interface SpanPlace {
  /** 32 and 16 hexadecimal digits in lower case. */
  readonly traceId: string
  readonly spanId: string
  /** Whether the trace is recorded. */
  readonly sampled: boolean
}

/** A piece of work in a trace, which other pieces are part of. */
export interface Span extends SpanPlace {
  /** Begins a span within this one. Also when this one has ended: what it led to may come later. */
  begin(name: SpanName, options?: SpanOptions): Span
  set(attributes: Attributes): void
  /** @param error is said by its class or code alone. */
  failed(error: unknown): void
  end(): void
}

/** Begins traces, and goes on with those of others. */
export interface Tracer {
  /** @param parent whose trace it belongs to; without one, a trace begins. */
  begin(name: SpanName, options?: SpanOptions, parent?: SpanPlace): Span
}

/** `server`: for whoever has asked; `client`: asks somebody else, and waits. `internal` unless said. */
export type SpanKind = 'internal' | 'server' | 'client'

export interface SpanOptions {
  readonly kind?: SpanKind
  readonly attributes?: Attributes
  /** Beside those: what all spans of a kind say alike. */
  readonly fixed?: FixedAttributes
  /** Of another trace, which has led to it. */
  readonly link?: SpanPlace | undefined
}

type HttpMethod = (typeof httpMethods)[number]

/** The names of all spans but those of requests, as `docs/tracing.md` lists them. */
export const workNames = [
  'ask process',
  'forward request',
  'launch session',
  'write rows',
  'charge',
  'end session',
  'ask gateway',
  'ask provider',
  'steer line',
  'ask engine',
  'send webhook',
  'send callback',
  'look for outcome',
  'settle launch',
  'reverse payment',
  'take over sessions',
  'remove rows',
] as const

/** No name holds anything of a request: a route is its pattern. */
export type SpanName = (typeof workNames)[number] | HttpMethod | `${HttpMethod} /${string}`

/** Where nothing is traced. */
export const noSpan: Span = {
  traceId: '',
  spanId: '',
  sampled: false,
  begin: () => noSpan,
  set() {},
  failed() {},
  end() {},
}

export const noTracer: Tracer = { begin: () => noSpan }
