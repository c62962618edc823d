import { ownBytes } from '../../base/own-bytes.ts'
import { Problem } from '../../base/problem.ts'
import { hexByte } from '../../base/text/hex-digit.ts'
import { withoutLineEnd } from './form-body.ts'

/**
 * A body in UTF-8, out of the charset that its Content-Type declares: those of the Encoding Standard, by any of their
 * names. What is sent in UTF-8 comes back as it is; anything else in a buffer of its own, byte by byte, so that no card
 * number or secret in it becomes a text, which nobody could overwrite. Of a form the escaped bytes are in the declared
 * charset too.
 *
 * @param body is left as it was.
 * @throws {Problem} `unsupported-media-type` for a charset that is not known, `invalid-request` for bytes that it has not.
 */
export function bodyInUtf8(body: Buffer, contentType: string | undefined): Buffer {
  const charset = charsetOf(contentType)
  if (charset === 'utf-8' || body.subarray(0, 3).equals(utf8Mark)) return body
  if (charset.startsWith('utf-16')) return fromUtf16(body, byteOrderOf(body, charset))
  const toUtf8 = decoderOf(charset)
  return isForm(contentType) ? formInUtf8(withoutLineEnd(body), toUtf8) : toUtf8(body)
}

type ToUtf8 = (bytes: Buffer) => Buffer

const utf8Mark = Buffer.from('\ufeff')

/** As the Encoding Standard names it; `utf-16` where only the bytes say which of the two it is. */
function charsetOf(contentType = ''): string {
  const [, name = ''] = /;\s*charset\s*=\s*["']?([^\s;"']*)/i.exec(contentType) ?? []
  const label = name.toLowerCase()
  if (label === '' || label === 'us-ascii' || label === 'ascii') return 'utf-8'
  try {
    const { encoding } = new TextDecoder(label)
    return encoding === 'utf-16le' && label !== 'utf-16le' ? 'utf-16' : encoding
  } catch {
    const shown = /^[\w.:+-]{1,40}$/.test(name) ? `'${name}'` : 'of its Content-Type'
    throw new Problem(
      'unsupported-media-type',
      `The charset ${shown} is not supported. Send the body in UTF-8.`,
    )
  }
}

const isForm = (contentType = ''): boolean => /^\s*application\/x-www-form-urlencoded\b/i.test(contentType)

/** As its mark says; else as its name does; else by the zero of its first character, which is one of ASCII. */
function byteOrderOf([first, second]: Buffer, charset: string): 'big' | 'little' {
  if (first === 0xff && second === 0xfe) return 'little'
  if (first === 0xfe && second === 0xff) return 'big'
  return charset === 'utf-16be' || (charset === 'utf-16' && first === 0) ? 'big' : 'little'
}

const notInCharset = (charset: string) =>
  new Problem('invalid-request', `The request body is not ${charset}, although its Content-Type says so.`)

/** UTF-8 has at most three bytes for a unit of these charsets. */
const maxGrowth = 3

function fromUtf16(body: Buffer, order: 'big' | 'little'): Buffer {
  if (body.length % 2 !== 0) throw notInCharset('UTF-16')
  const unit = (at: number) => (order === 'big' ? body.readUInt16BE(at) : body.readUInt16LE(at))
  const written = growing(body.length / 2)
  for (let at = 0; at < body.length; at += 2) {
    let point = unit(at)
    if (point === 0xfeff && at === 0) continue
    if (point >= 0xd800 && point <= 0xdfff) {
      at += 2
      const low = at < body.length ? unit(at) : 0
      if (point > 0xdbff || low < 0xdc00 || low > 0xdfff) {
        written.wipe()
        throw notInCharset('UTF-16')
      }
      point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00)
    }
    written.add(point)
  }
  return written.end()
}

/** Charsets whose characters are of several bytes. */
const multiByte: ReadonlySet<string> = new Set([
  'big5',
  'euc-jp',
  'euc-kr',
  'gb18030',
  'gbk',
  'iso-2022-jp',
  'shift_jis',
])

const decoders = new Map<string, ToUtf8>()

function decoderOf(charset: string): ToUtf8 {
  const known = decoders.get(charset)
  if (known) return known
  const made = multiByte.has(charset) ? multiByteDecoder(charset) : singleByteDecoder(charset)
  decoders.set(charset, made)
  return made
}

function singleByteDecoder(charset: string): ToUtf8 {
  const points = Array.from({ length: 256 }, (_, byte) => {
    try {
      return new TextDecoder(charset, { fatal: true }).decode(Uint8Array.of(byte)).codePointAt(0)
    } catch {
      return undefined
    }
  })
  return (bytes) => {
    const written = growing(bytes.length)
    for (const byte of bytes) {
      const point = points[byte]
      if (point === undefined) {
        written.wipe()
        throw notInCharset(charset)
      }
      written.add(point)
    }
    return written.end()
  }
}

/** A few bytes at a time, which make a few characters. */
const bytesAtOnce = 4

function multiByteDecoder(charset: string): ToUtf8 {
  return (bytes) => {
    const decoder = new TextDecoder(charset, { fatal: true })
    const written = growing(bytes.length)
    const add = (text: string) => {
      for (const character of text) written.add(character.codePointAt(0) ?? 0)
    }
    try {
      for (let at = 0; at < bytes.length; at += bytesAtOnce) {
        add(decoder.decode(bytes.subarray(at, at + bytesAtOnce), { stream: true }))
      }
      add(decoder.decode())
    } catch {
      written.wipe()
      throw notInCharset(charset)
    }
    return written.end()
  }
}

/** UTF-8 that is written character by character. */
function growing(units: number) {
  const bytes = ownBytes(units * maxGrowth)
  let length = 0
  const put = (byte: number) => {
    bytes[length] = byte
    length += 1
  }
  return {
    add(point: number): void {
      if (point < 0x80) put(point)
      else if (point < 0x800) put(0xc0 | (point >> 6))
      else if (point < 0x10000) put(0xe0 | (point >> 12))
      else put(0xf0 | (point >> 18))
      if (point >= 0x10000) put(0x80 | ((point >> 12) & 0x3f))
      if (point >= 0x800) put(0x80 | ((point >> 6) & 0x3f))
      if (point >= 0x80) put(0x80 | (point & 0x3f))
    },
    put,
    end: (): Buffer => bytes.subarray(0, length),
    wipe: (): unknown => bytes.fill(0),
  }
}

const ampersand = 0x26
const equals = 0x3d
const plus = 0x2b
const percent = 0x25
const space = 0x20

const isPlain = (byte: number): boolean =>
  byte > space && byte !== ampersand && byte !== equals && byte !== plus && byte !== percent

/** The same form, in which nothing is escaped but what would end or begin something. */
function formInUtf8(body: Buffer, toUtf8: ToUtf8): Buffer {
  const written = growing(body.length * maxGrowth)
  const unescaped = ownBytes(body.length)
  let length = 0
  let inName = true
  const flush = () => {
    const text = toUtf8(unescaped.subarray(0, length))
    for (const byte of text) for (const each of isPlain(byte) ? [byte] : escaped(byte)) written.put(each)
    text.fill(0)
    length = 0
  }
  try {
    for (let at = 0; at < body.length; at += 1) {
      const byte = body[at] ?? 0
      if (byte === ampersand || (byte === equals && inName)) {
        flush()
        written.put(byte)
        inName = byte === ampersand
        continue
      }
      const stoodFor = byte === percent ? hexByte(body, at + 1) : undefined
      if (stoodFor !== undefined) at += 2
      unescaped[length] = stoodFor ?? (byte === plus ? space : byte)
      length += 1
    }
    flush()
    return written.end()
  } catch (error) {
    written.wipe()
    throw error
  } finally {
    unescaped.fill(0)
  }
}

const escaped = (byte: number): Buffer => Buffer.from(`%${byte.toString(16).padStart(2, '0')}`)
