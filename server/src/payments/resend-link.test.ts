import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../base/problem.ts'
import { approved, startPayments } from './test-payments.ts'

const digital = '/globalpci/v1/digitalsession'
const unknown = '01890000-0000-7000-8000-000000000000'
const cardNumber = '4111 1111 1111 1111'

test('a link is sent again by the channel and to the address of the body', async (t) => {
  const { open, resend, sentLinks } = await startPayments(t)
  const { sessionGuid, providerSessionGuid: guid } = await open({}, digital)
  const answer = await resend(sessionGuid, { channel: 'email', to: 'jane@example.com' })
  assert.equal(answer.statusCode, 200, answer.body)
  assert.deepEqual(answer.json(), {
    sessionGuid,
    channel: 'email',
    paymentFormUrl: 'http://nam.test/pay/new-link',
  })
  assert.equal(answer.headers['cache-control'], 'no-store')
  assert.deepEqual(sentLinks, [{ guid, channel: 'email', to: 'jane@example.com' }])
})

test('without a body, or with nothing in it, it goes as before', async (t) => {
  const { open, resend, send, sentLinks } = await startPayments(t)
  const { sessionGuid, providerSessionGuid: guid } = await open({}, digital)
  const url = `${digital}/${sessionGuid}/resend`
  const type = { 'content-type': 'application/json' }
  for (const answer of [
    await resend(sessionGuid),
    await send({ method: 'POST', url, headers: type }),
    await send({ method: 'POST', url, headers: type, payload: '' }),
    await resend(sessionGuid, {}),
    await resend(sessionGuid, { channel: null, to: null }),
    await resend(sessionGuid, { to: '', extra: { a: 1 } }),
  ]) {
    assert.equal(answer.statusCode, 200, answer.body)
    assert.equal(answer.json().channel, 'sms')
  }
  assert.deepEqual(sentLinks, Array(6).fill({ guid }))
  await resend(sessionGuid, { UNLESSSENT: true })
  await resend(sessionGuid, { unlessSent: false })
  assert.deepEqual(sentLinks.slice(6), [{ guid, unlessSent: true }, { guid }])
})

test('names are matched without regard to case, and an address tells its channel', async (t) => {
  const { open, resend, sentLinks } = await startPayments(t)
  const { sessionGuid, providerSessionGuid: guid } = await open({}, digital)
  await resend(sessionGuid, { CHANNEL: 'sms', To: '+48500111222' })
  await resend(sessionGuid, { to: '0048 500 111 222' })
  await resend(sessionGuid, { to: 'jane@example.com' })
  await resend(sessionGuid, { channel: 'email' })
  assert.deepEqual(sentLinks, [
    { guid, channel: 'sms', to: '+48500111222' },
    { guid, channel: 'sms', to: '0048 500 111 222' },
    { guid, channel: 'email', to: 'jane@example.com' },
    { guid, channel: 'email' },
  ])
})

test('the customer of a session on a call is sent the link too', async (t) => {
  const { open, resend, sentLinks } = await startPayments(t)
  const { sessionGuid } = await open()
  assert.equal((await resend(sessionGuid, { to: '+48500111222' })).statusCode, 200)
  assert.equal(sentLinks.length, 1)
})

for (const [what, body, path] of [
  ['another channel', { channel: 'fax' }, '/channel'],
  ['a channel in capitals', { channel: 'SMS' }, '/channel'],
  ['a channel that is no text', { channel: 7 }, '/channel'],
  ['an address that is no text', { to: ['+48500111222'] }, '/to'],
  ['a number as the address', { to: 48500111222 }, '/to'],
  ['a long address', { to: `+${'4'.repeat(320)}` }, '/to'],
  ['a line break', { channel: 'email', to: 'a@example.com\r\nBcc: b@example.com' }, '/to'],
  ['half a surrogate pair', '{"to":"\\ud800"}', '/to'],
  ['two spellings', '{"to":"+48500111222","TO":"+48500111222"}', '/to'],
  ['a list', '[]', '/'],
  ['null', 'null', '/'],
] as const) {
  test(`${what} is refused by its path, and nothing is sent`, async (t) => {
    const { open, resend, sentLinks } = await startPayments(t)
    const { sessionGuid } = await open({}, digital)
    const answer = await resend(sessionGuid, body)
    assert.equal(answer.statusCode, 400, answer.body)
    assert.match(answer.json().type, /#invalid-request$/)
    assert.deepEqual(
      answer.json().errors.map((each: { path: string }) => each.path),
      [path],
    )
    assert.equal(sentLinks.length, 0)
  })
}

test('a card number for an address is refused, and is nowhere', async (t) => {
  const { open, resend, sentLinks, lines } = await startPayments(t)
  const { sessionGuid } = await open({}, digital)
  for (const to of [cardNumber, 4111111111111111, 'a4111111111111111@example.com']) {
    const answer = await resend(sessionGuid, { channel: 'email', to })
    assert.equal(answer.statusCode, 400)
    assert.match(answer.json().type, /#card-data-refused$/)
    assert.deepEqual(answer.json().errors, [{ path: '/to', message: 'contains a card number' }])
    assert.doesNotMatch(answer.body + lines.join(), /4111/)
  }
  assert.equal(sentLinks.length, 0)
})

test('a body of another type, or too large, is refused', async (t) => {
  const { open, resend } = await startPayments(t)
  const { sessionGuid } = await open({}, digital)
  for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
    const answer = await resend(sessionGuid, 'channel=sms', { headers: { 'content-type': type } })
    assert.equal(answer.statusCode, 415, answer.body)
  }
  assert.equal((await resend(sessionGuid, `{"to":"${'x'.repeat(70_000)}"}`)).statusCode, 413)
})

test('an unknown, a foreign and no GUID are not found, with one answer', async (t) => {
  const { open, resend, sentLinks } = await startPayments(t)
  const { sessionGuid } = await open({}, digital)
  const answers = [
    await resend(unknown),
    await resend(sessionGuid, undefined, { as: 'foreign' }),
    await resend('not-a-guid', { channel: 'sms' }),
  ]
  for (const answer of answers) {
    assert.equal(answer.statusCode, 404)
    assert.equal(answer.json().detail, answers[0]?.json().detail)
  }
  assert.equal((await resend(sessionGuid, undefined, { as: 'nobody' })).statusCode, 401)
  assert.equal(sentLinks.length, 0)
})

test('the link of a session that has ended is not sent', async (t) => {
  const { open, resend, payments, sentLinks } = await startPayments(t)
  const { sessionGuid, providerSessionGuid } = await open({}, digital)
  await payments.reports.recordResult(approved(providerSessionGuid))
  const answer = await resend(sessionGuid)
  assert.equal(answer.statusCode, 409)
  assert.match(answer.json().type, /#session-ended$/)
  assert.match(answer.json().detail, /Finished/)
  assert.equal(sentLinks.length, 0)
})

for (const [code, status] of [
  ['invalid-request', 400],
  ['session-ended', 409],
  ['not-possible-now', 409],
  ['quota-exceeded', 429],
  ['link-not-sent', 502],
] as const) {
  test(`what the provider answers is passed on: ${code}`, async (t) => {
    const { open, resend, behaviour } = await startPayments(t)
    const { sessionGuid } = await open({}, digital)
    behaviour.sendLink = () => {
      throw new Problem(code, 'The provider says so.', { headers: { 'retry-after': '3600' } })
    }
    const answer = await resend(sessionGuid)
    assert.equal(answer.statusCode, status)
    assert.match(answer.json().type, new RegExp(`#${code}$`))
    assert.equal(answer.headers['retry-after'], '3600')
  })
}

test('who had a link sent is logged, and to whom it went is not', async (t) => {
  const { open, resend, lines } = await startPayments(t)
  const { sessionGuid } = await open({}, digital)
  await resend(sessionGuid, { to: 'jane@example.com' }, { as: 'agent7' })
  const logged = lines.map((line) => JSON.parse(line)).filter(({ channel }) => channel !== undefined)
  assert.equal(logged.length, 1)
  const { level: _, time: __, region: ___, ...entry } = logged[0]
  assert.deepEqual(entry, {
    sessionGuid,
    accountId: 7,
    clientId: 'desktop',
    agentId: 'agent7',
    channel: 'email',
    address: 'given',
    message: 'a client had a payment link sent',
  })
  assert.doesNotMatch(lines.join(), /jane|pay\/new-link/)
})
