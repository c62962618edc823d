import { type FormErrors, inputNames } from '@tonegate/protocol/payment-page-data'
import { Problem } from '../../base/problem.ts'
import { writeAsAscii } from '../../base/text/ascii-bytes.ts'
import type { FormBody } from '../../http/bodies/form-body.ts'
import type { Flow } from '../model/launch.ts'
import type { TypedCard } from '../model/vault-sessions.ts'

/**
 * Reads the payment page's form: card numbers with spaces or dashes between their groups, expiry dates as people
 * and browsers write them (`0928`, `09/28`, `9/28`, `928`, `09 / 2028`, `092028`, `2028-09`), in the digits of any script.
 * What cannot be such a thing becomes empty, for the vault to refuse. The digits go from bytes to bytes: no text ever
 * holds one.
 *
 * @returns the card, in the bytes of the form, which its taker overwrites; without a security code where none was typed
 *   and none is required; or which fields were left empty: that costs no attempt.
 * @throws {Problem} `invalid-request` when a field was sent twice.
 */
export function readTypedCard(
  form: FormBody,
  { securityCode: policy }: Pick<Flow, 'securityCode'>,
): TypedCard | { readonly missing: FormErrors } {
  const pan = readInput(form, inputNames.pan)
  const expiry = readInput(form, inputNames.expiry)
  const securityCode = policy === 'never' ? undefined : readInput(form, inputNames.securityCode)
  const isCodeMissing = policy === 'required' && !securityCode?.shape
  if (pan.shape && expiry.shape && !isCodeMissing) {
    return {
      pan: /^0{8,19}$/.test(pan.shape.replace(/[\s-]/g, '')) ? digitsOf(pan.bytes) : nothing,
      expiry: readExpiry(expiry),
      ...(securityCode?.shape && { securityCode: readSecurityCode(securityCode) }),
    }
  }
  return {
    missing: {
      ...(!pan.shape && { pan: 'missing-card-number' }),
      ...(!expiry.shape && { expiry: 'missing-expiry-date' }),
      ...(isCodeMissing && { securityCode: 'missing-security-code' }),
    },
  }
}

interface Input {
  readonly bytes: Buffer
  /** What was typed, without spaces around it and with 0 for each digit: it tells how, and not what. */
  readonly shape: string
}

const nothing = Buffer.alloc(0)

function readInput(form: FormBody, name: string): Input {
  const [typed = nothing, another] = form.bytesOf(name)
  if (another) throw new Problem('invalid-request', `${name} was sent twice.`)
  const bytes = writeAsAscii(typed)
  const shape = Buffer.from(bytes.map((byte) => (isDigit(byte) ? zero : byte)))
  return { bytes, shape: shape.toString().trim() }
}

const readSecurityCode = ({ bytes, shape }: Input): Buffer =>
  /^0{3,4}$/.test(shape) ? digitsOf(bytes) : nothing

/** Without anything between, the vault reads it as it reads what was keyed in. */
function readExpiry({ bytes, shape }: Input): Buffer {
  const digits = digitsOf(bytes)
  if (/^0{3,6}$/.test(shape)) return digits
  if (/^0000-00$/.test(shape)) {
    return monthAndYear(bytes, {
      month: digits.subarray(4),
      century: digits.subarray(0, 2),
      year: digits.subarray(2, 4),
    })
  }
  const [, month] = /^(00?)\s*[/.-]\s*(?:00)?00$/.exec(shape) ?? []
  if (month === undefined) return nothing
  return monthAndYear(bytes, {
    month: digits.subarray(0, month.length),
    century: digits.subarray(month.length, -2),
    year: digits.subarray(-2),
  })
}

interface WrittenDate {
  readonly month: Buffer
  /** `20`, or not written. */
  readonly century: Buffer
  readonly year: Buffer
}

/** MMYY, in the place of what was typed. */
function monthAndYear(bytes: Buffer, { month, century, year }: WrittenDate): Buffer {
  if (century.length > 0 && !century.equals(thisCentury)) return nothing
  const [first = zero, second] = month
  bytes.set(second === undefined ? [zero, first, ...year] : [first, second, ...year])
  return bytes.fill(0, 4).subarray(0, 4)
}

/** The digits that were typed, without what stood between them, in their place. */
function digitsOf(bytes: Buffer): Buffer {
  let count = 0
  for (const byte of bytes) {
    if (!isDigit(byte)) continue
    bytes[count] = byte
    count += 1
  }
  return bytes.fill(0, count).subarray(0, count)
}

const zero = 0x30
const thisCentury = Buffer.from('20')
const isDigit = (byte: number): boolean => byte >= zero && byte <= 0x39
