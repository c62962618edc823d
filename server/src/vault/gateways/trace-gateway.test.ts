import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inScopeOf } from '../../base/request-scope.ts'
import { createTestTracer } from '../../base/tracing/test-tracer.ts'
import { type Gateway, NotSent } from '../model/gateway.ts'
import { traceGateway } from './trace-gateway.ts'

const approved = {
  status: 'approved',
  authorisationCode: '4111111111111111',
  gatewayReference: 'x',
  captured: true,
} as const
const refuses = () => Promise.reject(new NotSent('4111111111111111'))

function startGateway(more: Partial<Gateway> = {}) {
  const gateway: Gateway = {
    authorise: async () => approved,
    reconcile: async () => undefined,
    capture: async () => ({ status: 'done' }),
    void: async () => ({ status: 'refused', gatewayCode: '4111111111111111' }),
    refund: refuses,
    ...more,
  }
  const { tracer, spans } = createTestTracer()
  return { gateway: traceGateway(gateway, 'stripe'), span: tracer.begin('charge'), spans }
}

test('what a gateway is asked is a span, with its verdict and nothing else of its answer', async () => {
  const { gateway, span, spans } = startGateway({ check: async () => [] })
  await inScopeOf(span, async () => {
    assert.equal(await gateway.authorise({} as never), approved)
    await gateway.reconcile({} as never)
    await gateway.capture({} as never)
    await gateway.void({} as never)
    await assert.rejects(gateway.refund({} as never), NotSent)
    await gateway.check?.(new AbortController().signal)
  })
  const asked = (operation: string, answer?: string) => ({
    'tonegate.gateway.kind': 'stripe',
    'tonegate.operation': operation,
    ...(answer !== undefined && { 'tonegate.answer': answer }),
  })
  assert.deepEqual(
    spans.slice(1).map(({ attributes }) => attributes),
    [
      asked('authorise', 'approved'),
      asked('reconcile', 'unknown'),
      asked('capture', 'done'),
      asked('void', 'refused'),
      asked('refund'),
      asked('check', 'checked'),
    ],
  )
  assert.ok(
    spans.slice(1).every(({ name, kind, isOver }) => name === 'ask gateway' && kind === 'client' && isOver),
  )
  assert.ok(spans[5]?.error instanceof NotSent)
})

test('what a gateway cannot do it cannot do when it is traced', () => {
  const { gateway } = startGateway()
  assert.deepEqual(
    [gateway.check, gateway.authoriseKept, gateway.completeChallenge, gateway.readNotifications],
    [undefined, undefined, undefined, undefined],
  )
})

test('the digits of a card are read before the first wait, as without a trace', async () => {
  let read = ''
  const { gateway, span } = startGateway({
    authorise(request) {
      read = String(request.card)
      return Promise.resolve(approved)
    },
  })
  const asked = inScopeOf(span, () => gateway.authorise({ card: 'digits' } as never))
  assert.equal(read, 'digits')
  await asked
})
