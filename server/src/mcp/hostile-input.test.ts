import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { connectMcp } from './test-connected.ts'

const card = '5425233430109903'
const order = { by: 'keypad', amount: '12.40', currency: 'GBP', reference: 'order-1001' }

test('card data is refused wherever it stands, before anything is sent, and is not repeated', async (t) => {
  const { folder, lines } = await startTestTonegate(t)
  const { call } = await connectMcp(t, {
    environment: { TONEGATE_DATA: folder, TONEGATE_MCP_AGENT_ID: 'voice-agent-7' },
  })
  lines.length = 0
  for (const sent of [
    { ...order, reference: `ref-${card}` },
    { ...order, reference: '5425-2334-3010-9903' },
    { ...order, first_name: '5425 2334 3010 9903' },
    { ...order, card_number: card },
    { ...order, card_number: Number(card) },
    { ...order, card: { number: { value: [card] } } },
    { ...order, [card]: 'x' },
    { ...order, amount: card },
    { ...order, security_code: '123' },
    { ...order, note: 'the cvv is 123' },
    { ...order, reference: '５４２５２３３４３０１０９９０３' },
    { ...order, deep: JSON.parse(`${'['.repeat(150)}"${card}"${']'.repeat(150)}`) },
  ]) {
    const { isError, text } = await call('open_payment_session', sent)
    assert.ok(isError)
    assert.match(text, /looks like card data, and nothing was sent\..* the customer enters it on the keypad/)
    assert.doesNotMatch(text, /\d{3}|９９０３/)
  }
  for (const tool of ['search_payment_sessions', 'explain_payment_session', 'resend_payment_link'])
    assert.match((await call(tool, { session_id: card })).text, /looks like card data/)
  assert.equal(
    lines.find((line) => /session|9903/.test(line)),
    undefined,
  )
})

test('wrong arguments are told by their names, and without their values', async (t) => {
  const { folder } = await startTestTonegate(t)
  const { call } = await connectMcp(t, {
    environment: { TONEGATE_DATA: folder, TONEGATE_MCP_AGENT_ID: 'voice-agent-7' },
  })
  for (const [tool, sent, said] of [
    ['open_payment_session', {}, /must have required properties/],
    ['open_payment_session', { ...order, amount: 12.4 }, /amount: must be string/],
    ['open_payment_session', { ...order, reference: 'a b' }, /reference: must match pattern/],
    ['open_payment_session', { ...order, reference: 'four one one one' }, /reference: must match pattern/],
    ['open_payment_session', { ...order, first_name: 'Ada 4929' }, /first_name: must match pattern/],
    ['open_payment_session', { ...order, skipCallTransfer: true }, /takes nothing but by, amount/],
    ['open_payment_session', { ...order, cardToken: 'x' }, /takes nothing but by, amount/],
    ['open_payment_session', { ...order, by: 'voice' }, /by: must be equal to one of the allowed values/],
    ['get_payment_session', { session_id: '../v1/sessions' }, /session_id: must match pattern/],
    ['get_payment_session', { session_id: 'x'.repeat(100_000) }, /session_id: must match pattern/],
    [
      'follow_payment_session',
      { session_id: crypto.randomUUID(), timeout_seconds: 1e9 },
      /timeout_seconds: must be <= 300/,
    ],
    ['search_payment_sessions', { cursor: 'a&limit=200' }, /cursor: must match pattern/],
    ['search_payment_sessions', { from: 'yesterday' }, /from: must match pattern/],
    ['search_payment_sessions', { from: '2026-99-99' }, /Correct the arguments/],
  ] as const) {
    const { isError, text } = await call(tool, sent)
    assert.ok(isError, JSON.stringify(sent).slice(0, 200))
    assert.match(text, said)
    assert.ok(text.length < 600, text)
  }
  const many = await call('search_payment_sessions', { state: Array.from({ length: 1000 }, () => 'Created') })
  assert.ok(many.isError)
  const unknown = await call('explain_payment_session', { session_id: crypto.randomUUID() })
  assert.match(unknown.text, /search_payment_sessions/)
})
