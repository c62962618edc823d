import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Problem } from '../../base/problem.ts'
import { holdsCardNumber } from '../../base/redaction/find-card-number.ts'
import { stringifyAsWritten } from '../../base/text/json-numbers.ts'
import { cardDataRefused } from './wrong-members.ts'

/** 1 to 255 printable characters of ASCII. */
const keyPattern = /^[\x20-\x7e]{1,255}$/

/** A string of structured fields (RFC 9651 §3.3.3): in quotes, with a backslash before a quote or a backslash. */
const quotedPattern = /^"(?:[\x20-\x21\x23-\x5b\x5d-\x7e]|\\["\\])*"$/

/**
 * The value of `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header §2.1): a quoted string, or by choice
 * a bare one. `undefined` when the header is not there.
 *
 * @throws {Problem} `invalid-request` when it is there twice, empty, too long or not printable;
 *   `card-data-refused`.
 */
export function idempotencyKey(request: IncomingMessage): string | undefined {
  if (request.headers['idempotency-key'] === undefined) return
  const values = request.rawHeaders.filter(isValue)
  const key = unquoted(values.length === 1 ? (values[0] ?? '').trim() : '')
  if (key === undefined || !keyPattern.test(key)) {
    throw new Problem(
      'invalid-request',
      'Idempotency-Key must be sent once, with 1 to 255 printable characters, in quotes or without.',
    )
  }
  if (holdsCardNumber(key)) throw cardDataRefused(['Idempotency-Key'])
  return key
}

/** Raw headers are names and values by turns. */
const isValue = (_: string, at: number, headers: readonly string[]): boolean =>
  at % 2 === 1 && headers[at - 1]?.toLowerCase() === 'idempotency-key'

function unquoted(value: string): string | undefined {
  if (!value.startsWith('"')) return value
  return quotedPattern.test(value) ? value.slice(1, -1).replace(/\\(["\\])/g, '$1') : undefined
}

/**
 * Tells a request with a used key from another one: SHA-256 over method, path and body. Keyed, because a plain
 * digest of so predictable a text would let its reader guess what it was.
 *
 * @param secrets of 32 bytes each.
 * @returns a fingerprint by each secret, in their order.
 */
export function requestFingerprints(
  secrets: readonly [Buffer, ...Buffer[]],
  { method, path, body }: { readonly method: string; readonly path: string; readonly body: unknown },
): readonly [Buffer, ...Buffer[]] {
  const text = `${method} ${path}\n${stringifyAsWritten(body)}`
  const by = (secret: Buffer) => createHmac('sha256', secret).update(text).digest()
  const [first, ...former] = secrets
  return [by(first), ...former.map(by)]
}
