/** How a field's value is written. */
const wireTypes = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const

/** More than a tag and any value of fixed length take. */
const spareBytes = 32
/** A nested message is nearly always from 2^7 to 2^14 bytes long: its length has two digits of seven bits. */
const usualLengthBytes = 2
const maxAscii = 0x7f
const twoTo32 = 2 ** 32

/** A message of Protocol Buffers that is being written, field by field. A class, since it is nothing but its state. */
export class ProtobufMessage {
  #buffer: Buffer
  #at = 0

  /** @param expected bytes; it grows where there are more. */
  constructor(expected: number) {
    this.#buffer = Buffer.allocUnsafe(expected + spareBytes)
  }

  number(field: number, value: number): void {
    this.#tag(field, wireTypes.varint)
    this.#varint(value)
  }

  fixed32(field: number, value: number): void {
    this.#tag(field, wireTypes.fixed32)
    this.#at = this.#buffer.writeUInt32LE(value, this.#at)
  }

  /** @param microseconds since the epoch; they are written as nanoseconds. */
  time(field: number, microseconds: number): void {
    this.#tag(field, wireTypes.fixed64)
    const low = (microseconds % twoTo32) * 1000
    const high = Math.floor(microseconds / twoTo32) * 1000 + Math.floor(low / twoTo32)
    this.#at = this.#buffer.writeUInt32LE(low % twoTo32, this.#at)
    this.#at = this.#buffer.writeUInt32LE(high, this.#at)
  }

  text(field: number, text: string): void {
    this.#tag(field, wireTypes.bytes)
    const start = this.#at
    this.#reserve(text.length)
    this.#varint(text.length)
    // Nearly all are short, and ASCII: Node.js takes longer to hand one over.
    for (let index = 0; index < text.length; index += 1) {
      const code = text.charCodeAt(index)
      if (code > maxAscii) {
        this.#inUtf8(text, start)
        return
      }
      this.#buffer[this.#at++] = code
    }
  }

  /** @param digits hexadecimal, in lower case, two for each byte. */
  hex(field: number, digits: string): void {
    this.#tag(field, wireTypes.bytes)
    this.#reserve(digits.length / 2)
    this.#varint(digits.length / 2)
    for (let index = 0; index < digits.length; index += 2)
      this.#buffer[this.#at++] = nibble(digits.charCodeAt(index)) * 16 + nibble(digits.charCodeAt(index + 1))
  }

  /** Fields that were written before. */
  raw(fields: Buffer): void {
    this.#reserve(fields.length)
    this.#buffer.set(fields, this.#at)
    this.#at += fields.length
  }

  /** What is written meanwhile is the value of the field. */
  nested(field: number, write: () => void): void {
    this.#tag(field, wireTypes.bytes)
    const start = this.#at
    this.#at += usualLengthBytes
    write()
    const bytes = this.#at - start - usualLengthBytes
    const lengthBytes = varintBytes(bytes)
    if (lengthBytes !== usualLengthBytes) {
      this.#reserve(lengthBytes)
      this.#buffer.copyWithin(start + lengthBytes, start + usualLengthBytes, this.#at)
    }
    this.#at = start
    this.#varint(bytes)
    this.#at += bytes
  }

  bytes(): Buffer {
    return this.#buffer.subarray(0, this.#at)
  }

  #inUtf8(text: string, start: number): void {
    const bytes = Buffer.byteLength(text)
    this.#at = start
    this.#reserve(bytes)
    this.#varint(bytes)
    this.#at += this.#buffer.write(text, this.#at)
  }

  #tag(field: number, type: number): void {
    this.#reserve(0)
    this.#varint(field * 8 + type)
  }

  #varint(value: number): void {
    let left = value
    while (left > 0x7f) {
      this.#buffer[this.#at++] = (left % 0x80) | 0x80
      left = Math.floor(left / 0x80)
    }
    this.#buffer[this.#at++] = left
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes + spareBytes <= this.#buffer.length) return
    const larger = Buffer.allocUnsafe((this.#buffer.length + bytes) * 2)
    this.#buffer.copy(larger, 0, 0, this.#at)
    this.#buffer = larger
  }
}

function varintBytes(value: number): number {
  let bytes = 1
  for (let left = value; left > 0x7f; left = Math.floor(left / 0x80)) bytes += 1
  return bytes
}

const nine = 0x39

/** The value of a hexadecimal digit in lower case. */
const nibble = (code: number): number => (code <= nine ? code - 0x30 : code - 0x57)
