import { type Attributes, fixed } from '../../base/tracing/attributes.ts'
import { inSpan } from '../../base/tracing/in-span.ts'
import type { SpanOptions } from '../../base/tracing/span.ts'
import type { Gateway } from '../model/gateway.ts'

type Operation = NonNullable<Attributes['tonegate.operation']>

/** What is asked of a gateway over the network, and what it is called in a trace. */
const operations = {
  authorise: 'authorise',
  authoriseKept: 'authorise-kept',
  completeChallenge: 'complete-challenge',
  reconcile: 'reconcile',
  capture: 'capture',
  void: 'void',
  refund: 'refund',
  check: 'check',
} as const satisfies Partial<Record<keyof Gateway, Operation>>

/**
 * A gateway each of whose answers is waited for in a span, where it is asked within a trace. Of request and answer the span
 * says what was asked, and the answer's verdict; the gateway itself hears nothing of the trace.
 */
export function traceGateway(gateway: Gateway, kind: string): Gateway {
  const traced: Record<string, unknown> = {}
  for (const [name, operation] of Object.entries(operations)) {
    const ask = gateway[name as keyof typeof operations] as Ask | undefined
    const said = fixed({ 'tonegate.gateway.kind': kind, 'tonegate.operation': operation })
    const options: SpanOptions = { kind: 'client', fixed: said }
    if (ask) traced[name] = (order: never) => inGatewaySpan(options, () => ask.call(gateway, order))
  }
  return { ...gateway, ...traced }
}

type Ask = (order: never) => Promise<{ readonly status?: unknown } | readonly unknown[] | undefined>

function inGatewaySpan(options: SpanOptions, ask: () => ReturnType<Ask>): ReturnType<Ask> {
  return inSpan('ask gateway', options, async (span) => {
    const answer = await ask()
    const verdict = answer && 'status' in answer ? answer.status : answer ? 'checked' : 'unknown'
    span.set({ 'tonegate.answer': verdict as Attributes['tonegate.answer'] })
    return answer
  })
}
