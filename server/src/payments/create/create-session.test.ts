import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../base/problem.ts'
import { approved, fillDisk, keypadConfiguration, paymentData, startPayments } from '../test-payments.ts'

const digital = '/globalpci/v1/digitalsession'

test('an agent-assisted session is opened on the agent’s live call, and answered with 200 and six texts', async (t) => {
  const { post, putOnCall, launches, payments } = await startPayments(t)
  const callGuid = putOnCall('agent7')
  const answer = await post({ agentId: 'agent7', paymentData })
  assert.equal(answer.statusCode, 200)
  assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
  assert.equal(answer.headers['cache-control'], 'no-store')
  const body = answer.json()
  assert.deepEqual(Object.keys(body), [
    'sessionGuid',
    'providerSessionGuid',
    'iframeUrl',
    'agentAccessToken',
    'agentRefreshToken',
    'paymentFormUrl',
  ])
  for (const value of Object.values(body)) assert.equal(typeof value, 'string')
  assert.equal(launches[0]?.kind, 'agent-assist')
  assert.equal(launches[0]?.callGuid, callGuid)
  assert.deepEqual(await payments.findProviderSession(body.sessionGuid), {
    accountId: 7,
    providerSessionGuid: body.providerSessionGuid,
    callGuid,
    state: 'Created',
  })
})

test('a digital session needs no call', async (t) => {
  const { post, launches } = await startPayments(t)
  const answer = await post({ agentId: 'agent12345', paymentData }, { url: digital })
  assert.equal(answer.statusCode, 200)
  assert.equal(launches[0]?.kind, 'digital')
  assert.equal(launches[0]?.callGuid, null)
  assert.deepEqual(launches[0]?.order, { amountMinor: 1240, currency: 'GBP', reference: 'order-1' })
  assert.deepEqual(launches[0]?.paymentData, paymentData)
})

test('paths and member names are matched without regard to case', async (t) => {
  const { post } = await startPayments(t)
  for (const [url, body] of [
    ['/GlobalPCI/V1/Session', { agentID: 'agent7', PaymentData: paymentData, SKIPCALLTRANSFER: true }],
    ['/globalpci/v1/DigitalSession', { AgentId: 'a', paymentdata: paymentData, accountconfigurationid: 2 }],
  ] as const) {
    const answer = await post(body, { url })
    assert.equal(answer.statusCode, 200, answer.body)
  }
})

test('one member in two spellings is refused', async (t) => {
  const { post, sessions } = await startPayments(t)
  const answer = await post({ agentId: 'a', agentID: 'b', paymentData, skipCallTransfer: true })
  assert.equal(answer.statusCode, 400)
  assert.deepEqual(answer.json().errors, [{ path: '/agentId', message: 'was sent twice, in two spellings' }])
  assert.equal(await sessions(), 0)
})

test('unknown members are ignored', async (t) => {
  const { open } = await startPayments(t)
  await open({ somethingElse: [{ deep: true }], callGuid: 7 })
})

test('nulls, empty strings, numbers and booleans are kept as they are or as their text', async (t) => {
  const { open, launches } = await startPayments(t)
  await open({
    accountConfigurationId: null,
    paymentData: { a: null, b: '', c: 12.5, d: true, e: 0, Amount: 5, Currency: null },
  })
  const kept = { a: null, b: '', c: '12.5', d: 'true', e: '0', Amount: '5', Currency: null }
  assert.deepEqual(launches[0]?.paymentData, kept)
  assert.deepEqual(launches[0]?.order, { amountMinor: 500, currency: 'GBP' })
})

test('a real store’s request for the Orbital gateway is taken', async (t) => {
  const { open, launches } = await startPayments(t)
  await open({
    accountConfigurationId: 2,
    paymentData: {
      MessageType: 'AC',
      MerchantID: '700000',
      TerminalID: '001',
      AVSname: 'John Smith',
      AVSaddress1: '1 Main St',
      AVScountryCode: null,
      AVSphoneNum: '',
      OrderID: '100000123',
      Amount: '$12.40',
      Currency: 'usd',
    },
  })
  assert.deepEqual(launches[0]?.order, { amountMinor: 1240, currency: 'USD', reference: '100000123' })
})

test('a backend must say whose session it is', async (t) => {
  const { post, sessions } = await startPayments(t)
  for (const agentId of [undefined, null, '']) {
    for (const url of ['/globalpci/v1/session', digital]) {
      const answer = await post({ agentId, paymentData, skipCallTransfer: true }, { url })
      assert.equal(answer.statusCode, 400)
      assert.deepEqual(answer.json().errors, [{ path: '/agentId', message: 'is missing' }])
    }
  }
  assert.equal(await sessions(), 0)
})

test('an agent’s own token speaks for that agent, and for no other', async (t) => {
  const { post, putOnCall, launches } = await startPayments(t)
  const callGuid = putOnCall('agent7')
  assert.equal((await post({ paymentData }, { as: 'agent7' })).statusCode, 200)
  assert.equal(launches[0]?.callGuid, callGuid)
  const same = await post({ agentId: 'agent7', paymentData, skipCallTransfer: true }, { as: 'agent7' })
  assert.equal(same.statusCode, 200)
  const other = await post({ agentId: 'agent8', paymentData, skipCallTransfer: true }, { as: 'agent7' })
  assert.equal(other.statusCode, 403)
  assert.match(other.json().type, /#foreign-agent$/)
})

test('a call cannot be skipped in a production account', async (t) => {
  const { post, putOnCall } = await startPayments(t)
  const body = { agentId: 'agent7', paymentData }
  const refused = await post({ ...body, skipCallTransfer: true }, { as: 'production' })
  assert.equal(refused.statusCode, 403)
  assert.match(refused.json().type, /#skip-call-transfer-refused$/)
  putOnCall('agent7', 9)
  assert.equal((await post({ ...body, skipCallTransfer: false }, { as: 'production' })).statusCode, 200)
  const link = await post({ ...body, skipCallTransfer: true }, { as: 'production', url: digital })
  assert.equal(link.statusCode, 200)
})

test('configuration 0 is legal and the default; an unknown one is refused in the original’s words', async (t) => {
  const { open, post, launches } = await startPayments(t)
  await open()
  await open({ accountConfigurationId: 0 })
  await open({ accountConfigurationId: 2 })
  assert.deepEqual(
    launches.map(({ configuration }) => configuration.id),
    [0, 0, 2],
  )
  for (const id of [5, 2 ** 31, 1e300]) {
    const answer = await post({
      agentId: 'a',
      paymentData,
      skipCallTransfer: true,
      accountConfigurationId: id,
    })
    assert.equal(answer.statusCode, 400)
    const detail = `Account configuration does not exists for account: Harbour Street Books, configuration Id: ${id}.`
    assert.equal(answer.json().detail, detail)
    assert.equal(answer.json().message, detail)
  }
})

test('a configuration that was put is in force at once, and one that another node put within a second', async (t) => {
  const { payments, open, launches, store, clock } = await startPayments(t)
  await open()
  await payments.configurations.put(7, { ...keypadConfiguration, name: 'second' })
  await open()
  const elsewhere = store.prepare((db, p: { settings: string }) =>
    db.updateTable('account_configuration').set({ settings: p.settings }).where('account_id', '=', 7),
  )
  await store.write((tx) =>
    elsewhere.run(tx, { settings: JSON.stringify({ ...keypadConfiguration, name: 'third' }) }),
  )
  await clock.advance(1000)
  await open()
  assert.deepEqual(
    launches.map(({ configuration }) => configuration.name),
    ['Keypad', 'second', 'third'],
  )
})

test('an agent without a live call is refused', async (t) => {
  const { post, sessions, putOnCall } = await startPayments(t)
  putOnCall('agent8')
  putOnCall('agent7', 8)
  const answer = await post({ agentId: 'agent7', paymentData })
  assert.equal(answer.statusCode, 409)
  assert.match(answer.json().type, /#no-live-call$/)
  assert.equal(await sessions(), 0)
})

test('a call has one open session; the refusal of a second names the first', async (t) => {
  const { post, putOnCall, payments, launches } = await startPayments(t)
  putOnCall('agent7')
  const first = (await post({ agentId: 'agent7', paymentData })).json()
  const second = await post({ agentId: 'agent7', paymentData })
  assert.equal(second.statusCode, 409)
  assert.match(second.json().type, /#call-has-session$/)
  assert.equal(second.json().sessionGuid, first.sessionGuid)
  assert.ok(second.json().detail.includes(first.sessionGuid))
  assert.equal(launches.length, 1)
  await payments.reports.recordResult(approved(first.providerSessionGuid))
  assert.equal((await post({ agentId: 'agent7', paymentData })).statusCode, 200)
})

test('of two requests for one call at the same moment one opens a session and only one is launched', async (t) => {
  const { post, putOnCall, launches, sessions } = await startPayments(t)
  putOnCall('agent7')
  const answers = await Promise.all([1, 2, 3].map(() => post({ agentId: 'agent7', paymentData })))
  assert.deepEqual(answers.map(({ statusCode }) => statusCode).sort(), [200, 409, 409])
  const winner = answers.find(({ statusCode }) => statusCode === 200)?.json().sessionGuid
  for (const answer of answers) {
    if (answer.statusCode === 409) assert.equal(answer.json().sessionGuid, winner)
  }
  assert.equal(launches.length, 1)
  assert.equal(await sessions(), 1)
})

test('a race that another node wins ends what was launched, and names the winner', async (t) => {
  const { post, putOnCall, store, newGuid, behaviour, cancelled, sessions } = await startPayments(t)
  const callGuid = putOnCall('agent7')
  const winner = newGuid()
  const insert = store.prepare((db, p: { guid: string; provider: string; callGuid: string }) =>
    db.insertInto('payment_session').values({
      guid: p.guid,
      account_id: 7,
      kind: 'agent-assist',
      agent_id: 'agent7',
      configuration_id: 0,
      call_guid: p.callGuid,
      provider_session_guid: p.provider,
      state: 'Created',
      created_at: 1,
      updated_at: 1,
      ended_at: null,
      sealed_payment_data: null,
      sealed_result: null,
      result_removal_at: null,
      awaits_outcome: 0,
      correction: null,
    }),
  )
  let launched: string | undefined
  behaviour.launch = async (_, guid) => {
    launched = guid
    await store.write((tx) => insert.run(tx, { guid: winner, provider: newGuid(), callGuid }))
  }
  const answer = await post({ agentId: 'agent7', paymentData })
  assert.equal(answer.statusCode, 409)
  assert.equal(answer.json().sessionGuid, winner)
  assert.deepEqual(cancelled, [launched])
  assert.equal(await sessions(), 1)
})

test('what the provider answers is answered, and nothing is stored', async (t) => {
  const { post, behaviour, sessions } = await startPayments(t)
  const body = { agentId: 'agent7', paymentData, skipCallTransfer: true }
  behaviour.launch = () => {
    const detail = "Provider's authorization endpoint returned error message 'invalid_client'"
    throw new Problem('provider-refused', detail)
  }
  const refused = await post(body)
  assert.equal(refused.statusCode, 502)
  assert.equal(
    refused.json().detail,
    "Provider's authorization endpoint returned error message 'invalid_client'",
  )
  behaviour.launch = () => {
    throw new Problem('provider-unavailable', 'The provider cannot be reached.', {
      headers: { 'retry-after': '5' },
    })
  }
  const unavailable = await post(body)
  assert.equal(unavailable.statusCode, 503)
  assert.equal(unavailable.headers['retry-after'], '5')
  assert.equal(await sessions(), 0)
})

test('amounts are read by the configuration’s currency unless the request names one', async (t) => {
  const { open, post, launches } = await startPayments(t)
  await open({ paymentData: { amount: '1,234.50', REFERENCE: 'r', orderid: '' } })
  await open({ paymentData: { Amount: 12.4, Currency: 'jod' } })
  assert.deepEqual(
    launches.map(({ order }) => order),
    [
      { amountMinor: 123450, currency: 'GBP', reference: 'r' },
      { amountMinor: 12400, currency: 'JOD' },
    ],
  )
  for (const [wrong, path] of [
    [{ Amount: '0' }, '/paymentData/Amount'],
    [{ AMOUNT: '-5' }, '/paymentData/AMOUNT'],
    [{ Amount: '€5' }, '/paymentData/Amount'],
    [{ Amount: true }, '/paymentData/Amount'],
    [{ Amount: '5', Currency: 'XXX' }, '/paymentData/Currency'],
    [{ Amount: '5', currency: 'pounds' }, '/paymentData/currency'],
    [{ Amount: '5', amount: '6' }, '/paymentData/amount'],
  ] as const) {
    const answer = await post({ agentId: 'a', paymentData: wrong, skipCallTransfer: true })
    assert.equal(answer.statusCode, 400, JSON.stringify(wrong))
    assert.equal(answer.json().errors[0].path, path)
  }
})

test('a session that its provider could not make durable is answered by nobody and not stored', async (t) => {
  const { post, putOnCall, behaviour, cancelled, sessions } = await startPayments(t)
  putOnCall('agent7')
  behaviour.durable = Promise.reject(new Error('the disk is full'))
  behaviour.durable.catch(() => {})
  const answer = await post({ agentId: 'agent7', paymentData })
  assert.equal(answer.statusCode, 500)
  assert.equal(cancelled.length, 1)
  assert.equal(await sessions(), 0)
  delete behaviour.durable
  assert.equal((await post({ agentId: 'agent7', paymentData })).statusCode, 200)
})

test('where what is left of an unopened session cannot be removed, an operator is told', async (t) => {
  const { post, putOnCall, behaviour, store, lines } = await startPayments(t)
  putOnCall('agent7')
  behaviour.durable = Promise.reject(new Error('the disk is full'))
  behaviour.durable.catch(() => {})
  behaviour.cancel = () => void fillDisk(t, store)
  assert.equal((await post({ agentId: 'agent7', paymentData })).statusCode, 500)
  assert.ok(lines.some((line) => line.includes('that was not opened could not be ended')))
})

for (const sent of [
  { accountConfigurationId: '2', skipCallTransfer: 'true', agentId: 1001 },
  { accountConfigurationId: ' 2 ', skipCallTransfer: 'True', agentId: '1001' },
  { accountConfigurationId: '2.0', skipCallTransfer: true, agentId: 1001 },
]) {
  test(`members of another type with one reading are read: ${JSON.stringify(sent)}`, async (t) => {
    const { post, app } = await startPayments(t)
    const answer = await post({ ...sent, paymentData })
    assert.equal(answer.statusCode, 200, answer.body)
    const listed = await app.inject({
      url: '/globalpci/v1/sessions?agentId=1001',
      headers: { authorization: 'Bearer backend' },
    })
    assert.equal(listed.json().sessions[0].accountConfigurationId, 2)
  })
}

test('an empty text for a number or a truth is as if it were not there', async (t) => {
  const { post } = await startPayments(t)
  const answer = await post({ agentId: 'a', paymentData, accountConfigurationId: '', skipCallTransfer: '' })
  assert.equal(answer.statusCode, 409, 'the agent has no call, and none was skipped')
})

test('what has no reading, or more than one, is refused by its path', async (t) => {
  const { post } = await startPayments(t)
  for (const [member, value] of [
    ['accountConfigurationId', 'two'],
    ['accountConfigurationId', '1.5'],
    ['accountConfigurationId', '-1'],
    ['skipCallTransfer', 'perhaps'],
    ['skipCallTransfer', 1],
    ['agentId', true],
    ['agentId', 2 ** 60],
  ] as const) {
    const answer = await post({ agentId: 'a', paymentData, [member]: value })
    assert.equal(answer.statusCode, 400, `${member} ${value}`)
    assert.equal(answer.json().errors[0].path, `/${member}`)
  }
})

for (const [charset, encoded] of [
  ['iso-8859-1', Buffer.from('{"Surname":"Müller"}', 'latin1')],
  ['windows-1252', Buffer.from('{"Surname":"Müller"}', 'latin1')],
  ['utf-16', Buffer.from('{"Surname":"Müller"}', 'utf16le')],
] as const) {
  test(`a body in ${charset} is read in the charset that it declares`, async (t) => {
    const { post, launches } = await startPayments(t)
    const [, name = Buffer.alloc(0)] = [charset, encoded]
    const wide = charset === 'utf-16'
    const plain = (text: string) => Buffer.from(text, wide ? 'utf16le' : 'latin1')
    const body = Buffer.concat([
      plain('{"agentId":"a","skipCallTransfer":true,"paymentData":{"Amount":"5",'),
      name.subarray(wide ? 2 : 1, wide ? -2 : -1),
      plain('}}'),
    ])
    const answer = await post(body, { headers: { 'content-type': `application/json; charset=${charset}` } })
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(launches[0]?.paymentData.Surname, 'Müller')
  })
}

test('a charset that is not known is refused with 415, and a card number is found in any other', async (t) => {
  const { post } = await startPayments(t)
  const refused = await post('{}', { headers: { 'content-type': 'application/json; charset=x-other' } })
  assert.equal(refused.statusCode, 415)
  assert.equal(refused.json().detail, "The charset 'x-other' is not supported. Send the body in UTF-8.")
  const body = JSON.stringify({ agentId: 'a', paymentData: { Amount: '5', Note: '4111111111111111' } })
  const card = await post(Buffer.from(body, 'utf16le'), {
    headers: { 'content-type': 'application/json; charset=utf-16' },
  })
  assert.match(card.json().type, /#card-data-refused$/)
})
