import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readJson, readJsonText, readUtf8 } from './read-json.ts'

const mark = Buffer.from('\ufeff')
const json = Buffer.from('{"name":"Brücke","sum":1240}')
const value = { name: 'Brücke', sum: 1240 }

test('JSON is read as it is, and behind a byte order mark (RFC 8259 §8.1)', () => {
  for (const body of [json, Buffer.concat([mark, json]), Buffer.concat([mark, Buffer.from('\r\n '), json])]) {
    assert.deepEqual(readJson(body), value)
    assert.deepEqual(readJson(Uint8Array.from(body)), value)
    assert.deepEqual(readJsonText(body.toString()), value)
  }
  assert.equal(readJson(Buffer.from('\ufeff"\ufeff"')), '\ufeff', 'what is inside stays')
  assert.equal(readJson(Buffer.from('null')), null)
})

test('two marks, or one in another place, are no JSON', () => {
  for (const text of ['\ufeff\ufeff{}', ' \ufeff{}', '{\ufeff}', '{}\ufeff', '\ufeff', '']) {
    assert.equal(readJson(Buffer.from(text)), undefined, JSON.stringify(text))
    assert.equal(readJsonText(text), undefined, JSON.stringify(text))
  }
})

test('what is not UTF-8 is no JSON', () => {
  for (const body of [
    Buffer.from(json.toString(), 'latin1'),
    Buffer.from(json.toString(), 'utf16le'),
    Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('{}', 'utf16le')]),
    Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('{}', 'utf16le').swap16()]),
    Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
    Buffer.from([0x22, 0xc0, 0xb1, 0x22]),
    json.subarray(0, 11),
  ]) {
    assert.equal(readJson(body), undefined)
  }
})

test('a text in UTF-8 loses one mark, and what is not UTF-8 is none', () => {
  assert.equal(readUtf8(Buffer.concat([mark, mark, Buffer.from('é')])), '\ufeffé')
  assert.equal(readUtf8(Buffer.from([0xe9])), undefined)
})
