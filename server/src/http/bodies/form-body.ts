import { isUtf8 } from 'node:buffer'
import { Problem } from '../../base/problem.ts'
import { hexByte } from '../../base/text/hex-digit.ts'

const maxBytes = 16 * 1024

/** At the beginning of a text it says how it is encoded, and is no part of it. */
const byteOrderMark = Buffer.from('\ufeff')

/** Where in the body a parameter is. */
interface Place {
  readonly name: number
  readonly nameEnd: number
  readonly value: number
  readonly valueEnd: number
}

/**
 * A form-encoded body (RFC 6749 Appendix B; the URL Standard's `application/x-www-form-urlencoded`), read from bytes:
 * nothing of it becomes a text, which nobody can overwrite, until somebody asks for it as one. A parameter that was
 * sent twice is kept twice, for its reader to refuse. A line end after it, as files and shells have one, is no part of it.
 */
export class FormBody {
  readonly #body: Buffer
  readonly #places: readonly Place[]

  /**
   * @param body is decoded where it lies, and holds the values from then on: they are overwritten with it.
   * @throws {Problem} `body-too-large` over 16 KiB, `invalid-request` when it is not UTF-8.
   */
  constructor(body: Buffer) {
    if (body.length > maxBytes)
      throw new Problem('body-too-large', 'The form is too large. The limit is 16 KiB.')
    this.#body = body
    this.#places = decode(body)
  }

  get size(): number {
    return this.#places.length
  }

  /** @param name is ASCII, here and below. */
  has(name: string): boolean {
    return this.#places.some((place) => this.#isNamed(place, name))
  }

  /** The first value as a text; null where there is none. */
  get(name: string): string | null {
    return this.bytesOf(name)[0]?.toString() ?? null
  }

  /** Every value, as bytes of the body itself. */
  bytesOf(name: string, letters: 'as-written' | 'in-any-case' = 'as-written'): readonly Buffer[] {
    return this.#places
      .filter((place) => this.#isNamed(place, name, letters))
      .map(({ value, valueEnd }) => this.#body.subarray(value, valueEnd))
  }

  /** Every parameter as texts, but for those whose names, in whatever case, are left out. */
  *texts(leftOut: readonly string[] = []): Generator<readonly [name: string, value: string]> {
    for (const { name, nameEnd, value, valueEnd } of this.#places) {
      const text = this.#body.toString('utf8', name, nameEnd)
      if (!leftOut.includes(text.toLowerCase())) yield [text, this.#body.toString('utf8', value, valueEnd)]
    }
  }

  #isNamed(
    { name, nameEnd }: Place,
    wanted: string,
    letters: 'as-written' | 'in-any-case' = 'as-written',
  ): boolean {
    if (nameEnd - name !== wanted.length) return false
    for (let at = 0; at < wanted.length; at += 1) {
      const byte = this.#body[name + at] ?? 0
      const code = wanted.charCodeAt(at)
      const isSame = letters === 'as-written' ? byte === code : lowerCase(byte) === lowerCase(code)
      if (!isSame) return false
    }
    return true
  }
}

/** What a request without a form says. */
export const emptyForm = new FormBody(Buffer.alloc(0))

const ampersand = 0x26
const equals = 0x3d
const plus = 0x2b
const percent = 0x25
const space = 0x20

/** Decodes a body in place, separators and all, so that what is not UTF-8 in one value cannot be made so by the next. */
function decode(body: Buffer): readonly Place[] {
  const places: Place[] = []
  let end = 0
  let name = 0
  let nameEnd: number | undefined
  const endParameter = () => {
    if (end > name) {
      places.push({
        name,
        nameEnd: nameEnd ?? end,
        value: nameEnd === undefined ? end : nameEnd + 1,
        valueEnd: end,
      })
    }
  }
  const first = body.subarray(0, byteOrderMark.length).equals(byteOrderMark) ? byteOrderMark.length : 0
  const { length } = withoutLineEnd(body)
  for (let at = first; at < length; at += 1) {
    let byte = body[at] ?? 0
    if (byte === ampersand) {
      endParameter()
      name = end + 1
      nameEnd = undefined
    } else if (byte === equals) nameEnd ??= end
    else if (byte === plus) byte = space
    else if (byte === percent) {
      const decoded = hexByte(body, at + 1)
      if (decoded !== undefined) {
        byte = decoded
        at += 2
      }
    }
    body[end] = byte
    end += 1
  }
  endParameter()
  const decoded = body.fill(0, end).subarray(0, end)
  if (!isUtf8(decoded) || decoded.includes('\ufffd')) {
    throw new Problem('invalid-request', 'The request body must be UTF-8.')
  }
  return places
}

/** What comes before the line ends that stand last. */
export function withoutLineEnd(body: Buffer): Buffer {
  let end = body.length
  while (body[end - 1] === 0x0a || body[end - 1] === 0x0d) end -= 1
  return body.subarray(0, end)
}

const lowerCase = (byte: number): number => (byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte)
