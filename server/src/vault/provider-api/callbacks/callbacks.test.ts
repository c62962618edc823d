import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'node:test'
import { eventually } from '../../../../test/harness/test-eventually.ts'
import type { GatewayAnswer } from '../../model/gateway.ts'
import { approval, press, testGateway, wholeCard } from '../../test-vault.ts'
import type { CallbackMembers, ProviderFlow } from '../flows/provider-flow.ts'
import {
  callbackTo,
  startProviderApi,
  startReceiver,
  tenant,
  testFlow,
  values,
} from '../test-provider-api.ts'

type Started = Parameters<typeof startProviderApi>[1]

/** A session whose result goes to a real server. */
async function startSession(
  t: Parameters<typeof startProviderApi>[0],
  {
    callback = {},
    initialValues = values,
    flow = testFlow,
    ...surroundings
  }: Omit<NonNullable<Started>, 'flow'> & {
    readonly callback?: Partial<NonNullable<ProviderFlow['callback']>>
    readonly initialValues?: Readonly<Record<string, string>>
    readonly flow?: ProviderFlow
  } = {},
) {
  const receiver = await startReceiver(t)
  const started = await startProviderApi(t, {
    ...surroundings,
    flow: { ...flow, callback: { ...callbackTo(receiver.url), ...callback } },
  })
  const launched = await started.launched({ FlowId: 695, InitialValues: initialValues })
  return { ...receiver, started, launched, pay: () => press(launched.session, `${wholeCard}1`) }
}

const fieldsOf = ({ body }: { body: string }) => Object.fromEntries(new URLSearchParams(body))

test('a paid session is told as a form, with the members that clients know (contract/provider §4)', async (t) => {
  const { launched, pay, requests } = await startSession(t)
  pay()
  const [first] = await requests(1)
  assert.ok(first)
  assert.equal(first.headers['content-type'], 'application/x-www-form-urlencoded')
  assert.equal(first.headers['webhook-signature'], undefined)
  assert.deepEqual(fieldsOf(first), {
    orderReference: 'order-1',
    orderAmount: '1240',
    orderCurrency: 'GBP',
    transactionResult: 'SUCCESS',
    transactionID: 'reference-1',
    transactionAuthCode: 'A1B2C3',
    transactionResponseMsg: '',
    cardLast4: '1111',
    cardType: 'visa',
    cardExpiry: '1230',
    ppAccountID: '7',
    ppCallID: launched.Id,
  })
})

const outcomes: readonly (readonly [string, GatewayAnswer, string])[] = [
  ['a decline', { status: 'declined', reason: 'do-not-honour', gatewayCode: '05' }, 'DECLINE'],
  ['an error of the gateway', { status: 'error', gatewayCode: '98' }, 'ERROR'],
  ['a review', { status: 'review', gatewayReference: 'reference-2', captured: false }, 'SUCCESS'],
]

for (const [what, answer, transactionResult] of outcomes) {
  test(`${what} is told as ${transactionResult}`, async (t) => {
    const { pay, requests } = await startSession(t, { gateway: testGateway({ answers: async () => answer }) })
    pay()
    const [first] = await requests(1)
    assert.equal(first && fieldsOf(first).transactionResult, transactionResult)
  })
}

test('a session that is cancelled is told as CANCELLED, one that runs out of time as ERROR', async (t) => {
  const { launched, requests, started } = await startSession(t)
  await launched.session.cancel()
  const [cancelled] = await requests(1)
  const { session } = await started.launched()
  await started.clock.leap(3_600_000)
  assert.equal(session.view().state, 'ended')
  const [, late] = await requests(2)
  const told = [cancelled, late].map((request) => fieldsOf(request ?? { body: '' }))
  assert.deepEqual(
    told.map(({ transactionResult, cardLast4, transactionID }) => [
      transactionResult,
      cardLast4,
      transactionID,
    ]),
    [
      ['CANCELLED', '', ''],
      ['ERROR', '', ''],
    ],
  )
})

test('JSON has the template’s shape, and amounts are as the flow says', async (t) => {
  const template: CallbackMembers = {
    Order: { Reference: '{{orderReference}}', Amount: '{{orderAmount}} {{orderCurrency}}' },
    Status: '{{transactionResult}}',
    Case: '{{initialValues.case}}',
    Missing: '{{#correction}}again{{/correction}}',
  }
  const { pay, requests } = await startSession(t, {
    callback: { format: 'json', amounts: 'major', template },
    initialValues: { ...values, case: 'a "case"&b=c' },
  })
  pay()
  const [first] = await requests(1)
  assert.equal(first?.headers['content-type'], 'application/json')
  assert.deepEqual(JSON.parse(first?.body ?? ''), {
    Order: { Reference: 'order-1', Amount: '12.40 GBP' },
    Status: 'SUCCESS',
    Case: 'a "case"&b=c',
    Missing: '',
  })
})

test('a template that is a text is filled in so that no value adds a member', async (t) => {
  const reference = 'x&transactionResult=SUCCESS"}'
  const initialValues = { ...values, orderId: reference }
  const form = await startSession(t, {
    callback: { template: 'ref={{orderReference}}&result={{transactionResult}}' },
    initialValues,
  })
  await form.launched.session.cancel()
  const [first] = await form.requests(1)
  assert.deepEqual(fieldsOf(first ?? { body: '' }), { ref: reference, result: 'CANCELLED' })

  const json = await startSession(t, {
    callback: { format: 'json', template: '{"ref": "{{orderReference}}", "amount": {{orderAmount}}}' },
    initialValues,
  })
  json.pay()
  const [second] = await json.requests(1)
  assert.deepEqual(JSON.parse(second?.body ?? ''), { ref: reference, amount: 1240 })
})

test('an outcome that was unknown is told as ERROR, and again when it is known', async (t) => {
  let known: GatewayAnswer | undefined
  const gateway = testGateway({ answers: () => new Promise(() => {}), known: async () => known })
  const { pay, requests, started, launched } = await startSession(t, { gateway })
  pay()
  await started.clock.advance(30_000)
  const [first] = await requests(1)
  assert.equal(first && fieldsOf(first).transactionResult, 'ERROR')
  assert.equal((await started.get(launched.Id)).json().Result.paymentOutcome, 'unknown')
  known = approval
  await started.clock.leap(3_600_000)
  const [, second] = await requests(2)
  assert.equal(second && fieldsOf(second).transactionResult, 'SUCCESS')
  assert.equal(second && fieldsOf(second).cardLast4, '1111')
  assert.equal((await started.get(launched.Id)).json().Result.correction, 'reconciled')
})

test('a newer result takes the place of one that has not arrived', async (t) => {
  const gateway = testGateway({ answers: () => new Promise(() => {}) })
  const { pay, requests, received, answers, started, launched } = await startSession(t, { gateway })
  answers(500)
  pay()
  await started.clock.advance(30_000)
  await requests(1)
  await eventually(async () => (await started.callbackRows())[0]?.attempts === 1)
  const known = { end: 'payment-connector-error', outcome: 'approved', correction: 'reconciled' } as const
  await started.api.reports.recordResult({ guid: launched.Id, ...known })
  await requests(2)
  await started.clock.advance(60_000)
  await eventually(async () => (await started.callbackRows()).length === 0)
  assert.deepEqual(
    received.map((request) => fieldsOf(request).transactionResult),
    ['ERROR', 'SUCCESS'],
  )
})

test('a callback is sent again until it is answered by a 2xx, with growing pauses', async (t) => {
  const { pay, requests, received, answers, started } = await startSession(t)
  answers(500, 302, 404)
  pay()
  for (const [count, wait] of [
    [1, 7_500],
    [2, 15_000],
    [3, 30_000],
  ] as const) {
    await requests(count)
    await eventually(async () => (await started.callbackRows())[0]?.attempts === count)
    const since = started.clock.now()
    await eventually(async () => {
      await started.clock.advance(500)
      return received.length > count
    })
    const pause = started.clock.now() - since
    assert.ok(pause > wait / 3, `after ${count} tries it waited ${pause} ms`)
  }
  await requests(4)
  await eventually(async () => (await started.callbackRows()).length === 0)
  await started.clock.leap(24 * 3_600_000)
  assert.equal(received.length, 4)
  assert.equal(new Set(received.map(({ body }) => body)).size, 1)
})

test('after twelve hours without a 2xx it is given up, and kept until its client asks', async (t) => {
  const { pay, requests, received, answers, started } = await startSession(t)
  answers(...Array.from({ length: 500 }, () => 503))
  pay()
  await requests(1)
  const isGivenUp = async () => (await started.callbackRows())[0]?.given_up_at != null
  for (let half = 0; half < 30 && !(await isGivenUp()); half += 1) {
    const { length } = received
    await eventually(async () =>
      (await started.callbackRows()).every(({ attempts }) => attempts >= length - 1),
    )
    await started.clock.leap(45 * 60_000)
    await eventually(async () => received.length > length || (await isGivenUp()))
  }
  await eventually(isGivenUp)
  assert.match(started.lines.join(''), /a callback was abandoned after its last attempt/)
  const { length } = received
  await started.restart()
  await started.clock.leap(100 * 24 * 3_600_000)
  assert.equal(received.length, length, 'it is sent no more')
  const [row] = await started.callbackRows()
  const asked = await started.get(row?.session_guid ?? '')
  assert.equal(
    asked.json().Result.transactionResult,
    'SUCCESS',
    'its result outlives the day that results are kept',
  )
  assert.deepEqual(await started.callbackRows(), [])
})

test('what was not delivered survives a restart, and is sealed in the database', async (t) => {
  const { pay, requests, answers, started } = await startSession(t)
  answers(500)
  pay()
  await requests(1)
  await eventually(async () => (await started.callbackRows())[0]?.attempts === 1)
  const [row] = await started.callbackRows()
  assert.doesNotMatch(Buffer.from(row?.sealed_message ?? []).toString('latin1'), /order-1|1111|callback/)
  await started.restart()
  await started.clock.leap(60_000)
  const [first, second] = await requests(2)
  assert.equal(second?.body, first?.body)
})

test('a callback is signed when the flow says so, with the same id at every try', async (t) => {
  const receiver = await startReceiver(t)
  const started = await startProviderApi(t)
  const callback = { ...callbackTo(receiver.url), signature: 'standard-webhooks' } as const
  const { newSigningSecret: secret } = await started.api.flows.put(tenant, { ...testFlow, callback })
  assert.match(secret ?? '', /^whsec_/)
  assert.deepEqual(await started.api.flows.put(tenant, { ...testFlow, name: 'Other', callback }), {})
  receiver.answers(500)
  const { session } = await started.launched()
  await session.cancel()
  await receiver.requests(1)
  await eventually(async () => (await started.callbackRows())[0]?.attempts === 1)
  await started.clock.advance(10_000)
  const requests = await receiver.requests(2)
  assert.equal(new Set(requests.map(({ headers }) => headers['webhook-id'])).size, 1)
  for (const { headers, body } of requests) {
    const key = Buffer.from(secret?.slice('whsec_'.length) ?? '', 'base64')
    const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
    const right = createHmac('sha256', key).update(signed).digest('base64')
    assert.equal(headers['webhook-signature'], `v1,${right}`)
  }
})

test('a private address is told nothing unless the flow allows it', async (t) => {
  const { pay, received, started } = await startSession(t, { callback: { privateAddresses: 'refused' } })
  pay()
  await eventually(async () => (await started.callbackRows())[0]?.attempts === 1)
  assert.equal(received.length, 0)
  assert.match(started.lines.join(''), /"fault":"private-address"/)
})

test('a result that is reported twice is told once', async (t) => {
  const { pay, requests, received, started, launched } = await startSession(t)
  pay()
  await requests(1)
  await eventually(async () => (await started.callbackRows()).length === 0)
  const result = { guid: launched.Id, end: 'success', outcome: 'approved' } as const
  assert.equal(await started.api.reports.recordResult(result), true)
  assert.deepEqual(await started.callbackRows(), [])
  assert.equal(received.length, 1)
})

test('nothing of a card but its last four digits, brand and expiry reaches a callback, a log or the store', async (t) => {
  const { pay, requests, started } = await startSession(t)
  pay()
  const [first] = await requests(1)
  assert.doesNotMatch(`${first?.body}${started.lines.join('')}`, /411111|4111/)
})

test('a callback that cannot be opened any more is put off, and holds up no other', async (t) => {
  const { pay, requests, answers, received, started } = await startSession(t)
  answers(500)
  pay()
  await requests(1)
  await eventually(async () => (await started.callbackRows())[0]?.attempts === 1)
  const spoil = started.store.prepare((db, p: { sealed: Uint8Array }) =>
    db.updateTable('provider_callback').set({ sealed_message: p.sealed }),
  )
  await started.store.write((tx) => spoil.run(tx, { sealed: Buffer.alloc(64, 1) }))
  await started.clock.leap(60_000)
  await eventually(async () => (await started.callbackRows())[0]?.attempts === 2)
  const { session } = await started.launched()
  await session.cancel()
  await requests(2)
  assert.equal(received.length, 2)
  assert.match(started.lines.join(''), /a callback could not be created/)
})

/** A server that is asked and never answers, at so many addresses of this machine. */
async function startSilent(t: Parameters<typeof startProviderApi>[0], count: number) {
  const asked: string[] = []
  const server = createServer((request) => void asked.push(request.headers.host ?? ''))
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve))
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  const { port } = server.address() as AddressInfo
  return { asked, origins: Array.from({ length: count }, (_, each) => `http://127.0.1.${each + 1}:${port}`) }
}

test('however many receivers do not answer, another one is told at once', async (t) => {
  const silent = await startSilent(t, 140)
  const good = await startReceiver(t)
  const origins = [...silent.origins, new URL(good.url).origin]
  const started = await startProviderApi(t, {
    flow: { ...testFlow, callback: { ...callbackTo(good.url), to: { member: 'tell', origins } } },
  })
  const end = async (tell: string) => {
    const { session } = await started.launched({ FlowId: 695, InitialValues: { ...values, tell } })
    await session.cancel()
  }
  for (const origin of silent.origins) await end(`${origin}/callback`)
  await eventually(() => silent.asked.length === 140)
  await end(good.url)
  await good.requests(1)
})

test('one receiver that does not answer has few callbacks under way, and the rest waits for it', async (t) => {
  const silent = await startSilent(t, 1)
  const [origin = ''] = silent.origins
  const started = await startProviderApi(t, {
    flow: { ...testFlow, callback: callbackTo(`${origin}/callback`) },
  })
  for (let each = 0; each < 40; each += 1) await (await started.launched()).session.cancel()
  await eventually(() => silent.asked.length === 16)
  await started.clock.advance(1_000)
  assert.equal(silent.asked.length, 16)
})
