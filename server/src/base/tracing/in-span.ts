import { currentSpan, inScopeOf } from '../request-scope.ts'
import { noSpan, noTracer, type Span, type SpanName, type SpanOptions, type Tracer } from './span.ts'
import { traceparentHeader, traceparentOf } from './traceparent.ts'

/**
 * Does something as a span of its own within the one that is under way; where nothing is traced, does it and no more. The
 * span ends with the promise. What the work does at once, it has done when this returns.
 */
export function inSpan<T>(
  name: SpanName,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const around = currentSpan()
  return around ? endingWith(around.begin(name, options), work) : work(noSpan)
}

/** The same for work that nothing else is part of: it needs no scope of its own. */
export function asSpan<T>(name: SpanName, work: () => Promise<T>): Promise<T> {
  const around = currentSpan()
  if (!around?.sampled) return work()
  const span = around.begin(name)
  const done = work()
  endWith(span, done)
  return done
}

/** The same, where a trace begins with it unless it is part of one. */
export function inSpanOrTrace<T>(
  tracer: Tracer = noTracer,
  name: SpanName,
  options: SpanOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  return endingWith((currentSpan() ?? tracer).begin(name, options), work)
}

/**
 * Does something in a span that has been begun for it, and ends that with the promise. A trace that is not recorded has one
 * span, which is under way already and needs no end.
 */
export function endingWith<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  if (span === noSpan || span === currentSpan()) return work(span)
  const done = inScopeOf(span, () => Promise.try(work, span))
  endWith(span, done)
  return done
}

function endWith(span: Span, done: Promise<unknown>): void {
  done.then(
    () => span.end(),
    (error) => {
      span.failed(error)
      span.end()
    },
  )
}

/** The header by which another process of ours goes on with the trace; none where nothing is traced. */
export function traceHeader(): { readonly [traceparentHeader]?: string } {
  const span = currentSpan()
  return span ? { [traceparentHeader]: traceparentOf(span) } : {}
}
