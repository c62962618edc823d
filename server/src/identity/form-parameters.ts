import { parseFormBody } from '../base/form-body.ts'
import { OAuthError } from './oauth-error.ts'

/** The parameters of a request to an OAuth endpoint. One without a value counts as absent (RFC 6749 §3.2). */
export type FormParameters = ReadonlyMap<string, string>

/** What a request without a body says. */
export const noParameters: FormParameters = new Map()

/**
 * Reads the body of a request to an OAuth endpoint.
 *
 * @throws {OAuthError} `invalid_request` when a parameter was sent twice (RFC 6749 §3.2).
 * @throws {Problem} when the body is too large or not UTF-8.
 */
export function readFormParameters(body: Buffer): FormParameters {
  const parameters = new Map<string, string>()
  for (const [name, value] of parseFormBody(body)) {
    if (parameters.has(name)) {
      throw new OAuthError('invalid_request', { description: 'A parameter was sent twice' })
    }
    parameters.set(name, value)
  }
  for (const [name, value] of parameters) if (value === '') parameters.delete(name)
  return parameters
}
