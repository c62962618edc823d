import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { codePoint } from '../../../test/harness/test-code-point.ts'
import { holdsCardNumber, maskCardNumbers } from './find-card-number.ts'

/** Appends the digit that makes a number pass the Luhn check. */
function withCheckDigit(digits: string): string {
  let sum = 0
  ;[...digits].reverse().forEach((digit, at) => {
    const value = at % 2 === 0 ? Number(digit) * 2 : Number(digit)
    sum += value > 9 ? value - 9 : value
  })
  return `${digits}${(10 - (sum % 10)) % 10}`
}

const digit = fc.constantFrom(...'0123456789')

/** Beginnings of brands, with how long their card numbers are and how many digits their security codes have. */
const brands = [
  { prefixes: ['4'], lengths: [13, 16, 18, 19], code: 3 },
  { prefixes: ['51', '55', '2221', '2720'], lengths: [16], code: 3 },
  { prefixes: ['34', '37'], lengths: [15], code: 4 },
  { prefixes: ['36', '38', '39', '300', '305'], lengths: [14, 16, 19], code: 3 },
  { prefixes: ['6011', '644', '649', '65'], lengths: [16, 19], code: 3 },
  { prefixes: ['3528', '3589'], lengths: [16, 17, 18, 19], code: 3 },
  { prefixes: ['2131', '1800'], lengths: [15], code: 3 },
  { prefixes: ['620', '6229', '8110'], lengths: [14, 15, 16, 17, 18, 19], code: 3 },
  { prefixes: ['5018', '56', '59', '63', '6759'], lengths: [14, 15, 16, 17, 18, 19], code: 3 },
  { prefixes: ['2200', '2204'], lengths: [16, 17, 18, 19], code: 3 },
  { prefixes: ['506699', '636368'], lengths: [16], code: 3 },
] as const

const known = brands.flatMap(({ prefixes, lengths, code }) =>
  prefixes.flatMap((prefix) => lengths.map((length) => ({ prefix, length, code }))),
)

/** A card number of any brand, of any of its lengths; none that could be a German mobile number (see the table). */
const card = fc
  .record({
    of: fc.constantFrom(...known),
    tail: fc.array(digit, { minLength: 19, maxLength: 19 }),
  })
  .map(({ of, tail }) => ({
    ...of,
    number: withCheckDigit(`${of.prefix}${tail.join('')}`.slice(0, of.length - 1)),
  }))
  .filter(({ number }) => !/^491[567].{9}$/.test(number))

const cardNumber = card.map(({ number }) => number)

const words = fc.constantFrom('', 'card ', 'no. ', 'PAN:', 'x', 'Visa/', '(', 'é', '日本')

const gaps = [
  '',
  '',
  '',
  ' ',
  '-',
  '.',
  ' - ',
  '\u00a0',
  '–',
  '\u200b',
  '/',
  ',',
  '_',
  '\t',
  ' / ',
  '／',
  '\u00ad',
]

test('what reads as coordinates behind the digits of a card is part of it', () => {
  for (const text of ['59000000,0.0000 0.0000', '411111 1.1111,1.1111', '411111\n1.1111,1.1111'])
    assert.ok(holdsCardNumber(text), text)
})

test('a card number is found, with separators between any digits and words around it', () => {
  const separators = fc.array(fc.constantFrom(...gaps), {
    minLength: 19,
    maxLength: 19,
  })
  fc.assert(
    fc.property(cardNumber, separators, words, words, (number, between, before, after) => {
      const spread = [...number].map((each, at) => (at === 0 ? each : `${between[at]}${each}`)).join('')
      assert.ok(holdsCardNumber(`${before}${spread}${after}`), spread)
    }),
    { numRuns: 3000 },
  )
})

test('zeros in front make no amounts of a card number', () => {
  assert.ok(holdsCardNumber('4000000/0,00 000,00 0,02'))
  assert.ok(holdsCardNumber('22040000–0.00 0.00 0.06'))
})

test('a card number among other groups of digits is found', () => {
  fc.assert(
    fc.property(
      cardNumber,
      fc.constantFrom(' 12/30 123', ' 12 30', ' 1230', '=30121010', '^SMITH', ' 2026-01-15'),
      (number, rest) => {
        assert.ok(holdsCardNumber(`${number}${rest}`))
        assert.ok(holdsCardNumber(`7 ${number}${rest}`))
      },
    ),
  )
})

test('a number that fails the Luhn check is none', () => {
  // A longer one may be another number, with what comes with a card.
  const short = cardNumber.filter((number) => number.length <= 16)
  fc.assert(
    fc.property(short, fc.integer({ min: 1, max: 9 }), (number, change) => {
      const last = (Number(number.at(-1)) + change) % 10
      assert.ok(!holdsCardNumber(`${number.slice(0, -1)}${last}`))
    }),
  )
})

test('a number of fewer than 13 digits is none, whatever it is', () => {
  fc.assert(
    fc.property(fc.array(digit, { maxLength: 12 }), (digits) => {
      assert.ok(!holdsCardNumber(digits.join('')))
      assert.ok(!holdsCardNumber(digits.join(' ')))
    }),
  )
})

test('a number of a range that no brand has is none', () => {
  for (const start of ['1', '0', '7', '9', '90']) {
    assert.ok(!holdsCardNumber(withCheckDigit(`${start}${'0123456789012345'}`.slice(0, 15))))
  }
})

test('a number of another length than its brand has is none', () => {
  fc.assert(
    fc.property(card, fc.integer({ min: 13, max: 16 }), ({ number, prefix }, length) => {
      const possible = known.filter((each) => number.startsWith(each.prefix) && each.length === length)
      if (possible.length > 0 || /^[56]|^81/.test(prefix)) return
      assert.ok(!holdsCardNumber(withCheckDigit(number.padEnd(19, '0').slice(0, length - 1))))
    }),
  )
})

test('a card number is found with its expiry date, its security code or both behind it, and zeros before it', () => {
  const month = fc.integer({ min: 1, max: 12 }).map((each) => String(each).padStart(2, '0'))
  const year = fc.integer({ min: 20, max: 49 }).map(String)
  fc.assert(
    fc.property(
      card,
      month,
      year,
      fc.array(digit, { minLength: 4, maxLength: 4 }),
      ({ number, ...of }, mm, yy, any) => {
        const code = any.join('').slice(0, of.code)
        const dates = [`${mm}${yy}`, `${yy}${mm}`, `${mm}20${yy}`, `20${yy}${mm}`]
        for (const more of [...dates, ...dates.map((date) => `${date}${code}`)]) {
          assert.ok(holdsCardNumber(`${number}${more}`), `${number} ${more}`)
          assert.doesNotMatch(maskCardNumbers(`${number}${more}`), /\d{5}|\d$/)
        }
        if (of.length > 13 && of.length <= 16) assert.ok(holdsCardNumber(`${number}${code}`))
        if (of.length > 13) assert.ok(holdsCardNumber(`0${number}`) && holdsCardNumber(`000${number}`))
      },
    ),
  )
})

/**
 * What programs send in good faith. Of random numbers of 13 to 19 digits 1.1, 2.1, 2.0, 4.5, 3.9, 4.6 and 7.9 of a
 * hundred are taken for card numbers, of 20 to 25 digits fewer than 0.7; of timestamps in milliseconds or microseconds
 * from 2020 to 2040 none, of such in nanoseconds 0.2; of IMEIs fewer than 0.1. One in ten of the article numbers that begin
 * with 4 is one of Visa's oldest card numbers too.
 */
for (const [what, ...texts] of [
  ['IMEI', '353918051234561', '490154203237518', '356938035643809', '35-391805-123456-1', '358240051111110'],
  ['IMEISV', '3569380356438012'],
  ['ISBN-13', '9780306406157', '978-0-306-40615-7', '978 3 16 148410 0'],
  [
    'EAN-13',
    '4006381333931',
    '5901234123457',
    '4260012345674',
    '0012345678905',
    '5010029000016',
    '6291041500213',
  ],
  ['SSCC', '00340434161094042557', '(00)340434161094042557'],
  [
    'IBAN',
    'PL61 1090 1014 0000 0712 1981 2874',
    'PL61109010140000071219812874',
    'DE89 3704 0044 0532 0130 00',
  ],
  [
    'IBAN',
    'GB82 WEST 1234 5698 7654 32',
    'FR14 2004 1010 0505 0001 3M02 606',
    'NO93 8601 1117 947',
    'gb29nwbk60161331926819',
  ],
  ['UUID', '4111a111-1111-4111-8111-111111111111', '41111111-1111-1111-1111-111111111111'],
  [
    'hash',
    'd41d8cd98f00b204e9800998ecf8427e',
    '4539800007000008abcdef0123456789',
    'e3b0c44298fc1c149afbf4c8996fb92427ae41e4',
  ],
  ['milliseconds', '1795824000123', '1800000000003', '1800300123456', '1800999999990', '1577836800000'],
  ['microseconds', '1800123456789012', '1800000000000007', '1795824000123456'],
  ['nanoseconds', '1795824000123456789', '1800000000000000001', '1800123456789012348'],
  [
    'date and time',
    '2026-01-15 09:30:00',
    '20260115093000',
    '2026-11-28T20:59:22.123Z',
    '28/11/2026 20:59:22',
    '20261128205922123',
  ],
  [
    'telephone with a plus',
    '+48500000000',
    '+48 500 000 000',
    '+1 (415) 555-2671',
    '+49 151 12345678',
    '+371449635398431',
  ],
  [
    'telephone without one',
    '4915112345678',
    '49 151 12345678',
    '0049 151 12345678',
    '447911123456',
    '0044 20 7946 0958',
    '48 500 000 000',
  ],
  [
    'order number',
    '2026-11-28-000123-4567',
    'ORD-2026-000-123-456',
    '100-2345678-9012345',
    'PO/2026/11/000123',
    'A_2026_11_28_0001',
  ],
  [
    'tracking number',
    '1Z999AA10123456784',
    '1Z 999 AA1 01 2345 6784',
    '986578788855',
    '449044304137821',
    'JD014600003828392837',
    '9400110200881234567890',
    '00340434161094042557',
  ],
  [
    'amounts',
    '12.40, 13.50, 99.99, 100.00, 4.50',
    '12.40 13.50 99.99 100.00',
    '12,40; 13,50; 99,99; 100,00',
    '4.11 1.11 11.11 1.11 111.11',
    '1.240,00 EUR',
  ],
  ['list of numbers', '41, 111, 11, 1111, 1, 1111'],
  [
    'coordinates',
    '52.2296756, 21.0122287',
    '52.2296756,21.0122287',
    '51.5073509, -0.1277583',
    '52.2296756 21.0122287',
    'geo:48.2010,16.3695,183',
  ],
  ['ICCID', '8944110068912345678', '8948010000012345678', '8949 0200 0012 3456 789'],
  ['address', '192.168.100.200', '10.0.0.1', '2001:0db8:85a3:0000:0000:8a2e:0370:7334', '00:1A:2B:3C:4D:5E'],
  [
    'others',
    '',
    'Hubska 52',
    '50-348',
    '1767000000000',
    '48',
    '7013158490216871234567',
    '016153570198200',
    '483297487231504',
  ],
] as const) {
  test(`no card number is seen in ${what}: ${texts[0] || 'nothing'}`, () => {
    for (const text of texts) {
      assert.ok(!holdsCardNumber(text), text)
      assert.ok(!holdsCardNumber(`no. ${text}, thank you`), text)
      assert.equal(maskCardNumbers(text), text)
    }
  })
}

for (const [what, text, masked] of [
  ['spaces', '4539 8000 0007 0008', '**** **** **** 0008'],
  ['slashes', '4111/1111/1111/1111', '****/****/****/1111'],
  ['commas', '4111,1111,1111,1111', '****,****,****,1111'],
  ['commas and spaces', '4111, 1111, 1111, 1111', '****, ****, ****, 1111'],
  ['underscores', '4111_1111_1111_1111', '****_****_****_1111'],
  ['points', '4111.1111.1111.1111', '****.****.****.1111'],
  ['separators of many kinds', '4111 - 1111/1111_1111', '**** - ****/****_1111'],
  ['lines', '4111\n1111\r\n1111\n1111', '****\n****\r\n****\n1111'],
  ['semicolons', '4111;1111;1111;1111', '****;****;****;1111'],
  ['plus signs', '4111+1111+1111+1111', '****+****+****+1111'],
  ['pairs', '41 11 11 11 11 11 11 11', '** ** ** ** ** ** 11 11'],
  ['single digits', '4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1', '* * * * * * * * * * * * 1 1 1 1'],
  ['spaces of other kinds', '4111\u00a01111\u20091111\u30001111', '****\u00a0****\u2009****\u30001111'],
  ['what is not seen', '4111\u200b1111\u00ad1111\ufeff1111', '************1111'],
  ['wide digits', '４１１１１１１１１１１１１１１１', '************１１１１'],
  ['Arabic digits', '٤١١١ ١١١١ ١١١١ ١١١١', '**** **** **** ١١١١'],
  ['keycaps', '4\ufe0f\u20e3111111111111111', '************1111'],
  ['four, six and five', '3782-822463-10005', '****-******-*0005'],
  ['four, six and four', '3056 930902 5904', '**** ****** 5904'],
  ['nineteen', '6759 6498 2643 8453 000', undefined],
  ['a zero before', '04111111111111111', '0************1111'],
  ['a field of nineteen', '0004111111111111111', '000************1111'],
  ['an expiry date without a gap', '41111111111111111230', '************1111****'],
  ['an expiry date with its century', '4111111111111111122030', '************1111******'],
  ['year and month', '41111111111111113012', '************1111****'],
  ['a security code without a gap', '4111111111111111123', '************1111***'],
  ['both without a gap', '41111111111111111230123', '************1111*******'],
  ['the whole of it', '4111111111111111/12/30/123', '************1111/**/**/***'],
  [
    'the whole of it in words',
    'card 4111 1111 1111 1111, 12/30, 123 of J. Doe',
    'card **** **** **** 1111, **/**, *** of J. Doe',
  ],
  ['a part without a gap', '4111 1111 1111 11111230', '**** **** **** 1111****'],
  [
    'track 1',
    '%B4111111111111111^DOE/JOHN^30121010000000000123?',
    '%B************1111^DOE/JOHN^********************?',
  ],
  ['track 2', ';4111111111111111=30121010000012300000?', ';************1111=********************?'],
  ['track 2 of a chip', '4111111111111111D30122010000012345678F', '************1111D********************F'],
  ['JSON in a text', '{"pan":"4111111111111111"}', '{"pan":"************1111"}'],
  ['JSON in JSON', '{\\"pan\\":\\"4111111111111111\\"}', '{\\"pan\\":\\"************1111\\"}'],
  ['escapes of JSON', '\\u0034111\\u0020111111111111', '****\\u0020********1111'],
  [
    'a URL',
    'https://x.test/?card=4111%201111%201111%201111&a=1',
    'https://x.test/?card=****%20****%20****%201111&a=1',
  ],
  ['escaped digits', '%34%31%31%31-1111-1111-1111', '****-****-****-1111'],
  ['entities', '&#52;111&nbsp;1111&#160;1111&#x20;1111', '****&nbsp;****&#160;****&#x20;1111'],
  ['what only looks like an escape', 'x%4111111111111111', 'x%************1111'],
  ['letters before it', 'PAN4111111111111111', 'PAN************1111'],
  ['other numbers before it', '7 4111 1111 1111 1111', '7 **** **** **** 1111'],
  ['two of them', '4111111111111111 5500005555555559', '************1111 ************5559'],
  ['old Visa', '4222222222222', '*********2222'],
  ['16 digits with a plus', '+4111111111111111', '+************1111'],
] as const) {
  test(`a card number is seen with ${what}, and masked`, () => {
    assert.ok(holdsCardNumber(text), text)
    if (masked !== undefined) assert.equal(maskCardNumbers(text), masked)
    assert.ok(!holdsCardNumber(maskCardNumbers(text)), text)
  })
}

test('a masked text holds no card number, and is the same text where none was', () => {
  fc.assert(
    fc.property(cardNumber, words, fc.string(), (number, before, after) => {
      const text = `${before}${number} ${after}`
      assert.ok(!maskCardNumbers(text).includes(number))
      if (!holdsCardNumber(after)) assert.equal(maskCardNumbers(after), after)
    }),
  )
})

test('a GUID and other hexadecimal names pass', () => {
  const hex = fc.constantFrom(...'0123456789012345678901234567890123456789abcdef')
  const characters = fc.array(hex, { minLength: 32, maxLength: 32 }).map((list) => list.join(''))
  fc.assert(
    fc.property(characters, (text) => {
      const guid = text.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
      assert.ok(!holdsCardNumber(guid), guid)
      assert.ok(!holdsCardNumber(`order ${guid.toUpperCase()}`), guid)
      for (const around of [`order_${guid}`, `${guid}_1`, `sid${guid}`, `${guid}x`, `%22${guid}%22`]) {
        assert.ok(!holdsCardNumber(around), around)
        assert.equal(maskCardNumbers(around), around)
      }
      if (/[a-f]/.test(text)) assert.ok(!holdsCardNumber(text), text)
    }),
    { numRuns: 3000 },
  )
})

test('a card number beside a GUID is one, and digits in its shape that go on are none', () => {
  const guid = '01938f2e-1234-7123-8456-123456789012'
  for (const text of [`${guid}_4111111111111111`, `4111111111111111 ${guid}`, `4111111111111111_${guid}`]) {
    assert.ok(holdsCardNumber(text), text)
    assert.ok(maskCardNumbers(text).includes(guid), text)
  }
})

test('digits of other scripts are digits', () => {
  const scripts = ['٠', '０', '०', '𝟎'].map((zero) => zero.codePointAt(0) ?? 0)
  for (const zero of scripts) {
    const text = [...'4111111111111111'].map((each) => String.fromCodePoint(zero + Number(each))).join('')
    assert.ok(holdsCardNumber(text), text)
  }
})

test('a number as keyboards of other scripts write it is seen, and masked in its own digits', () => {
  for (const [text, masked] of [
    ['カード４１１１ー１１１１ー１１１１ー１１１１', 'カード****ー****ー****ー１１１１'],
    ['４１１１　１１１１　１１１１　１１１１　１２／３０', '****　****　****　１１１１　**／**'],
    ['\u200f٤١١١ ١١١١ ١١١١ ١١١١\u200e', '\u200f**** **** **** ١١١١\u200e'],
    ['۴۱۱۱-۱۱۱۱-۱۱۱۱-۱۱۱۱', '****-****-****-۱۱۱۱'],
    ['𞥔𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑𞥑', '************𞥑𞥑𞥑𞥑'],
    ['4１११ ١111 ۱۱๑๑ 1111', '**** **** **** 1111'],
    [encodeURIComponent('٤١١١ ١١١١ ١١١١ ١١١١'), '****%20****%20****%20%D9%A1%D9%A1%D9%A1%D9%A1'],
    [
      encodeURIComponent('４１１１１１１１１１１１１１１１').toLowerCase(),
      `************${'%ef%bc%91'.repeat(4)}`,
    ],
    [`\\u0664${'\\u0661'.repeat(15)}`, `************${'\\u0661'.repeat(4)}`],
    [`\\ud835\\udfd2${'\\ud835\\udfcf'.repeat(15)}`, `************${'\\ud835\\udfcf'.repeat(4)}`],
    [`&#1636;${'&#x661;'.repeat(15)}`, `************${'&#x661;'.repeat(4)}`],
    [`4${'%EF%BC%91'.repeat(15)}`, `************${'%EF%BC%91'.repeat(4)}`],
  ] as const) {
    assert.ok(holdsCardNumber(text), text)
    assert.equal(maskCardNumbers(text), masked)
  }
})

test('any text is looked at without an error', () => {
  fc.assert(fc.property(fc.string({ unit: codePoint, maxLength: 200 }), (text) => void holdsCardNumber(text)))
})

test('no line break hides a card number that is one when the text is on one line', () => {
  for (const each of ['\n', '\r\n', '\r', '\t', '\v', '\f', '\u0085', '\u2028', '\u2029', ' \n\n ']) {
    for (const groups of [
      ['4111', '1111', '1111', '1111'],
      ['41', '11111111', '111111'],
      ['card 41111', '11111', '111111 ok'],
    ]) {
      assert.ok(holdsCardNumber(groups.join(each)), JSON.stringify(groups.join(each)))
    }
  }
})
