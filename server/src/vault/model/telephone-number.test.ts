import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readTelephoneNumber } from './telephone-number.ts'

const read = (text: string) => {
  const found = readTelephoneNumber(text)
  return 'address' in found ? found.address : undefined
}

for (const [number, ...ways] of [
  [
    '+491712345678',
    ...[
      '+49 (0)171 2345678',
      '+49(0) 171/2345678',
      '+49 0171 2345678',
      '+49 (0171) 2345678',
      '+49 ( 0 ) 171 2345678',
    ],
    ...[
      '0049 171 2345678',
      '0049 (0)171 2345678',
      '(0049) 171 2345678',
      '(+49) 171 2345678',
      '+49/171/2345678',
    ],
    ...['+49–171—2345678', '+49\u2011171\u22122345678', '+49\u00a0171\u202f2345678', '+49.171.2345678'],
    ...[
      '\u202a+49 171 2345678\u202c',
      '\u200e+49171\u200b2345678',
      '＋４９（０）１７１　２３４５６７８',
      '+٤٩ ١٧١ ٢٣٤٥٦٧٨',
    ],
    ...['tel:+49-171-2345678', 'TEL:+491712345678', ' +49 171\t2345678\r\n', '+49 171 2345-678'],
  ],
  ['+390612345678', '+39 06 1234 5678', '+39 (0)6 12345678', '+39 (06) 12345678', '0039 06 12345678'],
  ['+393471234567', '+39 347 1234567', '+39 (0)347 1234567'],
  ['+2250701234567', '+225 07 01 23 45 67', '00225 0701234567'],
  ['+48500000000', '+48 500 000 000', '+48 (0)500 000 000', '0048500000000'],
  ['+447700900123', '+44 (0)7700 900123', '+44 07700 900123', '0044 7700 900123'],
  ['+33612345678', '+33 (0)6 12 34 56 78', '+33 0612345678'],
  ['+79161234567', '+7 (916) 123-45-67', '+7 8 916 123 45 67'],
  ['+36201234567', '+36 20 123 4567', '+36 (06) 20 123 4567'],
  ['+15551234567', '+1 (555) 123-4567', '001 555 123 4567'],
  ['+4915112345678', '0049 151 12345678'],
  ['+882161234567', '+882 16 1234567'],
] as const) {
  test(`${number} is one number, however it is written`, () => {
    for (const way of [number, ...ways]) assert.equal(read(way), number, JSON.stringify(way))
  })
}

for (const [what, pattern, ...texts] of [
  [
    'without its country',
    /must begin with \+ and the country code/,
    ...[
      '0171 2345678',
      '(0)171 2345678',
      '171 2345678',
      '48500000000',
      '011 49 171 2345678',
      '０１７１ ２３４５６７８',
    ],
  ],
  [
    'that is possible nowhere',
    /is not a possible phone number/,
    ...['+49 171', '+1 555 1234', '+491', '+4917123456789012345', '+999 123456789', '+0049 171 2345678'],
    ...[
      '0011 61 412 345 678',
      '0011 64 9 623 4567',
      '+1 1 649 623 4567',
      '+48 0500 000 000',
      '+1 000 000 0000',
      '+39 0347 1234567',
      '+4111111111111111',
    ],
  ],
  [
    'with more than a number',
    /must be a phone number/,
    ...['+49 171 2345678 ext. 12', '+49 171 2345678x12', '+49 171 2345678#12', 'tel:+49-171-2345678;ext=12'],
    ...[
      'tel:0171;phone-context=+49',
      '+1-800-FLOWERS',
      '1-800-FLOWERS',
      '++49 171 2345678',
      '+49 171 +2345678',
    ],
    ...[
      '+49 171 2345678, +49 172 2345678',
      '+49 171 2345678\u0000',
      'ask reception',
      '',
      '+',
      'john@example.com',
    ],
  ],
] as const) {
  test(`a number ${what} is refused, and says so`, () => {
    for (const text of texts) {
      const found = readTelephoneNumber(text)
      assert.match('wrong' in found ? found.wrong : found.address, pattern, JSON.stringify(text))
    }
  })
}

test('what is no number any more without its zero for home is none', () => {
  assert.equal(read('+860120000000000'), undefined)
})

test('what has been read is read as itself', () => {
  const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 5, maxLength: 14 })
  const country = fc.constantFrom(
    '49',
    '39',
    '1',
    '44',
    '48',
    '7',
    '52',
    '54',
    '55',
    '225',
    '36',
    '370',
    '86',
    '91',
  )
  fc.assert(
    fc.property(country, digits, (code, rest) => {
      const number = read(`+${code}${rest}`)
      if (number === undefined) return
      assert.match(number, /^\+[1-9]\d{6,14}$/)
      assert.equal(read(number), number, `+${code}${rest}`)
    }),
    { numRuns: 2000 },
  )
})
