import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { startMcp, type ToolAnswer } from './test-mcp.ts'

const declined = '4000000000009995'
const approved = '5425233430109903'
const agentId = 'voice-agent-7'

/** What of a card may be nowhere: six digits of it in a row, from wherever. */
const piecesOf = (card: string): readonly string[] =>
  Array.from({ length: card.length - 5 }, (_, at) => card.slice(at, at + 6))

/** A time may have six digits of a card: 400 milliseconds are 400000 microseconds. */
const withoutTimes = (text: string): string => text.replaceAll(/:\d\d\.\d{3}000Z/g, '')

for (const [revision, versionNegotiation] of [
  ['2026-07-28', 'auto'],
  ['2025-11-25', 'legacy'],
] as const) {
  test(`a voice agent takes a payment and meets no digit of a card (MCP ${revision})`, async (t) => {
    const { folder, post } = await startTestTonegate(t)
    const environment = { TONEGATE_DATA: folder, TONEGATE_MCP_AGENT_ID: agentId }
    const { client, call, wire } = await startMcp(t, { environment, versionNegotiation })
    const said: string[] = []
    const say = ({ json }: ToolAnswer) => said.push(json.say)
    assert.match(client.getInstructions() ?? '', /Never ask for a card number/)
    const { tools } = await client.listTools()
    assert.deepEqual(
      tools.filter(({ annotations }) => annotations?.readOnlyHint).map(({ name }) => name),
      ['follow_payment_session', 'get_payment_session', 'search_payment_sessions', 'explain_payment_session'],
    )

    // A customer is on the line, and agrees to the sum.
    const { callGuid } = (await post('/sandbox/calls', { agentId })).json
    const press = (keys: string) => post(`/sandbox/calls/${callGuid}/keys`, { keys })
    const order = { by: 'keypad', amount: '12.40', currency: 'GBP', reference: 'order-1001' }
    const opened = await call('open_payment_session', order)
    const { session_id } = opened.json
    assert.deepEqual([opened.json.state, opened.json.repeated], ['Created', false])
    const again = await call('open_payment_session', { ...order, amount: 'GBP 12.4' })
    assert.deepEqual([again.json.session_id, again.json.repeated], [session_id, true])

    // The first card is declined, while the agent waits and is told how far it is.
    const heard: string[] = []
    const following = call('follow_payment_session', { session_id }, (message) => heard.push(message))
    await press(`${declined}#1230#123#1`)
    const first = await following
    assert.deepEqual(
      [first.json.ended, first.json.outcome, first.json.decline_reason],
      [true, 'declined', 'insufficient-funds'],
    )
    assert.ok(heard.length > 0)
    say(first)

    // The customer wants another card, and begins to dictate it; the model passes it on, and is told not to.
    const dictated = await call('open_payment_session', { ...order, reference: `card-${approved}` })
    assert.ok(dictated.isError)
    assert.match(dictated.text, /looks like card data, and nothing was sent/)

    const second = await call('open_payment_session', order)
    assert.notEqual(second.json.session_id, session_id)
    const waiting = call('follow_payment_session', { session_id: second.json.session_id })
    await press(`${approved}#1230#123#1`)
    const paid = await waiting
    assert.deepEqual([paid.json.outcome, paid.json.amount, paid.json.currency], ['approved', '12.40', 'GBP'])
    say(paid)
    const explained = await call('explain_payment_session', { session_id: second.json.session_id })
    assert.match(explained.json.meaning, /approved.*12\.40 GBP was captured/)
    const found = await call('search_payment_sessions', { state: 'Finished' })
    assert.deepEqual(
      found.json.sessions.map((each: { session_id: string }) => each.session_id),
      [second.json.session_id, session_id],
    )
    assert.deepEqual(said, [
      'Your bank declined the payment. Would you like to try another card?',
      'Thank you, the payment has been approved.',
    ])

    // Only the sentence of the customer who dictated had a number in it: what they said, and what the model sent.
    const all = withoutTimes(wire().replace(`"card-${approved}"`, ''))
    for (const piece of [...piecesOf(declined), ...piecesOf(approved)].filter((each) => !/0{6}/.test(each)))
      assert.ok(!all.includes(piece), piece)
    assert.equal(
      /cardLast4|cardBrand|authorisationCode|gatewayReference|[a-z]Token":"|visa|mastercard/i.exec(all),
      null,
    )
    assert.ok(all.includes('is ready on standard input'), 'standard error was looked at, too')
    assert.ok(all.includes(`"${revision}"`))
  })
}
