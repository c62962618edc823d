import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Problem } from '../../base/problem.ts'
import { bodyInUtf8 } from './body-charset.ts'
import { FormBody } from './form-body.ts'

const json = (charset: string) => `application/json; charset=${charset}`
const form = (charset: string) => `application/x-www-form-urlencoded; charset=${charset}`
const text = (body: Buffer, contentType: string | undefined) => bodyInUtf8(body, contentType).toString('utf8')
const latin1 = (body: string) => Buffer.from(body, 'latin1')
const formOf = (body: Buffer, charset: string) =>
  [...new FormBody(Buffer.from(bodyInUtf8(body, form(charset)))).texts()].map((pair) => pair.join('='))

for (const contentType of [
  undefined,
  'application/json',
  json(''),
  json('utf-8'),
  json('"UTF-8"'),
  json("'utf8'; x=y"),
  json('us-ascii'),
]) {
  test(`a body in UTF-8 is left as it is: ${contentType}`, () => {
    const body = Buffer.from('{"a":"Łódź"}')
    assert.equal(bodyInUtf8(body, contentType), body)
  })
}

for (const [charset, hex, wanted] of [
  ['iso-8859-1', '4dfc6c6c6572', 'Müller'],
  ['ISO-8859-1', '80', '€'],
  ['"Latin1"', 'e9', 'é'],
  ['windows-1252', '93809480', '“€”€'],
  ['cp1252', 'df', 'ß'],
  ['iso-8859-2', 'a3f364bc', 'Łódź'],
  ['iso-8859-15', 'a4', '€'],
  ['windows-1250', 'a3f3649f', 'Łódź'],
  ['windows-1251', 'cceef1eae2e0', 'Москва'],
  ['koi8-r', 'edd3cb', 'Мск'],
  ['shift_jis', '938c8b9e41b1', '東京Aｱ'],
  ['gbk', 'b1b1bea941', '北京A'],
  ['gb18030', 'b1b19439d83081308130', '北💒\u0080'],
  ['euc-kr', 'bcadbfef', '서울'],
  ['big5', 'a578a55f', '台北'],
] as const) {
  test(`a body in ${charset} is read in UTF-8`, () => {
    assert.equal(text(Buffer.from(hex, 'hex'), json(charset)), wanted)
  })
}

for (const [name, charset, body] of [
  ['little-endian without a mark', 'utf-16', Buffer.from('{"a":"Ż😀"}', 'utf16le')],
  ['big-endian without a mark', 'utf-16', Buffer.from('{"a":"Ż😀"}', 'utf16le').swap16()],
  ['little-endian by its mark', 'utf-16', Buffer.from('\ufeff{"a":"Ż😀"}', 'utf16le')],
  ['big-endian by its mark', 'utf-16', Buffer.from('\ufeff{"a":"Ż😀"}', 'utf16le').swap16()],
  ['little-endian by its name', 'utf-16le', Buffer.from('{"a":"Ż😀"}', 'utf16le')],
  ['big-endian by its name', 'UTF-16BE', Buffer.from('{"a":"Ż😀"}', 'utf16le').swap16()],
  ['UTF-8 after all by its mark', 'utf-16', Buffer.from('\ufeff{"a":"Ż😀"}')],
] as const) {
  test(`a body in UTF-16 is read: ${name}`, () => {
    assert.deepEqual(JSON.parse(text(body, json(charset)).replace(/^\ufeff/, '')), { a: 'Ż😀' })
  })
}

for (const charset of ['utf-32', 'x-unknown', 'ebcdic-cp-us', 'replacement', '<script>']) {
  test(`a charset that nobody knows is refused, and which one is said: ${charset}`, () => {
    assert.throws(
      () => bodyInUtf8(latin1('{}'), json(charset)),
      (error) =>
        error instanceof Problem &&
        error.code === 'unsupported-media-type' &&
        error.message.includes(charset.startsWith('<') ? 'of its Content-Type' : charset),
    )
  })
}

for (const [charset, hex] of [
  ['utf-16', '7b'],
  ['utf-16', '7b003dd8'],
  ['utf-16le', '00dc7b00'],
  ['shift_jis', '81'],
  ['euc-kr', 'bcff'],
  ['windows-1253', 'aa'],
] as const) {
  test(`bytes that ${charset} does not have are refused: ${hex}`, () => {
    assert.throws(
      () => bodyInUtf8(Buffer.from(hex, 'hex'), json(charset)),
      (error) => error instanceof Problem && error.code === 'invalid-request',
    )
  })
}

test('the escapes of a form are in its charset, and none of its values can become a parameter', () => {
  assert.deepEqual(formOf(latin1('name=M%FCller+%26+S\u00f6hne&a%3Db=c=d&100%=%25&&e\r\n'), 'iso-8859-1'), [
    'name=Müller & Söhne',
    'a=b=c=d',
    '100%=%',
    'e=',
  ])
  assert.deepEqual(formOf(latin1('city=%93%8C%8B%9E&kana=%83%5C'), 'shift_jis'), ['city=東京', 'kana=ソ'])
  assert.deepEqual(formOf(Buffer.from('name=M%C3%BCller&x=Ż\r\n', 'utf16le'), 'utf-16'), [
    'name=Müller',
    'x=Ż',
  ])
})

test('what was sent is left as it was, for whoever checks a signature over it', () => {
  const body = latin1('name=M%FCller&x=\u00e9')
  const before = Buffer.from(body)
  bodyInUtf8(body, form('iso-8859-1'))
  assert.deepEqual(body, before)
})
