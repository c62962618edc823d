/**
 * The check of ISO/IEC 7812-1 Annex B: finds every single wrong digit and every transposition of neighbours but
 * 09 and 90.
 *
 * @param digits ASCII digits.
 */
export function passesLuhn(digits: Uint8Array): boolean {
  let sum = 0
  digits.forEach((byte, index) => {
    const digit = byte - 0x30
    const doubled = (digits.length - index) % 2 === 0
    sum += doubled ? digit * 2 - (digit > 4 ? 9 : 0) : digit
  })
  return digits.length > 0 && sum % 10 === 0
}
