import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startPayments } from './test-payments.ts'

const body = (members: string) =>
  `{"agentId":"a","skipCallTransfer":true,"paymentData":{"Amount":"5",${members}}}`

/** What a session echoes of the members that it was opened with. */
async function echoOf(
  { post, get, payments, launches }: Awaited<ReturnType<typeof startPayments>>,
  sent: string,
) {
  const answer = await post(body(sent))
  assert.equal(answer.statusCode, 200, answer.body)
  const { sessionGuid, providerSessionGuid } = answer.json()
  await payments.reports.recordResult({ guid: providerSessionGuid, end: 'cancelled', outcome: 'cancelled' })
  return {
    result: (await get(sessionGuid)).json().paymentResultData as Readonly<Record<string, string>>,
    launched: launches.at(-1)?.paymentData,
  }
}

test('tabs and line breaks of every kind are echoed as they came', async (t) => {
  const started = await startPayments(t)
  for (const each of ['\n', '\r\n', '\r', '\t', '\v', '\f', '\u0085', '\u2028', '\u2029']) {
    const text = `1 Market Street${each}Suite 300${each}`
    const { result, launched } = await echoOf(started, `"Street1":${JSON.stringify(text)}`)
    assert.equal(result.Street1, text)
    assert.equal(launched?.Street1, text)
  }
})

test('JSON numbers are echoed as they were written', async (t) => {
  const started = await startPayments(t)
  for (const number of ['1.10', '12345678901234567890', '1E2', '1e+2', '-0', '0.0', '100.0', '-1.50', '7']) {
    const { result, launched } = await echoOf(started, `"Custom":${number}`)
    assert.equal(result.Custom, number)
    assert.equal(launched?.Custom, number)
  }
})

test('an amount that is a JSON number is read by its value; as a text it is what people write', async (t) => {
  const { post, launches } = await startPayments(t)
  const open = (Amount: string) =>
    post(`{"agentId":"a","skipCallTransfer":true,"paymentData":{"Amount":${Amount},"Currency":" usd\\n"}}`)
  for (const [number, minor] of [
    ['12.400', 1240],
    ['12.40', 1240],
    ['12.4', 1240],
    ['1E2', 10000],
    ['1.24e1', 1240],
    ['1000.000', 100000],
    ['7', 700],
  ] as const) {
    assert.equal((await open(number)).statusCode, 200, number)
    assert.deepEqual(launches.at(-1)?.order, { amountMinor: minor, currency: 'USD' })
  }
  for (const refused of ['"12.400"', '"1E2"', '12.405', '-0', '1e21', '12345678901234567890']) {
    const answer = await open(refused)
    assert.equal(answer.statusCode, 400, refused)
    assert.equal(answer.json().errors[0].path, '/paymentData/Amount')
  }
})

test('a reference that is a JSON number is the reference as it was written', async (t) => {
  const { post, launches } = await startPayments(t)
  assert.equal((await post(body('"OrderID":20.10'))).statusCode, 200)
  assert.equal(launches.at(-1)?.order.reference, '20.10')
})

test('a card number is found in a JSON number, in whatever way it is written', async (t) => {
  const { post, sessions, lines } = await startPayments(t)
  for (const number of [
    '4111111111111111',
    '4111111111111111.0',
    '-4111111111111111',
    '4.111111111111111E15',
    '41111111111111110e-1',
    '6304000000000000000',
    '411111111111111100e-2',
  ]) {
    const answer = await post(body(`"x":${number}`))
    assert.equal(answer.statusCode, 400, number)
    assert.match(answer.json().type, /#card-data-refused$/, number)
    assert.doesNotMatch(answer.body, /4111|6304/)
  }
  assert.equal(await sessions(), 0)
  assert.doesNotMatch(lines.join(''), /4111|6304/)
})

test('requests whose numbers are written otherwise are not the same, for an Idempotency-Key', async (t) => {
  const { post } = await startPayments(t)
  const send = (number: string) => post(body(`"x":${number}`), { headers: { 'idempotency-key': 'k' } })
  const first = await send('1.10')
  assert.equal(first.statusCode, 200)
  assert.equal((await send('1.10')).body, first.body)
  assert.equal((await send('1.1')).statusCode, 422)
})

test('names that every object has are names like any other', async (t) => {
  const started = await startPayments(t)
  const { result } = await echoOf(started, '"constructor":"x","toString":1.50,"valueOf":true')
  assert.deepEqual([result.constructor, result.toString, result.valueOf], ['x', '1.50', 'true'])
})
