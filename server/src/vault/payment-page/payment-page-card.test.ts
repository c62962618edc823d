import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { FormBody } from '../../http/bodies/form-body.ts'
import type { Flow } from '../model/launch.ts'
import { readTypedCard } from './payment-page-card.ts'

const right = { cardNumber: '4111 1111 1111 1111', expiry: '09/28', securityCode: '123' }

function read(fields: Readonly<Record<string, string>>, policy: Flow['securityCode'] = 'required') {
  const body = Buffer.from(new URLSearchParams({ ...right, ...fields }).toString())
  return { body, card: readTypedCard(new FormBody(body), { securityCode: policy }) }
}

function texts(fields: Readonly<Record<string, string>>) {
  const { card } = read(fields)
  assert.ok(!('missing' in card))
  return [card.pan, card.expiry, card.securityCode].map((digits) => Buffer.from(digits ?? []).toString())
}

/** What the forms of each field are, as patterns of texts say it. */
const panOf = (text: string) => /^\d{8,19}$/.exec(text.replace(/[\s-]/g, ''))?.[0] ?? ''
const codeOf = (text: string) => /^\d{3,4}$/.exec(text.trim())?.[0] ?? ''
function expiryOf(text: string): string {
  const undivided = /^\d{3,6}$/.exec(text.trim())?.[0]
  if (undivided) return undivided
  const [, isoYear, isoMonth] = /^20(\d{2})-(\d{2})$/.exec(text.trim()) ?? []
  if (isoYear && isoMonth) return isoMonth + isoYear
  const [, month, year] = /^(\d{1,2})\s*[/.-]\s*(?:20)?(\d{2})$/.exec(text.trim()) ?? []
  return month && year ? month.padStart(2, '0') + year : ''
}

test('each field is read as its pattern has it, whatever was typed', () => {
  const piece = fc.constantFrom(
    ...'0123456789',
    '20',
    '28',
    '2028',
    ' ',
    '-',
    '/',
    '.',
    '\u00a0',
    '\u2009',
    'x',
    '٣',
    '𝟡',
    '／',
    '\u200f',
    '\t',
  )
  const typed = fc
    .array(piece, { minLength: 1, maxLength: 22 })
    .map((pieces) => pieces.join(''))
    .filter((text) => text.replaceAll('\u200f', '').trim() !== '')
  fc.assert(
    fc.property(typed, (text) => {
      const ascii = text
        .replaceAll('٣', '3')
        .replaceAll('／', '/')
        .replaceAll('𝟡', '9')
        .replaceAll('\u200f', '')
      assert.deepEqual(texts({ cardNumber: text, expiry: text, securityCode: text }), [
        panOf(ascii),
        expiryOf(ascii),
        codeOf(ascii),
      ])
    }),
    { numRuns: 5000 },
  )
})

test('expiry dates are read as people and browsers write them', () => {
  for (const typed of ['0928', '09/28', '9/28', '09 / 2028', '2028-09', ' 09.28 ', '9-2028']) {
    assert.equal(texts({ expiry: typed })[1], '0928', typed)
  }
  for (const typed of ['09/1928', '1928-09', '09/028', '2028/09', '09 28', '/28', 'ab/cd']) {
    assert.equal(texts({ expiry: typed })[1], '', typed)
  }
})

test('an expiry date without anything between is left to the vault, which reads what was keyed in, too', () => {
  for (const typed of ['928', '092028', '92028']) assert.equal(texts({ expiry: typed })[1], typed)
})

test('digits of every script are read, and no text is made of them', () => {
  const read = (cardNumber: string, expiry: string, securityCode: string) =>
    texts({ cardNumber, expiry, securityCode })
  const right = ['4111111111111111', '0928', '123']
  assert.deepEqual(read('４１１１　１１１１　１１１１　１１１１', '０９／２８', '１２３'), right)
  assert.deepEqual(read('４１１１ー１１１１ー１１１１ー１１１１', '９／２０２８', '１２３'), right)
  assert.deepEqual(read('٤١١١ ١١١١ ١١١١ ١١١١', '٠٩؍٢٨', '١٢٣'), right)
  assert.deepEqual(read('\u200f۴۱۱۱۱۱۱۱۱۱۱۱۱۱۱۱\u200e', '۰۹/۲۰۲۸', '\u2067۱۲۳\u2069'), right)
  assert.deepEqual(read('४१११११११११११११११', '०९-२८', '१२३'), right)
  assert.deepEqual(read('𞥔𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑', '𞥐𞥙𞥒𞥘', '𞥑𞥒𞥓'), right)
  assert.deepEqual(read('四一一一一一一一一一一一一一一一', 'Ⅸ', '一二三'), ['', '', ''])
})

test('a code that is not required may be left empty, and one that cannot be read is not left out', () => {
  assert.deepEqual(Object.keys(read({ securityCode: '' }, 'optional').card), ['pan', 'expiry'])
  assert.deepEqual(Object.keys(read({ securityCode: '123' }, 'never').card), ['pan', 'expiry'])
  const { card } = read({ securityCode: 'none' }, 'optional')
  assert.ok('securityCode' in card && card.securityCode?.length === 0)
  assert.deepEqual(read({ cardNumber: '', securityCode: '' }, 'optional').card, {
    missing: { pan: 'missing-card-number' },
  })
})

test('the card is bytes of the form, and nothing of it is left when that has been overwritten', () => {
  const { body, card } = read({ expiry: '2028-09' })
  assert.ok(!('missing' in card))
  const all = [card.pan, card.expiry, card.securityCode].map((digits) => Buffer.from(digits ?? []))
  assert.equal(String(all), '4111111111111111,0928,123')
  body.fill(0)
  for (const digits of [card.pan, card.expiry, card.securityCode]) {
    assert.ok(Buffer.from(digits ?? [1]).every((byte) => byte === 0))
  }
})

test('a field that was left empty is missing, and one that came twice is refused', () => {
  assert.deepEqual(read({ expiry: ' ', securityCode: '' }).card, {
    missing: { expiry: 'missing-expiry-date', securityCode: 'missing-security-code' },
  })
  const twice = new FormBody(Buffer.from(`${new URLSearchParams(right)}&expiry=1`))
  assert.throws(() => readTypedCard(twice, { securityCode: 'required' }), {
    code: 'invalid-request',
    message: 'expiry was sent twice.',
  })
})
