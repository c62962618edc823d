/**
 * A text without the digits that are known to belong to something else than a card: in their places stand as many
 * letters, so that what is left stays where it was.
 */
export function withoutInnocentNumbers(text: string): string {
  return text
    .replace(hexadecimalNames, (name) => (isTrack(name) ? name : blank(name)))
    .replace(telephoneNumbers, blank)
    .replace(bankAccounts, (found) => (isBankAccount(found) ? blank(found) : found))
    .replace(coordinates, blank)
    .replace(amounts, blank)
}

const blank = (found: string): string => 'x'.repeat(found.length)

/** A GUID, whatever stands before or behind it but a digit: `order_`, `%22`, a word. Without regard to case. */
export const guidShape =
  '(?:(?<!\\d)|(?<=%[0-9a-f]{2}))[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?!\\d)'

const hexadecimalNames = new RegExp(`${guidShape}|\\b(?=[0-9]*[a-f])[0-9a-f]{32,128}\\b`, 'gi')

/** A chip writes the second track in hexadecimal: card number, D, expiry date and service code; never as long as a hash. */
const isTrack = (name: string): boolean =>
  /^[0-9]{13,19}D[2-4][0-9](?:0[1-9]|1[0-2])[0-9]{3}/i.test(name) &&
  ![32, 40, 56, 64, 96, 128].includes(name.length)

/** E.164: a plus and at most 15 digits. */
const telephoneNumbers = /\+\d(?:[ ()./-]{0,3}\d){6,14}(?![ ()./-]{0,3}\d)/g

/** Two and more, of four decimals and more, and no other digit close before them on their line: `52.2296756, 21.0122287`. */
const coordinates =
  /(?<!\d[^\p{L}\n]{0,3}|[.,])-?\d{1,3}\.\d{4,9}(?:(?:[,;] ?| )-?\d{1,3}\.\d{4,9})+(?![\d.])/gu

/** Nobody writes zeros before them. */
const whole = '(?:0|[1-9]\\d{0,3})'
/** Three and more, with a point or a comma before their two decimals, and no other digit close before them. */
const amounts = new RegExp(
  `(?<!\\d[^\\p{L}]{0,3}|[.,])(?:${whole}\\.\\d\\d(?:(?:[,;] ?| )${whole}\\.\\d\\d){2,}|${whole},\\d\\d(?:(?:; ?| )${whole},\\d\\d){2,})(?![\\d.,])`,
  'gu',
)

/** ISO 13616: country, check digits and up to 30 more, in groups or not; each with so many as its country has. */
const bankAccounts = new RegExp(
  `\\b(?:${
    // The registry of SWIFT, release 99.
    Object.entries({
      AD: 24,
      AE: 23,
      AL: 28,
      AT: 20,
      AZ: 28,
      BA: 20,
      BE: 16,
      BG: 22,
      BH: 22,
      BI: 27,
      BR: 29,
      BY: 28,
      CH: 21,
      CR: 22,
      CY: 28,
      CZ: 24,
      DE: 22,
      DJ: 27,
      DK: 18,
      DO: 28,
      EE: 20,
      EG: 29,
      ES: 24,
      FI: 18,
      FK: 18,
      FO: 18,
      FR: 27,
      GB: 22,
      GE: 22,
      GI: 23,
      GL: 18,
      GR: 27,
      GT: 28,
      HN: 28,
      HR: 21,
      HU: 28,
      IE: 22,
      IL: 23,
      IQ: 23,
      IS: 26,
      IT: 27,
      JO: 30,
      KW: 30,
      KZ: 20,
      LB: 28,
      LC: 32,
      LI: 21,
      LT: 20,
      LU: 20,
      LV: 21,
      LY: 25,
      MC: 27,
      MD: 24,
      ME: 22,
      MK: 19,
      MN: 20,
      MR: 27,
      MT: 31,
      MU: 30,
      NI: 28,
      NL: 18,
      NO: 15,
      OM: 23,
      PK: 24,
      PL: 28,
      PS: 29,
      PT: 25,
      QA: 29,
      RO: 24,
      RS: 22,
      RU: 33,
      SA: 24,
      SC: 31,
      SD: 18,
      SE: 24,
      SI: 19,
      SK: 24,
      SM: 27,
      SO: 23,
      ST: 25,
      SV: 28,
      TL: 23,
      TN: 24,
      TR: 26,
      UA: 29,
      VA: 22,
      VG: 24,
      XK: 20,
      YE: 30,
    })
      .map(([country, length]) => `${country}\\d\\d(?:[ -]?[0-9A-Z]){${length - 4}}`)
      .join('|')
  })(?![0-9A-Z])`,
  'gi',
)

/** The check digits of ISO 7064, mod 97-10. */
function isBankAccount(text: string): boolean {
  const plain = text.toUpperCase().replace(/[^0-9A-Z]/g, '')
  const moved = plain.slice(4) + plain.slice(0, 4)
  let rest = 0
  for (const character of moved) {
    const value = Number.parseInt(character, 36)
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97
  }
  return rest === 1
}
