import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { type TestContext, test } from 'node:test'
import { startTestTonegate } from '../../test/harness/test-tonegate.ts'
import { createMovableClock } from '../base/clock.ts'
import { message, startTestProvider } from '../vault/links/test-messages.ts'
import { startTestSmtpServer } from '../vault/links/test-smtp-server.ts'
import { createMessageOutbox } from './outbox.ts'

const paymentData = {
  Amount: '12.40',
  Currency: 'GBP',
  MerchantReferenceCode: 'order-<1>',
  CustomerPhoneNumber: '+48500000000',
  Email: 'john@example.com',
}

async function startSandbox(t: TestContext, environment: Readonly<Record<string, string>> = {}) {
  const tonegate = await startTestTonegate(t, { environment: { TONEGATE_REGIONS: 'nam', ...environment } })
  const authorization = `Bearer ${await tonegate.token()}`
  const body = { agentId: 'agent12345', paymentData }
  const session = (await tonegate.post('/globalpci/v1/digitalsession', body, { authorization })).json
  const resend = (wanted: object) =>
    tonegate.post(`/globalpci/v1/digitalsession/${session.sessionGuid}/resend`, wanted, { authorization })
  const outbox = async () => (await tonegate.send('/sandbox/outbox.json')).json.messages
  return { ...tonegate, session, resend, outbox }
}

test('what the sandbox sends is in its outbox, the newest first, with a link that opens the payment page', async (t) => {
  const { session, resend, outbox, send } = await startSandbox(t)
  assert.deepEqual(await outbox(), [])
  const first = (await resend({})).json
  assert.deepEqual(first, {
    sessionGuid: session.sessionGuid,
    channel: 'sms',
    paymentFormUrl: session.paymentFormUrl,
  })
  const second = (await resend({ channel: 'email' })).json
  assert.notEqual(second.paymentFormUrl, session.paymentFormUrl)

  const [mail, sms, ...more] = await outbox()
  assert.deepEqual(more, [])
  assert.deepEqual(Object.keys(mail).sort(), [
    'capture',
    'channel',
    'language',
    'sentAt',
    'subject',
    'text',
    'to',
    'url',
  ])
  assert.equal(mail.channel, 'email')
  assert.equal(mail.to, 'john@example.com')
  assert.equal(mail.url, second.paymentFormUrl)
  assert.ok(mail.text.includes(mail.url))
  assert.equal(sms.channel, 'sms')
  assert.equal(sms.to, '+48500000000')
  assert.equal(sms.capture, session.providerSessionGuid)
  assert.equal(sms.url, session.paymentFormUrl)
  assert.ok(sms.text.endsWith(` ${sms.url}`))
  assert.ok(Math.abs(Date.parse(sms.sentAt) - Date.now()) < 60_000)

  assert.equal((await send(new URL(mail.url).pathname)).status, 200)
  const former = await send(new URL(sms.url).pathname)
  assert.ok(former.status >= 400, 'the former link has ended')
})

test('the outbox can be looked at in three languages, and what is in it is text', async (t) => {
  const { resend, send } = await startSandbox(t)
  const page = (language: string) => send('/sandbox/outbox', { headers: { 'accept-language': language } })
  assert.match((await page('en')).text, /No link has been sent yet/)
  await resend({ channel: 'email' })
  for (const [language, title] of [
    ['en-GB', 'Sandbox outbox'],
    ['de', 'Postausgang der Sandbox'],
    ['pl', 'Skrzynka nadawcza'],
  ] as const) {
    const answer = await page(language)
    assert.ok(answer.text.includes(`<h1>${title}</h1>`))
    assert.ok(answer.text.includes(`<html lang="${language.slice(0, 2)}">`))
    assert.ok(answer.text.includes('john@example.com'))
    assert.ok(answer.text.includes('order-&lt;1&gt;'))
    assert.doesNotMatch(answer.headers.get('content-security-policy') ?? '', /unsafe/)
    assert.equal(answer.headers.get('vary'), 'accept-language')
    const times = { 'en-GB': /, \d\d:\d\d:\d\d</, de: /\d\d\.\d\d\.\d{4}, /, pl: / \d{4}, / }
    assert.match(answer.text, times[language])
  }
})

test('the hundred latest are kept', async () => {
  const clock = createMovableClock()
  const outbox = createMessageOutbox({ clock, timeZone: 'UTC' })
  for (let count = 0; count < 105; count += 1) {
    await outbox.senders.sms.send({ ...message, to: `+4850000${String(count).padStart(4, '0')}` })
  }
  const kept = outbox.messages().map(({ to }) => to)
  assert.equal(kept.length, 100)
  assert.equal(kept[0], '+48500000104')
  assert.equal(kept.at(-1), '+48500000005')
})

test('what is configured is sent for good, in the sandbox too', async (t) => {
  const smtp = await startTestSmtpServer(t)
  const provider = await startTestProvider(t, (_request, response) => void response.end())
  const { resend, outbox, lines } = await startSandbox(t, {
    TONEGATE_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    TONEGATE_MAIL_FROM: 'Pay <payments@example.com>',
    TONEGATE_SMS_URL: provider.url.replace('http://', 'http://user:hunter2@'),
    TONEGATE_SMS_BODY: 'To={to}&Body={text}',
  })
  const { paymentFormUrl } = (await resend({ channel: 'email' })).json
  assert.deepEqual(smtp.received[0]?.to, ['john@example.com'])
  assert.ok(smtp.received[0]?.source.replace(/=\r\n/g, '').includes(paymentFormUrl))
  assert.equal((await resend({ to: '+48 500 111 222' })).status, 200)
  const form = new URLSearchParams(provider.posted[0]?.body)
  assert.equal(form.get('To'), '+48500111222')
  assert.match(form.get('Body') ?? '', /£12\.40 by card: http/)
  assert.match(provider.posted[0]?.headers.authorization ?? '', /^Basic /)
  assert.deepEqual(await outbox(), [])
  assert.doesNotMatch(lines.join(), /hunter2|john@|500111222|\/pay\/[^"]*\//)
})

test('a provider that refuses is answered with 502, and the log names neither address nor link', async (t) => {
  const provider = await startTestProvider(t, (_request, response) => {
    response.statusCode = 400
    response.end('+48500000000 is not allowed')
  })
  const { resend, lines } = await startSandbox(t, {
    TONEGATE_SMS_URL: provider.url,
    TONEGATE_SMS_BODY: 'To={to}&Body={text}',
  })
  const answer = await resend({})
  assert.equal(answer.status, 502)
  assert.match(answer.json.type, /#link-not-sent$/)
  const warning = lines.find((line) => line.includes('a payment link could not be sent')) ?? ''
  assert.match(warning, /The SMS provider answered 400/)
  assert.doesNotMatch(lines.join(), /48500000000|\/pay\/[^"]*\//)
})

test('production has no outbox', async (t) => {
  const { send } = await startTestTonegate(t, {
    environment: {
      TONEGATE_MODE: 'production',
      TONEGATE_DOMAIN: 'pay.example.com',
      TONEGATE_PROXY: 'trusted',
      TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
    },
  })
  for (const path of ['/sandbox/outbox', '/sandbox/outbox.json']) {
    assert.equal((await send(path, { headers: { 'x-forwarded-proto': 'https' } })).status, 404)
  }
})
