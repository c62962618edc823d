import { keys, type Tone } from './telephone.ts'

/** The key of the telephone that a key of the computer's keyboard stands for, whatever script its digits are of. */
export function toneOf(key: string): Tone | undefined {
  const ascii = /^\p{Nd}$/u.test(key) ? String(digitValue(key)) : key.normalize('NFKC')
  return keys.find((tone) => tone === ascii)
}

/** Unicode puts the ten digits of a script in a row, and each row begins with its zero. */
function digitValue(digit: string): number {
  const point = digit.codePointAt(0) ?? 0
  let zero = point
  while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return (point - zero) % 10
}
