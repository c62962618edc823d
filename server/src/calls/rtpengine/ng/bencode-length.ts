const maxDepth = 16

/** Thrown for bytes that no value begins with. */
export class MalformedBencode extends Error {
  constructor() {
    super('These bytes are no bencode.')
    this.name = 'MalformedBencode'
  }
}

/**
 * How many bytes the bencoded value takes that begins at `from`; `undefined` while its end has not come.
 *
 * The decoder itself can tell neither: it takes half a value for a whole one, and makes room for a string as long as it is
 * said to be.
 *
 * @param maxBytes of a value, and of each part of it.
 * @throws {MalformedBencode}
 */
export function bencodeLength(bytes: Buffer, from: number, maxBytes: number): number | undefined {
  const end = endOfValue(bytes, from, { maxBytes, depth: 0 })
  if (end === undefined) return undefined
  if (end - from > maxBytes) throw new MalformedBencode()
  return end - from
}

interface Bounds {
  readonly maxBytes: number
  readonly depth: number
}

function endOfValue(bytes: Buffer, from: number, bounds: Bounds): number | undefined {
  if (bounds.depth > maxDepth) throw new MalformedBencode()
  const first = bytes[from]
  if (first === undefined) return undefined
  if (first === letter.i) return endOfNumber(bytes, from + 1, letter.e)
  if (first === letter.l) return endOfItems(bytes, from + 1, { bounds, items: ['value'] })
  if (first === letter.d) return endOfItems(bytes, from + 1, { bounds, items: ['string', 'value'] })
  return endOfString(bytes, from, bounds)
}

const letter = {
  d: 0x64,
  e: 0x65,
  i: 0x69,
  l: 0x6c,
  colon: 0x3a,
  minus: 0x2d,
  zero: 0x30,
  nine: 0x39,
} as const

function endOfItems(
  bytes: Buffer,
  from: number,
  { bounds, items }: { readonly bounds: Bounds; readonly items: readonly ('string' | 'value')[] },
): number | undefined {
  const within = { ...bounds, depth: bounds.depth + 1 }
  let at = from
  while (bytes[at] !== letter.e) {
    for (const item of items) {
      const end = item === 'string' ? endOfString(bytes, at, within) : endOfValue(bytes, at, within)
      if (end === undefined) return undefined
      at = end
    }
  }
  return at + 1
}

function endOfString(bytes: Buffer, from: number, { maxBytes }: Bounds): number | undefined {
  const start = endOfNumber(bytes, from, letter.colon)
  if (start === undefined) return undefined
  const length = Number(bytes.toString('latin1', from, start - 1))
  if (!(length >= 0 && length <= maxBytes)) throw new MalformedBencode()
  return start + length <= bytes.length ? start + length : undefined
}

const maxDigits = 15

/** Digits, after a minus or none, and what ends them. */
function endOfNumber(bytes: Buffer, from: number, end: number): number | undefined {
  const first = bytes[from] === letter.minus ? from + 1 : from
  let at = first
  while (isDigit(bytes[at])) at += 1
  if (at - first > maxDigits) throw new MalformedBencode()
  const next = bytes[at]
  if (next === undefined) return undefined
  if (next !== end || at === first) throw new MalformedBencode()
  return at + 1
}

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= letter.zero && byte <= letter.nine
