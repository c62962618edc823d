import { Problem } from '../../base/problem.ts'

const telephoneKeys = new Set(Buffer.from('0123456789*#'))

/**
 * The keys of a request: a text of `0` to `9`, `*` and `#`, as the bytes of the body itself.
 *
 * @param keys what a body has that was read by `parseSecretJson`.
 * @throws {Problem} `invalid-request` when they are no keys, or more than `max`.
 */
export function readKeys(keys: unknown, max: number): Buffer {
  if (!Buffer.isBuffer(keys)) throw wrongKeys('must be string')
  if (keys.length < 1) throw wrongKeys('must NOT have fewer than 1 characters')
  if (keys.length > max) throw wrongKeys(`must NOT have more than ${max} characters`)
  if (!keys.every((key) => telephoneKeys.has(key))) throw wrongKeys('must match pattern "^[0-9*#]+$"')
  return keys
}

function wrongKeys(message: string): Problem {
  return new Problem('invalid-request', `The request is not valid: /keys ${message}.`, {
    errors: [{ path: '/keys', message }],
  })
}
