import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLog } from '../../base/log.ts'
import { NoAnswer, type Outgoing } from '../../base/outgoing/outgoing.ts'
import { createTestTracer } from '../../base/tracing/test-tracer.ts'
import { createAskProvider, type ProviderTarget } from './ask-provider.ts'

const target = {
  accountId: 7,
  configurationId: 30,
  provider: { baseUrl: 'https://provider.example.com', privateAddresses: 'refused' },
} as ProviderTarget

test('each request to a provider is a span with its answer, of which the provider hears nothing', async () => {
  const { tracer, spans } = createTestTracer()
  const heard: object[] = []
  const answers = [{ status: 200 }, { status: 503 }, new NoAnswer('timeout', true, '4111111111111111')]
  const send: Outgoing = async ({ headers = {} }) => {
    heard.push(headers)
    const answer = answers[heard.length - 1]
    if (answer instanceof Error) throw answer
    return { status: answer?.status ?? 0, headers: {}, body: Buffer.alloc(0) }
  }
  const log = createLog('silent')
  const ask = createAskProvider({
    ...{ outgoing: { refused: send, allowed: send }, secrets: { find: () => 'x' }, log, tracer },
  })
  const request = { step: 'status', method: 'GET', path: '/api/v1/session/7', headers: {} } as const
  await ask.send(target, request)
  await ask.send(target, request)
  await assert.rejects(ask.send(target, request))
  const asked = { 'tonegate.account_id': 7, 'tonegate.operation': 'status' } as const
  assert.deepEqual(
    spans.map(({ name, kind, attributes, isOver }) => ({ name, kind, attributes, isOver })),
    [{ 'http.response.status_code': 200 }, { 'http.response.status_code': 503 }, {}].map((answered) => ({
      ...{ name: 'ask provider', kind: 'client', isOver: true },
      attributes: { ...asked, ...answered },
    })),
  )
  assert.ok(spans[2]?.error instanceof NoAnswer)
  assert.deepEqual(heard, Array(3).fill({ accept: 'application/json' }))
})
