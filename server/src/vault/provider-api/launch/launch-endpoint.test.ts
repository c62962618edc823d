import assert from 'node:assert/strict'
import { test } from 'node:test'
import { credentials, startProviderApi, tenant, testFlow, values } from '../test-provider-api.ts'

const cardNumber = '4111 1111 1111 1111'

test('a launch is answered with the session’s Id and a short LinkId (contract/provider §2)', async (t) => {
  const { launchRequest, find, tokens } = await startProviderApi(t)
  const answer = await launchRequest()
  assert.equal(answer.statusCode, 200)
  const { Id, LinkId, ViewUrl, PaymentFormUrl, AccessToken, RefreshToken } = answer.json()
  assert.match(Id, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  assert.match(LinkId, /^[1-9]\d{8}$/)
  assert.equal(ViewUrl, `https://nam.pay.example.com/session/7/view/${Id}/framed`)
  assert.ok(PaymentFormUrl.startsWith('https://nam.pay.example.com/'))
  assert.match(AccessToken, /^eyJ/)
  assert.match(RefreshToken, /^[0-9a-f]{32}$/)
  assert.notEqual(RefreshToken, (await tokens()).refresh_token)
  const { launch } = find(Id)
  assert.deepEqual(launch.order, { amountMinor: 1240, currency: 'GBP', reference: 'order-1' })
  assert.deepEqual(launch.initialValues, values)
  assert.deepEqual([launch.tenant, launch.entry, launch.flow.lifetimeSeconds], [7, 'keypad', 3600])
})

test('FlowId is a number or a text, and names are matched without regard to case', async (t) => {
  const { launchRequest } = await startProviderApi(t)
  const shouted = { AMOUNT: '1240', currencycode: 'gbp', ORDERID: 'order-1' }
  for (const body of [
    { FlowId: '695', InitialValues: values },
    { flowid: 695, initialvalues: shouted },
    { FLOWID: ' 695 ', INITIALVALUES: { ...values, extra: 'kept' }, Unknown: [1] },
    { FlowId: 695, InitialValues: { ...values, amount: 1240, other: null, flag: true } },
  ]) {
    const answer = await launchRequest(body)
    assert.equal(answer.statusCode, 200, answer.body)
  }
})

test('the number in the path is the tenant: that of another client is not found', async (t) => {
  const { json, api, tokens } = await startProviderApi(t)
  const other = { ...credentials, client_id: 'other-desk', username: 'other' }
  await api.clients.create({
    clientId: 'other-desk',
    clientSecret: credentials.client_secret,
    tenant: 8,
    tenantName: credentials.tenantname,
    username: 'other',
  })
  const body = { FlowId: 695, InitialValues: values }
  const { access_token: token } = await tokens(other)
  assert.equal((await json('/api/v1/session/7/launch', body, { token })).statusCode, 404)
  assert.equal((await json('/api/v1/session/8/launch', body)).statusCode, 404)
  const own = await json('/api/v1/session/8/launch', body, { token })
  assert.deepEqual([own.statusCode, own.body], [400, 'The flow identifier was not found: 695.\n'])
})

test('an unknown flow is 400, with a text that the flow identifier was not found', async (t) => {
  const { launchRequest } = await startProviderApi(t)
  const answer = await launchRequest({ FlowId: 999, InitialValues: values })
  assert.deepEqual([answer.statusCode, answer.body], [400, 'The flow identifier was not found: 999.\n'])
  assert.match(String(answer.headers['content-type']), /^text\/plain/)
})

test('InitialValues that are nested are refused by name, and so is what cannot be an order', async (t) => {
  const { launchRequest } = await startProviderApi(t)
  const refusal = async (InitialValues: unknown, FlowId: unknown = 695) => {
    const { statusCode, body } = await launchRequest({ FlowId, InitialValues })
    return [statusCode, body.trim()]
  }
  const nested = (name: string) => [400, `InitialValues.${name} is nested. Send strings only.`]
  assert.deepEqual(await refusal({ ...values, customer: { name: 'John' } }), nested('customer'))
  assert.deepEqual(await refusal({ ...values, lines: ['a'] }), nested('lines'))
  assert.deepEqual(await refusal([values]), [400, 'InitialValues must be an object of strings.'])
  assert.deepEqual(await refusal({}), [400, 'InitialValues.currencyCode is missing.'])
  assert.deepEqual(await refusal({ ...values, currencyCode: 'XX' }), [
    400,
    'InitialValues.currencyCode is not an ISO 4217 currency code.',
  ])
  const missing = 'InitialValues.amount is missing: a payment must have a positive amount, such as 1240.'
  const { amount: _, ...withoutAmount } = values
  for (const each of [
    withoutAmount,
    { ...values, amount: '' },
    { ...values, amount: ' ' },
    { ...values, amount: null },
    { ...withoutAmount, ammount: '1240' },
  ]) {
    assert.deepEqual(await refusal(each), [400, missing])
  }
  for (const amount of ['0', 0, '000']) {
    const answer = [400, 'InitialValues.amount is not a positive amount.']
    assert.deepEqual(await refusal({ ...values, amount }), answer)
  }
  for (const amount of ['-5', -5, 'NaN', true, '0.00']) {
    const answer = [400, 'InitialValues.amount must be in minor units, such as 1240.']
    assert.deepEqual(await refusal({ ...values, amount }), answer)
  }
  assert.deepEqual(await refusal({ ...values, amount: '12.40' }), [
    400,
    'InitialValues.amount must be in minor units, such as 1240.',
  ])
  assert.deepEqual(await refusal({ ...values, Amount: '1' }), [
    400,
    'amount was sent twice, in two spellings.',
  ])
  assert.deepEqual(await refusal(values, 'x'), [400, 'FlowId must be a number.'])
  for (const flowId of [null, -1, 1.5, '', true, [695], '341111111111111']) {
    assert.deepEqual(await refusal(values, flowId), [400, 'FlowId must be a number.'])
  }
  assert.deepEqual(await refusal({ ...values, note: 'a\u0000b' }), [
    400,
    'InitialValues.note contains control characters.',
  ])
})

test('a card number among InitialValues is refused, and is neither stored nor logged', async (t) => {
  const { launchRequest, lines, store } = await startProviderApi(t)
  for (const InitialValues of [
    { ...values, note: `card ${cardNumber}` },
    { ...values, orderId: cardNumber },
    { ...values, [cardNumber]: 'x' },
    { ...values, amount: 4111111111111111 },
  ]) {
    const answer = await launchRequest({ FlowId: 695, InitialValues })
    assert.equal(answer.statusCode, 400)
    assert.doesNotMatch(answer.body, /4111/)
  }
  assert.doesNotMatch(lines.join(''), /4111/)
  const sessions = store.prepare((db, _: object) => db.selectFrom('capture_session').select('guid'))
  assert.deepEqual(await sessions.all(store.reader, {}), [])
})

test('without a token that is good a launch is 401, whatever it holds', async (t) => {
  const { app, json, api, tokens } = await startProviderApi(t)
  const url = `/api/v1/session/${tenant}/launch`
  const without = await app.inject({ method: 'POST', url, payload: {} })
  assert.deepEqual([without.statusCode, without.headers['www-authenticate']], [401, 'Bearer'])
  for (const token of ['x', 'a.b.c', 'x'.repeat(2000)]) {
    assert.equal((await json(url, { FlowId: 695, InitialValues: values }, { token })).statusCode, 401)
  }
  const { access_token: token } = await tokens()
  await api.clients.setDisabled('harbour-desk', true)
  assert.equal((await json(url, { FlowId: 695, InitialValues: values }, { token })).statusCode, 401)
})

test('bodies that nobody can read are refused in plain text', async (t) => {
  const { launchRequest } = await startProviderApi(t)
  const large = await launchRequest({ FlowId: 695, InitialValues: { ...values, note: 'x'.repeat(70_000) } })
  assert.deepEqual(
    [large.statusCode, large.body],
    [413, 'The request body is too large. The limit is 64 KiB.\n'],
  )
  for (const body of ['{', '[]', '"x"', 'null', '{"FlowId":695,"FlowId":1}', '']) {
    const { statusCode, headers } = await launchRequest(body)
    assert.equal(statusCode, 400, body)
    assert.match(String(headers['content-type']), /^text\/plain/)
  }
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`member${index}`, 'x']))
  assert.equal((await launchRequest({ FlowId: 695, InitialValues: many })).statusCode, 400)
})

test('JSON in UTF-16 is read, as clients on .NET send it', async (t) => {
  const { app, tokens } = await startProviderApi(t)
  const { access_token } = await tokens()
  const body = JSON.stringify({ FlowId: 695, InitialValues: { ...values, name: 'Zoë' } })
  const answer = await app.inject({
    method: 'POST',
    url: `/api/v1/session/${tenant}/launch`,
    headers: {
      authorization: `Bearer ${access_token}`,
      'content-type': 'application/json; charset=utf-16',
    },
    payload: Buffer.from(body, 'utf16le'),
  })
  assert.equal(answer.statusCode, 200, answer.body)
})

test('a launch with the Idempotency-Key of another is that one; with another body it is refused', async (t) => {
  const { launchRequest, store, clock } = await startProviderApi(t)
  const body = { FlowId: 695, InitialValues: values }
  const key = { 'idempotency-key': 'order-1' }
  const [first, second] = await Promise.all([launchRequest(body, key), launchRequest(body, key)])
  assert.equal(first.statusCode, 200)
  assert.deepEqual(second.json(), first.json())
  const other = await launchRequest({ ...body, InitialValues: { ...values, amount: '1' } }, key)
  assert.equal(other.statusCode, 422)
  const sessions = store.prepare((db, _: object) => db.selectFrom('capture_session').select('guid'))
  assert.equal((await sessions.all(store.reader, {})).length, 1)
  assert.equal((await launchRequest(body, { 'idempotency-key': cardNumber })).statusCode, 400)
  await clock.leap(25 * 3_600_000)
  assert.notEqual((await launchRequest(body, key)).json().Id, first.json().Id)
})

test('amounts are in minor or in major units, as the flow says; what it fixes need not be sent', async (t) => {
  const { launchRequest, find, api } = await startProviderApi(t)
  const orderOf = async (flow: typeof testFlow, InitialValues: object) => {
    await api.flows.put(tenant, flow)
    const answer = await launchRequest({ FlowId: 695, InitialValues })
    return answer.statusCode === 200 ? find(answer.json().Id).launch.order : answer.body.trim()
  }
  const { initialValues } = testFlow
  const major = { ...testFlow, initialValues: { ...initialValues, amounts: 'major' } } as const
  assert.deepEqual(await orderOf(major, { ...values, amount: '12.40' }), {
    amountMinor: 1240,
    currency: 'GBP',
    reference: 'order-1',
  })
  assert.deepEqual(await orderOf(major, { amount: '1240', currencyCode: 'JPY' }), {
    amountMinor: 1240,
    currency: 'JPY',
  })
  assert.match(
    String(await orderOf(major, { ...values, amount: '12.4.0' })),
    /^InitialValues.amount is not a valid amount/,
  )
  const fixed = {
    ...testFlow,
    initialValues: { amounts: 'minor', amount: { fixed: '500' }, currency: { fixed: 'EUR' } },
  } as const
  assert.deepEqual(await orderOf(fixed, {}), { amountMinor: 500, currency: 'EUR' })
})

test('in major units too, an amount is wanted where money is meant', async (t) => {
  const { initialValues } = testFlow
  const { launchRequest } = await startProviderApi(t, {
    flow: { ...testFlow, initialValues: { ...initialValues, amounts: 'major' } },
  })
  for (const [amount, fault] of [
    ['', 'is missing: a payment must have a positive amount, such as 12.40'],
    ['0.00', 'is not a positive amount'],
    ['-5', 'is not a positive amount'],
    ['NaN', 'is not a positive amount'],
  ]) {
    const answer = await launchRequest({ FlowId: 695, InitialValues: { ...values, amount } })
    assert.equal(answer.statusCode, 400)
    assert.equal(answer.body, `InitialValues.amount ${fault}.\n`)
  }
})

test('a flow that verifies or keeps cards needs no amount, and charges none that is sent', async (t) => {
  const { launchRequest, find, api } = await startProviderApi(t)
  const { initialValues } = testFlow
  for (const purpose of ['verify', 'tokenise'] as const) {
    for (const amounts of ['minor', 'major'] as const) {
      const flow = { ...testFlow.flow, purpose }
      await api.flows.put(tenant, { ...testFlow, flow, initialValues: { ...initialValues, amounts } })
      for (const amount of [undefined, null, '', '0', '0.00', '1240']) {
        const answer = await launchRequest({ FlowId: 695, InitialValues: { ...values, amount } })
        assert.equal(answer.statusCode, 200, answer.body)
        assert.equal(find(answer.json().Id).launch.order.amountMinor, 0)
      }
      const wrong = await launchRequest({ FlowId: 695, InitialValues: { ...values, amount: '-5' } })
      assert.equal(wrong.statusCode, 400)
    }
  }
})

test('a flow that an older version kept, with nothing as what it always takes, takes money and is refused', async (t) => {
  const { purpose: _, ...older } = testFlow.flow
  const { launchRequest } = await startProviderApi(t, {
    flow: {
      ...testFlow,
      flow: older as typeof testFlow.flow,
      initialValues: { amounts: 'minor', amount: { fixed: '0' }, currency: { fixed: 'EUR' } },
    },
  })
  const answer = await launchRequest({ FlowId: 695, InitialValues: {} })
  assert.deepEqual(
    [answer.statusCode, answer.body],
    [400, 'The flow’s fixed amount is not a positive amount.\n'],
  )
})

test('a URL that a launch names is of an origin that the flow names', async (t) => {
  const origins = ['https://shop.example.com', 'http://localhost:*']
  const { launchRequest, find } = await startProviderApi(t, {
    flow: { ...testFlow, returnTo: { member: 'returnURL', origins } },
  })
  const launch = (returnURL: string) =>
    launchRequest({ FlowId: 695, InitialValues: { ...values, returnURL } })
  for (const url of ['https://shop.example.com/done?order=1', 'http://localhost:3000/']) {
    const answer = await launch(url)
    assert.equal(find(answer.json().Id).launch.returnUrl, url)
  }
  for (const url of [
    'https://shop.example.com.evil.example/',
    'https://user@shop.example.com/',
    'http://shop.example.com/',
    'javascript:alert(1)',
    '//shop.example.com',
    'x',
  ]) {
    const answer = await launch(url)
    assert.equal(answer.body, 'InitialValues.returnURL has an origin that the flow does not allow.\n', url)
  }
})

test('a launch is read in the charset that it declares; an unknown one is refused in a line of text', async (t) => {
  const { app, tokens, store } = await startProviderApi(t)
  const { access_token } = await tokens()
  const body = JSON.stringify({ FlowId: '695', InitialValues: { ...values, amount: 1240, name: 'Zoë' } })
  const launch = (charset: string) =>
    app.inject({
      method: 'POST',
      url: `/api/v1/session/${tenant}/launch`,
      headers: {
        authorization: `Bearer ${access_token}`,
        'content-type': `application/json; charset=${charset}`,
      },
      payload: Buffer.from(body, 'latin1'),
    })
  assert.equal((await launch('iso-8859-1')).statusCode, 200)
  const refused = await launch('x-other')
  assert.equal(refused.statusCode, 415)
  assert.equal(refused.body, "The charset 'x-other' is not supported. Send the body in UTF-8.\n")
  assert.equal((await launch('utf-8')).statusCode, 400, 'one that is not what it declares')
  const sessions = store.prepare((db, _: object) => db.selectFrom('capture_session').select('guid'))
  assert.equal((await sessions.all(store.reader, {})).length, 1)
})
