import { digitAt } from './decimal-digits.ts'

/** A text with digits and separators as ASCII has them, and where each of its characters comes from. */
export interface ReadableText {
  readonly text: string
  /** Where the character at this place begins in the original; one place more, for its end. */
  origin(at: number): number
}

/**
 * Digits, spaces, dashes and the like of every script become those of ASCII; what is not seen goes. A text of ASCII
 * stays as it is.
 */
export function asAscii(original: string): ReadableText {
  if (isAscii(original)) return { text: original, origin: (at) => at }
  return rewritten(original, notAscii, asciiOf)
}

/**
 * What stands for a digit or a separator in a URL, in a page or in JSON: `%34`, `%20`, `&#52;`, `\u0034`; of what is not
 * ASCII's, what stands for any character: `%D9%A4`, `&#1636;`, `\u0664`. `undefined` where nothing does.
 */
export function withoutEscapes(original: string): ReadableText | undefined {
  if (original.search(escapes) < 0) return undefined
  return rewritten(original, escapes, (escaped) => otherUnescaped(escaped) ?? unescaped(escaped))
}

function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) > 0x7f) return false
  return true
}

const notAscii = /\P{ASCII}/gu
const unseen = /^[\p{Cf}\p{M}]$/u

/**
 * What a character that is not ASCII's stands for: a digit, a space, a dash, a slash, a point. What is not seen, such as
 * the marks that say in which direction a text runs, is nothing; any other character is itself.
 */
export function asciiOf(character: string): string {
  if (unseen.test(character)) return ''
  if (/^\p{Zs}$/u.test(character)) return ' '
  // The sound mark of kana is what a Japanese keyboard types for a dash.
  if (/^[\p{Pd}\u2212\u30fc\uff70]$/u.test(character)) return '-'
  if (/^[\u2044\u2215\u29f8\u060d]$/u.test(character)) return '/'
  if (/^[\u00b7\u2022\u2219\u22c5\u30fb\uff65\u3002\uff61]$/u.test(character)) return '.'
  const digit = digitAt(character.codePointAt(0) ?? 0)
  if (digit !== undefined) return String(digit)
  const simple = character.normalize('NFKC')
  return simple.length === 1 && simple.charCodeAt(0) <= 0x7f ? simple : character
}

/** UTF-8 in a URL, a code unit in JSON and a code point in a page, of what is not ASCII's. */
const otherEscape =
  '(?:%[cd][0-9a-f]|%e[0-9a-f]%[89ab][0-9a-f]|%f[0-4]%[89ab][0-9a-f]%[89ab][0-9a-f])%[89ab][0-9a-f]' +
  '|\\\\u(?!00[0-7])[0-9a-f]{4}' +
  '|&#(?:1(?:2[89]|[3-9]\\d)|[2-9]\\d\\d|\\d{4,7}|x[89a-f][0-9a-f]|x[0-9a-f]{3,6});'
const isOtherEscape = new RegExp(`^(?:${otherEscape})$`, 'i')

/** Of ASCII's, of digits and of what may stand between them, and of nothing else: `10%4111…` is no escape of an A. */
const asciiEscape =
  /%3[0-9]|%(?:20|09|0[ad]|2[b-f]|5f|7c)|\\u00(?:3[0-9]|20|a0|2[d-f])|&#(?:4[8-9]|5[0-7]|x3[0-9]|32|x20|160|xa0|4[5-7]|x2[d-f]);|&nbsp;/
const escapes = new RegExp(`${asciiEscape.source}|${otherEscape}`, 'gi')

function otherUnescaped(escaped: string): string | undefined {
  if (!isOtherEscape.test(escaped)) return undefined
  if (escaped.startsWith('%')) return decoded(escaped)
  const point = /^\\u|x/i.test(escaped)
    ? Number.parseInt(escaped.replace(/^\\u|^&#x/i, ''), 16)
    : Number(escaped.slice(2, -1))
  return point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd'
}

/** Bytes that are no UTF-8 are no character. */
function decoded(escaped: string): string {
  try {
    return decodeURIComponent(escaped)
  } catch {
    return '\ufffd'
  }
}

function unescaped(escaped: string): string {
  const code = /^%3(\d)$|^\\u003(\d)$|^&#x3(\d);$/i.exec(escaped)
  const digit = code?.[1] ?? code?.[2] ?? code?.[3]
  if (digit !== undefined) return digit
  const decimal = Number(/^&#(\d+);$/.exec(escaped)?.[1])
  if (decimal >= 45 && decimal <= 57) return String.fromCharCode(decimal)
  const hexadecimal = Number.parseInt(/^(?:%|\\u00|&#x)(2[b-f]|5f|7c);?$/i.exec(escaped)?.[1] ?? '20', 16)
  return String.fromCharCode(hexadecimal)
}

function rewritten(original: string, pattern: RegExp, replace: (found: string) => string): ReadableText {
  const origins: number[] = []
  let text = ''
  const add = (piece: string, from: number, step: 0 | 1) => {
    for (let at = 0; at < piece.length; at += 1) origins.push(from + at * step)
    text += piece
  }
  let done = 0
  for (const match of original.matchAll(pattern)) {
    add(original.slice(done, match.index), done, 1)
    add(replace(match[0]), match.index, 0)
    done = match.index + match[0].length
  }
  add(original.slice(done), done, 1)
  return { text, origin: (at) => origins[at] ?? original.length }
}
