import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { demoAdminOf } from '../../test/harness/test-admin.ts'
import { eventually } from '../../test/harness/test-eventually.ts'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { connectMcp } from './test-connected.ts'

const agentId = 'voice-agent-7'
const order = { by: 'keypad', amount: '12.40', currency: 'GBP', reference: 'order-1001' }
const keys = '5425233430109903#1230#123#1'

/** A sandbox with the agent on a call, and its MCP server. */
async function start(
  t: TestContext,
  { environment = {}, ...options }: Partial<Parameters<typeof connectMcp>[1]> = {},
) {
  const tonegate = await startTestTonegate(t)
  const settings = { TONEGATE_DATA: tonegate.folder, TONEGATE_MCP_AGENT_ID: agentId, ...environment }
  const connect = () => connectMcp(t, { environment: settings, ...options })
  const { callGuid } = (await tonegate.post('/sandbox/calls', { agentId })).json
  const press = (pressed: string) => tonegate.post(`/sandbox/calls/${callGuid}/keys`, { keys: pressed })
  return { ...tonegate, connect, press, ...(await connect()) }
}

const outboxOf = async ({ send }: Pick<Awaited<ReturnType<typeof start>>, 'send'>) =>
  (await send('/sandbox/outbox.json')).text

test('a payment is opened once, by another process too, and again only where it ended without one', async (t) => {
  const { call, connect, press } = await start(t)
  const { session_id } = (await call('open_payment_session', order)).json
  const other = await connect()
  assert.equal((await other.call('open_payment_session', order)).json.session_id, session_id)
  const cancelled = await call('cancel_payment_session', { session_id })
  assert.deepEqual([cancelled.json.state, cancelled.json.outcome], ['Cancelled', 'cancelled'])
  const second = await other.call('open_payment_session', order)
  assert.notEqual(second.json.session_id, session_id)
  await press(keys)
  const { json } = await call('follow_payment_session', { session_id: second.json.session_id })
  assert.equal(json.outcome, 'approved')
  for (const each of [call, other.call]) {
    const repeated = await each('open_payment_session', order)
    assert.deepEqual([repeated.json.session_id, repeated.json.repeated], [second.json.session_id, true])
    assert.match(repeated.json.meaning, /no second one was opened/)
  }
})

test('a payment that never succeeds is opened five times under its reference, and then a person has to help', async (t) => {
  const { call } = await start(t)
  const seen = new Set<string>()
  for (let tries = 0; tries < 5; tries += 1) {
    const { session_id } = (await call('open_payment_session', order)).json
    seen.add(session_id)
    await call('cancel_payment_session', { session_id })
  }
  assert.equal(seen.size, 5)
  const { isError, text } = await call('open_payment_session', order)
  assert.ok(isError)
  assert.match(text, /tried too often under its reference\. Pass the call to a person\./)
})

test('another session on the call is named, and may then be cancelled', async (t) => {
  const { call, connect } = await start(t)
  const { session_id } = (await call('open_payment_session', order)).json
  const other = await connect()
  const refused = await other.call('cancel_payment_session', { session_id })
  assert.match(refused.text, /was not opened by this MCP server/)
  const busy = await other.call('open_payment_session', { ...order, reference: 'order-1002' })
  assert.ok(busy.isError)
  assert.ok(busy.text.includes(`Its session_id is ${session_id}.`), busy.text)
  assert.equal((await other.call('cancel_payment_session', { session_id })).json.state, 'Cancelled')
})

test('where the model names the agent, it cancels no session that is on another agent’s call', async (t) => {
  const { call, folder } = await start(t)
  const { session_id } = (await call('open_payment_session', order)).json
  const free = await connectMcp(t, { environment: { TONEGATE_DATA: folder } })
  const busy = await free.call('open_payment_session', {
    ...order,
    agent_id: agentId,
    reference: 'order-1002',
  })
  assert.ok(busy.text.includes(session_id))
  assert.ok((await free.call('cancel_payment_session', { session_id })).isError)
})

test('a link is sent where the customer says, and shown to nobody unless the operator allows it', async (t) => {
  const started = await start(t)
  const byLink = { ...order, by: 'link', email: 'ada@example.com' }
  const { json } = await started.call('open_payment_session', byLink)
  assert.equal(json.link, undefined)
  assert.match(json.say, /sent you a link/)
  await eventually(async () => (await outboxOf(started)).includes('ada@example.com'))
  const resent = await started.call('resend_payment_link', {
    session_id: json.session_id,
    to: '+447700900123',
  })
  assert.deepEqual(resent.json, { session_id: json.session_id, channel: 'sms' })
  for (const wrong of [{ email: undefined }, { phone: '+447700900123' }]) {
    const { isError, text } = await started.call('open_payment_session', { ...byLink, ...wrong })
    assert.ok(isError)
    assert.match(text, /needs either email or phone/)
  }
  const shown = await start(t, { links: 'shown' })
  assert.match((await shown.call('open_payment_session', byLink)).json.link, /^http:/)
})

test('a model that calls twice at once opens one payment, and its link is sent once', async (t) => {
  const started = await start(t)
  const byLink = { ...order, by: 'link', email: 'ada@example.com' }
  const both = await Promise.all([1, 2, 3].map(() => started.call('open_payment_session', byLink)))
  assert.equal(new Set(both.map(({ json }) => json.session_id)).size, 1)
  assert.deepEqual(
    both.map(({ json }) => json.repeated),
    [false, true, true],
  )
  assert.match(both[1]?.json.next, /resend_payment_link sends its link again or elsewhere/)
  const sent = await outboxOf(started)
  assert.equal(sent.match(/"to":"ada@example.com"/g)?.length, 1)
})

test('a link that the configuration sends is not sent once more', async (t) => {
  const started = await start(t, { environment: { TONEGATE_MCP_CONFIGURATION_ID: '50' } })
  const admin = demoAdminOf(started)
  const usual = JSON.parse(await admin(['configuration', 'show', '0']))
  const flow = { ...usual.flow, sendLink: 'email' }
  await admin(['configuration', 'put', '-'], JSON.stringify({ ...usual, id: 50, flow }))
  for (const reference of ['order-1', 'order-2', 'order-3']) {
    const byLink = { ...order, by: 'link', email: `${reference}@example.com`, reference }
    const { json, text } = await started.call('open_payment_session', byLink)
    assert.equal(json?.state, 'Created', text)
    await eventually(async () => (await outboxOf(started)).includes(byLink.email))
  }
  assert.equal((await outboxOf(started)).match(/"to":"order-\d@example.com"/g)?.length, 3)
})

test('where a link could not be sent, the session is named, and no other one is opened for it', async (t) => {
  const { call } = await start(t)
  const byLink = { ...order, by: 'link', phone: '+10000000000' }
  const texts = [await call('open_payment_session', byLink), await call('open_payment_session', byLink)]
  for (const { isError, text } of texts) {
    assert.ok(isError)
    assert.match(
      text,
      /^The session \S{36} is open, but its link was not sent: .* Use resend_payment_link for it/,
    )
  }
  assert.equal(texts[0]?.text, texts[1]?.text)
  const other = await call('open_payment_session', { ...byLink, phone: '+447700900123' })
  assert.match(other.text, /Use resend_payment_link or cancel_payment_session for it/)
  const [, session_id] = /^The session (\S+)/.exec(texts[0]?.text ?? '') ?? []
  assert.equal((await call('resend_payment_link', { session_id, to: '+447700900123' })).json.channel, 'sms')
})

test('no more is charged than the operator allows, and in no other currency', async (t) => {
  const { call } = await start(t, { environment: { TONEGATE_MCP_MAX_AMOUNT: '100.00 GBP, 5000 JPY' } })
  for (const [amount, currency, said] of [
    ['100.01', 'GBP', /^100\.01 GBP is more than the 100\.00 GBP that this server allows\. Do not split/],
    ['5001', 'JPY', /more than the 5000 JPY/],
    ['1.00', 'EUR', /^Payments in EUR are not allowed here\. Use GBP or JPY/],
    ['1.00', 'XXX', /^That is not a currency\./],
    ['1.005', 'GBP', /^The amount is not a valid amount in GBP/],
    ['-5', 'GBP', /^The amount is not a positive amount/],
  ] as const) {
    const { isError, text } = await call('open_payment_session', { ...order, amount, currency })
    assert.ok(isError, amount)
    assert.match(text, said)
  }
  assert.equal((await call('open_payment_session', { ...order, amount: '100' })).isError, undefined)
})

test('money is moved only where the operator allows it, within the limit, and once', async (t) => {
  const { client, call, connect, press } = await start(t)
  const names = (await client.listTools()).tools.map(({ name }) => name)
  assert.equal(
    names.find((name) => /refund|capture|void/.test(name)),
    undefined,
  )
  const { session_id } = (await call('open_payment_session', order)).json
  await press(keys)
  await call('follow_payment_session', { session_id })
  await assert.rejects(
    connect().then((each) => each.client.callTool({ name: 'refund_payment', arguments: { session_id } })),
  )
})

test('with --allow-refunds a part is refunded, repeating it refunds nothing more, and too much is refused', async (t) => {
  const environment = { TONEGATE_MCP_MAX_AMOUNT: '12.40 GBP' }
  const { client, call, press } = await start(t, { environment, refunds: 'allowed' })
  const { tools } = await client.listTools()
  assert.ok(
    tools
      .filter(({ name }) => /refund|capture|void/.test(name))
      .every(({ annotations }) => annotations?.destructiveHint),
  )
  const { session_id } = (await call('open_payment_session', order)).json
  await press(keys)
  await call('follow_payment_session', { session_id })
  for (const amount of ['2.40', '2.4', 'GBP 2.40']) {
    const { json } = await call('refund_payment', { session_id, amount })
    assert.deepEqual([json.status, json.payment.refunded], ['succeeded', '2.40'])
  }
  const third = await call('refund_payment', { session_id, amount: '2.40', repeat: 1 })
  assert.equal(third.json.payment.refunded, '4.80')
  const tooMuch = await call('refund_payment', { session_id, amount: '12.00' })
  assert.match(tooMuch.text, /Ask for less\.$/)
  assert.match(
    (await call('refund_payment', { session_id, amount: '12.41' })).text,
    /more than the 12\.40 GBP/,
  )
  assert.match(
    (await call('explain_payment_session', { session_id })).json.meaning,
    /4\.80 GBP of 12\.40 GBP was refunded/,
  )
  assert.match((await call('void_payment', { session_id })).text, /captured/)
  const whole = await call('refund_payment', { session_id })
  assert.deepEqual([whole.json.payment.status, whole.json.payment.refunded], ['refunded', '12.40'])
})

test('without an agent in the settings the model names one; with one, it sees that agent’s sessions alone', async (t) => {
  const { call, connect, folder } = await start(t)
  const free = await connectMcp(t, { environment: { TONEGATE_DATA: folder } })
  const opened = await free.call('open_payment_session', {
    ...order,
    by: 'link',
    email: 'ada@example.com',
    agent_id: 'agent12345',
  })
  assert.equal(opened.isError, undefined, opened.text)
  assert.ok((await free.call('open_payment_session', order)).isError, 'an agent is needed')
  assert.ok((await call('open_payment_session', { ...order, agent_id: 'agent12345' })).isError)
  assert.deepEqual((await (await connect()).call('search_payment_sessions')).json.sessions, [])
  const { sessions } = (await free.call('search_payment_sessions', { limit: 1 })).json
  assert.deepEqual(
    sessions.map(({ session_id, kind }: Record<string, string>) => [session_id, kind]),
    [[opened.json.session_id, 'link']],
  )
})

test('the prompt and the words are there, and say nothing of a card number but that it is not asked for', async (t) => {
  const { client } = await start(t)
  const { messages } = await client.getPrompt({
    name: 'take_a_payment',
    arguments: { amount: '12.40', currency: 'GBP' },
  })
  const [{ content } = { content: { type: 'text' as const, text: '' } }] = messages
  assert.ok(content.type === 'text' && content.text.includes('12.40 GBP, for the reference of the order'))
  await assert.rejects(
    client.getPrompt({ name: 'take_a_payment', arguments: { reference: '5425233430109903' } }),
    /looks like card data/,
  )
  const { contents } = await client.readResource({ uri: 'tonegate://words' })
  const [{ text } = { text: '' }] = contents as readonly { readonly text: string }[]
  assert.match(text, /- suspected-fraud: .*Do not tell the customer so\./)
})
