import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { ConfigError, readConfig } from './config.ts'

type Environment = Readonly<Record<string, string>>

const production = {
  TONEGATE_MODE: 'production',
  TONEGATE_DOMAIN: 'pay.example.com',
  TONEGATE_DATA: tmpdir(),
  TONEGATE_PROXY: 'trusted',
  TONEGATE_SEALING_KEY: randomBytes(32).toString('base64'),
}
const from = 'payments@example.com'
const smtp = { TONEGATE_SMTP_URL: 'smtps://mail.example.com', TONEGATE_MAIL_FROM: from }
const sms = {
  TONEGATE_SMS_URL: 'https://sms.example.com/v1/messages?account=7',
  TONEGATE_SMS_BODY: '{"to": "{to}", "text": "{text}"}',
}

/** The lines that a start is refused with. */
function faultsOf(environment: Environment): readonly string[] {
  try {
    readConfig(environment)
    return []
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    return error.message.split('\n').slice(1)
  }
}

test('without any of the variables nothing is sent', () => {
  const { mail, sms } = readConfig(production)
  assert.equal(mail, null)
  assert.equal(sms, null)
})

test('a mail server is spoken to by TLS from the beginning, or by STARTTLS', () => {
  const mailOf = (url: string) => readConfig({ ...production, ...smtp, TONEGATE_SMTP_URL: url }).mail
  assert.deepEqual(mailOf('smtps://pay%40example.com:p%3Ass%2F%C5%82@mail.example.com'), {
    host: 'mail.example.com',
    port: 465,
    encryption: 'tls',
    credentials: { user: 'pay@example.com', pass: 'p:ss/ł' },
    from: { name: null, address: from },
  })
  assert.deepEqual(mailOf('smtp://10.0.0.7:2525/'), {
    host: '10.0.0.7',
    port: 2525,
    encryption: 'starttls',
    credentials: null,
    from: { name: null, address: from },
  })
  assert.equal(mailOf('smtp://mail.example.com')?.port, 587)
  assert.equal(mailOf('smtp://localhost')?.encryption, 'starttls')
  assert.equal(mailOf('smtps://[::1]:465')?.host, '::1')
})

test('in the sandbox a mail server on this machine needs no TLS, and another one does', () => {
  const encryptionOf = (url: string) => readConfig({ ...smtp, TONEGATE_SMTP_URL: url }).mail?.encryption
  for (const host of ['localhost', '127.0.0.1', '[::1]'])
    assert.equal(encryptionOf(`smtp://${host}:1025`), 'none')
  for (const host of ['mail.example.com', '10.0.0.7', '127.0.0.1.example.com']) {
    assert.equal(encryptionOf(`smtp://${host}`), 'starttls')
  }
})

test('a sender has a name or none', () => {
  const fromOf = (text: string) => readConfig({ ...smtp, TONEGATE_MAIL_FROM: text }).mail?.from
  const name = 'Harbour Street Books'
  assert.deepEqual(fromOf(`${name} <${from}>`), { name, address: from })
  assert.deepEqual(fromOf(`"${name}" <${from}>`), { name, address: from })
  assert.deepEqual(fromOf(`<${from}>`), { name: null, address: from })
})

test('an SMS provider has its credentials in its URL or in its headers', () => {
  const smsOf = (environment: Environment) => readConfig({ ...production, ...sms, ...environment }).sms
  assert.deepEqual(smsOf({ TONEGATE_SMS_HEADERS: '{"Authorization": "Bearer abc", "X-Version": "2"}' }), {
    url: sms.TONEGATE_SMS_URL,
    headers: { authorization: 'Bearer abc', 'x-version': '2' },
    body: { kind: 'json', template: { to: '{to}', text: '{text}' } },
  })
  assert.deepEqual(smsOf({ TONEGATE_SMS_HEADERS: '\ufeff{"X-Version": "2"}' })?.headers, { 'x-version': '2' })
  const inUrl = smsOf({
    TONEGATE_SMS_URL: 'https://AC1:t%3Aken@sms.example.com/send',
    TONEGATE_SMS_BODY: 'To={to}&From=%2B15550100&Body={text}',
  })
  assert.equal(inUrl?.url, 'https://sms.example.com/send')
  assert.equal(inUrl?.headers.authorization, `Basic ${Buffer.from('AC1:t:ken').toString('base64')}`)
  assert.equal(inUrl?.body.kind, 'form')
  const withoutUser = smsOf({ TONEGATE_SMS_URL: 'https://:key@sms.example.com/send' })
  assert.equal(withoutUser?.headers.authorization, `Basic ${Buffer.from(':key').toString('base64')}`)
})

const secret = 'hunter2'

for (const [what, variable, environment] of [
  ['a sender without a mail server', 'TONEGATE_SMTP_URL', { TONEGATE_MAIL_FROM: from }],
  ['a mail server without a sender', 'TONEGATE_MAIL_FROM', { TONEGATE_SMTP_URL: 'smtps://mail.example.com' }],
  ...[from.replace('@', ' at '), `${from}, other@example.com`, `A\u0007 <${from}>`, 'Books <>'].map(
    (text) => ['a sender that is none', 'TONEGATE_MAIL_FROM', { ...smtp, TONEGATE_MAIL_FROM: text }] as const,
  ),
  ...[
    'mail.example.com',
    `http://u:${secret}@mail.example.com`,
    `smtps://u:${secret}@mail.example.com/path`,
    `smtps://u:${secret}@mail.example.com?pool=true`,
    `smtps://u:${secret}%zz@mail.example.com`,
    `smtps://u:${secret}@mail.example.com:99999`,
    'smtps://u@mail.example.com',
    `smtps://:${secret}@mail.example.com`,
    `smtps://u:${secret}@mail_1.example.com`,
    'smtps://',
  ].map(
    (url) => ['a URL of no mail server', 'TONEGATE_SMTP_URL', { ...smtp, TONEGATE_SMTP_URL: url }] as const,
  ),
  ['headers alone', 'TONEGATE_SMS_URL', { TONEGATE_SMS_HEADERS: '{}' }],
  ['a body alone', 'TONEGATE_SMS_URL', { TONEGATE_SMS_BODY: sms.TONEGATE_SMS_BODY }],
  ['no body', 'TONEGATE_SMS_BODY', { TONEGATE_SMS_URL: sms.TONEGATE_SMS_URL }],
  ...[
    `http://u:${secret}@sms.example.com/`,
    `http://127.0.0.1:9000/${secret}`,
    'sms.example.com',
    `ftp://sms.example.com/${secret}`,
    `https://sms.example.com/#${secret}`,
    `https://u:${secret}%zz@sms.example.com/`,
  ].map((url) => ['a URL that is not safe', 'TONEGATE_SMS_URL', { ...sms, TONEGATE_SMS_URL: url }] as const),
  ...[
    `Authorization: ${secret}`,
    `["${secret}"]`,
    `{"Authorization": ["${secret}"]}`,
    `{"Bad name": "${secret}"}`,
    `{"X": "${secret}\\r\\nY: z"}`,
    'null',
  ].map(
    (text) =>
      ['headers that are none', 'TONEGATE_SMS_HEADERS', { ...sms, TONEGATE_SMS_HEADERS: text }] as const,
  ),
  [
    'two credentials',
    'TONEGATE_SMS_HEADERS',
    {
      ...sms,
      TONEGATE_SMS_URL: `https://u:${secret}@sms.example.com/`,
      TONEGATE_SMS_HEADERS: `{"AUTHORIZATION": "Bearer ${secret}"}`,
    },
  ],
  ...[`{"key": "${secret}"`, `key=${secret}&to={to}`, `key=${secret}&to={to}&text={text}&x={y}`].map(
    (text) => ['a template that is none', 'TONEGATE_SMS_BODY', { ...sms, TONEGATE_SMS_BODY: text }] as const,
  ),
] as const) {
  test(`a start is refused with ${what}, and no secret is repeated: ${JSON.stringify(environment)}`, () => {
    const faults = faultsOf({ ...production, ...environment })
    assert.equal(faults.length, 1, faults.join())
    const [fault = ''] = faults
    assert.ok(fault.startsWith(`  ${variable} `), fault)
    assert.ok(!fault.includes(secret), fault)
  })
}

test('in the sandbox a provider on this machine may be asked by http', () => {
  assert.ok(readConfig({ ...sms, TONEGATE_SMS_URL: 'http://127.0.0.1:9000/' }).sms)
  assert.equal(faultsOf({ ...sms, TONEGATE_SMS_URL: 'http://sms.example.com/' }).length, 1)
})

test('domains of other letters are read for the sender and for the mail server', () => {
  const read = (changes: Environment) => readConfig({ ...production, ...smtp, ...changes }).mail
  for (const [text, from] of [
    ['zahlung@müller.de', { name: null, address: 'zahlung@xn--mller-kva.de' }],
    ['Müller & Söhne <zahlung@MÜLLER.de>', { name: 'Müller & Söhne', address: 'zahlung@xn--mller-kva.de' }],
    ['pay@example.xn--p1ai', { name: null, address: 'pay@example.xn--p1ai' }],
  ] as const) {
    assert.deepEqual(read({ TONEGATE_MAIL_FROM: text })?.from, from)
  }
  assert.equal(read({ TONEGATE_SMTP_URL: 'smtps://mail.müller.de' })?.host, 'mail.xn--mller-kva.de')
  const [fault = ''] = faultsOf({ ...smtp, TONEGATE_MAIL_FROM: 'zahlungen-für@example.com' })
  assert.match(fault, /TONEGATE_MAIL_FROM.*use only ASCII characters before the @/)
})
