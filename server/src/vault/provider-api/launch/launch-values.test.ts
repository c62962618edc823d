import assert from 'node:assert/strict'
import { test } from 'node:test'
import { press, wholeCard } from '../../test-vault.ts'
import { callbackTo, startProviderApi, startReceiver, testFlow } from '../test-provider-api.ts'

const street = '1 Market Street\r\nSuite 300\tRear\u2028B\vC\u0085D'
const members = `"currencyCode":"GBP","orderId":"order\\n1","street":${JSON.stringify(street)},"rate":1.10,
  "large":12345678901234567890,"power":1E2,"negative":-0`
const launchOf = (amount: string) => `{"FlowId":695,"InitialValues":{"amount":${amount},${members}}}`

const told = {
  street: '{{initialValues.street}}',
  rate: '{{initialValues.rate}}',
  large: '{{initialValues.large}}',
  power: '{{initialValues.power}}',
  negative: '{{initialValues.negative}}',
  reference: '{{orderReference}}',
}
const asSent = {
  street,
  rate: '1.10',
  large: '12345678901234567890',
  power: '1E2',
  negative: '-0',
  reference: 'order\n1',
}

for (const [what, callback, read] of [
  [
    'a form',
    { format: 'form', template: told },
    (text: string) => Object.fromEntries(new URLSearchParams(text)),
  ],
  ['JSON', { format: 'json', template: told }, JSON.parse],
  [
    'a template that is a text',
    {
      format: 'json',
      template: `{${Object.entries(told)
        .map(([name, value]) => `"${name}":"${value}"`)
        .join(',')}}`,
    },
    JSON.parse,
  ],
] as const) {
  test(`line breaks and numbers are told by ${what} as they were launched with`, async (t) => {
    const receiver = await startReceiver(t)
    const { launched } = await startProviderApi(t, {
      flow: { ...testFlow, callback: { ...callbackTo(receiver.url), ...callback } },
    })
    const { capture } = await launched(launchOf('1240'))
    press(capture, `${wholeCard}1`)
    const [first] = await receiver.requests(1)
    assert.deepEqual(read(first?.body ?? ''), asSent)
  })
}

test('an amount that is a JSON number is read by its value, and a text as the flow says', async (t) => {
  const { launched, launchRequest } = await startProviderApi(t)
  for (const amount of ['1240', '1240.0', '1240.00', '1.24E3', '"1240"']) {
    const { capture } = await launched(launchOf(amount))
    assert.equal(capture.launch.order.amountMinor, 1240, amount)
  }
  for (const amount of ['"1240.0"', '"1.24E3"', '12.40', '-0', '12345678901234567890']) {
    assert.equal((await launchRequest(launchOf(amount))).statusCode, 400, amount)
  }
})

test('other control characters, and line breaks in names, are refused', async (t) => {
  const { launchRequest } = await startProviderApi(t)
  const refusal = async (member: string) => {
    const { statusCode, body } = await launchRequest(
      `{"FlowId":695,"InitialValues":{"amount":1240,"currencyCode":"GBP",${member}}}`,
    )
    return `${statusCode} ${body.trim()}`
  }
  for (const each of ['\\u0000', '\\u0007', '\\u001b', '\\u007f', '\\u0080']) {
    assert.equal(await refusal(`"note":"a${each}b"`), '400 InitialValues.note contains control characters.')
  }
  assert.match(await refusal('"no\\nte":"a"'), /^400 A member of InitialValues has an invalid name/)
})

test('a card number is found in a JSON number, in whatever way it is written', async (t) => {
  const { launchRequest } = await startProviderApi(t)
  for (const number of ['4111111111111111.0', '4.111111111111111E15', '41111111111111110e-1']) {
    const answer = await launchRequest(launchOf(`1240,"x":${number}`))
    assert.equal(answer.statusCode, 400, number)
    assert.match(answer.body, /InitialValues\.x contains a card number/)
  }
})

test('launches whose numbers are written otherwise are not the same, for an Idempotency-Key', async (t) => {
  const { launchRequest } = await startProviderApi(t)
  const send = (amount: string) => launchRequest(launchOf(amount), { 'idempotency-key': 'k' })
  const first = await send('1240')
  assert.equal((await send('1240')).body, first.body)
  assert.equal((await send('1240.0')).statusCode, 422)
})
