/** Which fields of a message are messages themselves. */
export interface Shape {
  readonly [field: number]: Shape
}

const keyValue: Shape = { 2: {} }
const link: Shape = { 4: keyValue }
const event: Shape = { 3: keyValue }
const span: Shape = { 9: keyValue, 11: event, 13: link, 15: {} }

/** `ExportTraceServiceRequest` of OTLP. */
export const traceRequest: Shape = { 1: { 1: { 1: keyValue }, 2: { 1: { 3: keyValue }, 2: span } } }

type Field = readonly [field: number, value: readonly Field[] | string]

/** The fields of a message in their order; bytes and numbers in hexadecimal. What is 0 is as if it were not there. */
export function readProtobuf(bytes: Uint8Array, shape: Shape): readonly Field[] {
  const buffer = Buffer.from(bytes)
  const fields: Field[] = []
  let at = 0
  function varint(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = buffer.readUInt8(at++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  function take(length: number): Buffer {
    const taken = buffer.subarray(at, at + length)
    if (taken.length < length) throw new Error('The message is too short.')
    at += length
    return taken
  }
  while (at < buffer.length) {
    const tag = Number(varint())
    const [field, type] = [tag >> 3, tag & 7]
    const inner = shape[field]
    if (type === 2) {
      const value = take(Number(varint()))
      fields.push([field, inner ? readProtobuf(value, inner) : value.toString('hex')])
    } else if (type === 0) {
      const value = varint()
      if (value !== 0n) fields.push([field, value.toString(16)])
    } else fields.push([field, take(type === 1 ? 8 : 4).toString('hex')])
  }
  return fields
}
