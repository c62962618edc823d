import assert from 'node:assert/strict'
import { test } from 'node:test'
import { needsSmtpUtf8, readMailAddress, shownDomain } from './mail-address.ts'

const read = (text: string) => {
  const found = readMailAddress(text)
  return 'address' in found ? found.address : undefined
}

for (const [text, address] of [
  ['kunde@müller.de', 'kunde@xn--mller-kva.de'],
  ['kunde@MÜLLER.DE', 'kunde@xn--mller-kva.de'],
  ['kunde@mu\u0308ller.de', 'kunde@xn--mller-kva.de'],
  ['kunde@xn--mller-kva.de', 'kunde@xn--mller-kva.de'],
  ['Kunde@XN--MLLER-KVA.DE', 'Kunde@xn--mller-kva.de'],
  ['kunde@müller。de', 'kunde@xn--mller-kva.de'],
  ['kunde@faß.de', 'kunde@xn--fa-hia.de'],
  ['info@пример.рф', 'info@xn--e1afmkfd.xn--p1ai'],
  ['info@example.xn--p1ai', 'info@example.xn--p1ai'],
  ['john@Example.COM', 'john@example.com'],
  ['john@example.com.', 'john@example.com'],
  ['"john"@example.com', 'john@example.com'],
  [' john@example.com\r\n', 'john@example.com'],
  ['\u202ajohn@example.com\u202c', 'john@example.com'],
  ["j.o'brien+shop@mail.example.co.uk", "j.o'brien+shop@mail.example.co.uk"],
  ['ｋｕｎｄｅ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'kunde@example.com'],
  ['jürgen@example.com', 'jürgen@example.com'],
  ['ju\u0308rgen@example.com', 'jürgen@example.com'],
] as const) {
  test(`${JSON.stringify(text)} is sent to ${address}`, () => {
    assert.equal(read(text), address)
    assert.equal(read(address), address, 'what has been read is read as itself')
  })
}

for (const text of [
  '"john smith"@example.com',
  '"a@b.de"@example.com',
  'a@b.de@example.com',
  'a＠b.de@example.com',
  'john@[192.0.2.1]',
  'john@[IPv6:2001:db8::1]',
  'john@192.0.2.1',
  'john@0x7f.1',
  'john@example',
  'john@example.123',
  'john@-example.com',
  'john@example-.com',
  'john@exam_ple.com',
  'john@exa\u00admple.com',
  'john@ex%2eample.com',
  'john@example..com',
  'john@.example.com',
  'john@example.com..',
  'john@example.com, jane@example.com',
  'John <john@example.com>',
  '<john@example.com>',
  'jo hn@example.com',
  'jo\u200bhn@example.com',
  'john@example.com\r\nBcc: all@example.com',
  'john@example.com\u2028bcc',
  'john@exam\nple.com',
  '@example.com',
  'john@',
  '',
]) {
  test(`${JSON.stringify(text)} is no address`, () => {
    const found = readMailAddress(text)
    assert.match('wrong' in found ? found.wrong : found.address, /^must be an email address/)
  })
}

test('lengths are those of what is sent: 64 bytes before the @, 63 a label, 254 in all', () => {
  const domain = (length: number) =>
    [...Array(3).fill('a'.repeat(60)), 'b'.repeat(length - 183 - 3), 'de'].join('.')
  assert.ok(read(`${'x'.repeat(64)}@example.com`))
  assert.ok(read(`${'ü'.repeat(32)}@example.com`))
  for (const text of [`${'x'.repeat(65)}@example.com`, `${'ü'.repeat(33)}@example.com`]) {
    const found = readMailAddress(text)
    assert.match('wrong' in found ? found.wrong : '', /too long for an email address/)
  }
  assert.ok(read(`a@${'ä'.repeat(40)}.de`))
  assert.equal(read(`a@${'ä'.repeat(60)}.de`), undefined)
  assert.equal(`12345678@${domain(245)}`.length, 254)
  assert.ok(read(`12345678@${domain(245)}`))
  assert.equal(read(`123456789@${domain(245)}`), undefined)
  const umlauts = 'äöüéèáàâêîôûçñ'.repeat(2)
  const wide = `a@${`${umlauts}.`.repeat(7)}de`
  assert.ok(Buffer.byteLength(wide, 'latin1') < 254)
  assert.equal(read(wide), undefined, 'in ASCII it is longer')
})

test('whether an address takes RFC 6531 is what stands before the @', () => {
  assert.ok(needsSmtpUtf8(read('jürgen@müller.de') ?? ''))
  assert.ok(!needsSmtpUtf8(read('juergen@müller.de') ?? ''))
})

test('a domain is shown as people read it, but not what could be taken for another one', () => {
  for (const [host, shown] of [
    ['example.com', 'example.com'],
    ['xn--mller-kva.de', 'müller.de'],
    ['xn--e1afmkfd.xn--p1ai', 'пример.рф'],
    // Cyrillic letters that look like Latin ones.
    ['xn--pple-43d.com', 'xn--pple-43d.com'],
    ['xn--80ak6aa92e.com', 'xn--80ak6aa92e.com'],
  ] as const) {
    assert.equal(shownDomain(host), shown)
  }
})
