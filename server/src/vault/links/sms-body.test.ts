import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { fillSmsBody, readSmsBody, type SmsBody } from './sms-body.ts'

function read(text: string): SmsBody {
  const body = readSmsBody(text)
  assert.ok(!('fault' in body), JSON.stringify(body))
  return body
}

const values = { to: '+48500000000', digits: '48500000000', text: 'Books "A" & {to}: \\ £1' }

test('what is put into JSON stays one text, at any depth', () => {
  const body = read('{"messages": [{"to": ["{digits}"], "body": "Pay: {text}", "retries": 2, "x": null}]}')
  const { type, text } = fillSmsBody(body, values)
  assert.equal(type, 'application/json')
  assert.deepEqual(JSON.parse(text), {
    messages: [{ to: ['48500000000'], body: 'Pay: Books "A" & {to}: \\ £1', retries: 2, x: null }],
  })
})

test('a template behind a byte order mark is the same one', () => {
  for (const text of ['{"to": "{to}", "text": "{text}"}', 'to={to}&text={text}']) {
    assert.deepEqual(read(`\ufeff${text}`), read(text))
  }
})

test('what is put into a form stays one value', () => {
  const body = read('To={to}&From=%2B15550100&Body={text}')
  const { type, text } = fillSmsBody(body, values)
  assert.equal(type, 'application/x-www-form-urlencoded')
  assert.deepEqual(
    [...new URLSearchParams(text)],
    [
      ['To', '+48500000000'],
      ['From', '+15550100'],
      ['Body', values.text],
    ],
  )
})

test('whatever a message holds, a body has the members of its template', () => {
  const json = read('{"to": "{to}", "text": "{text}"}')
  const form = read('to={to}&text={text}')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const filled = { ...values, text }
      assert.deepEqual(JSON.parse(fillSmsBody(json, filled).text), { to: values.to, text })
      assert.deepEqual(Object.fromEntries(new URLSearchParams(fillSmsBody(form, filled).text)), {
        to: values.to,
        text,
      })
    }),
  )
})

for (const [text, fault] of [
  ['{"to": "{to}", "text": "{text}"', /starts like JSON/],
  ['{"to": "{to}"}', /no placeholder \{text\}/],
  ['Body={text}', /no placeholder \{to\}/],
  ['To={to}&Body={text}&Key={secret}', /\{secret\}/],
  ['To={to}&From=+15550100&Body={text}', /%2B/],
  ['{"{to}": "{text}"}', /no placeholder \{to\}/],
] as const) {
  test(`a template is refused that ${fault.source}`, () => {
    const body = readSmsBody(text)
    assert.ok('fault' in body)
    assert.match(body.fault, fault)
  })
}

test('the numbers of a template are sent as they were written', () => {
  const template = '{"to":"{to}","text":"{text}","from":12345678901234567890,"rates":[1.10,{"x":1E2}]}'
  const { text } = fillSmsBody(read(template), { ...values, text: 'x' })
  assert.equal(text, template.replace('{to}', values.to).replace('{text}', 'x'))
})
