import { FormBody } from '../../http/bodies/form-body.ts'
import { OAuthError } from './oauth-error.ts'

/** The parameters of a request to an OAuth endpoint. One without a value counts as absent (RFC 6749 §3.2). */
export type FormParameters = ReadonlyMap<string, string>

/** What is never made a text, which nobody can overwrite. */
const secretNames = ['client_secret', 'password'] as const

/** Parameters as they came in a body, with the secrets apart from the texts. */
export interface SentForm extends FormParameters {
  /** Bytes that are overwritten with the body, when the request is answered. */
  readonly secrets: ReadonlyMap<(typeof secretNames)[number], Uint8Array>
}

/** What a request without a body says. */
export const noParameters: SentForm = readFormParameters(Buffer.alloc(0))

/**
 * Reads the body of a request to an OAuth endpoint.
 *
 * @throws {OAuthError} `invalid_request` when a parameter was sent twice (RFC 6749 §3.2).
 * @throws {Problem} when the body is too large or not UTF-8.
 */
export function readFormParameters(body: Buffer): SentForm {
  const form = new FormBody(body)
  const parameters = new Map<string, string>()
  for (const [name, value] of form.texts(secretNames)) {
    if (parameters.has(name)) throw sentTwice()
    parameters.set(name, value)
  }
  for (const [name, value] of parameters) if (value === '') parameters.delete(name)
  const secrets = new Map<(typeof secretNames)[number], Uint8Array>()
  for (const name of secretNames) {
    const [value, another] = form.bytesOf(name)
    if (another) throw sentTwice()
    if (value && value.length > 0) secrets.set(name, value)
  }
  return Object.assign(parameters, { secrets })
}

const sentTwice = () =>
  new OAuthError('invalid_request', { description: 'A parameter was sent more than once' })
