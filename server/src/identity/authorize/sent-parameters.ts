import { FormBody } from '../../http/bodies/form-body.ts'
import type { FormParameters } from '../endpoints/form-parameters.ts'

/** The parameters of an authorization request as they came: by the query, or by the body. */
export interface SentParameters {
  /** Each that came once, and with a value (RFC 6749 §3.1). */
  readonly parameters: FormParameters
  /** The names of those that came more than once: none of their values is taken for the one that was meant. */
  readonly doubled: ReadonlySet<string>
}

/** @throws {Problem} when it is too large or not UTF-8. */
export function readSentParameters(encoded: Buffer): SentParameters {
  const parameters = new Map<string, string>()
  const doubled = new Set<string>()
  for (const [name, value] of new FormBody(Buffer.from(encoded)).texts()) {
    if (parameters.has(name)) doubled.add(name)
    parameters.set(name, value)
  }
  for (const [name, value] of parameters) if (value === '' || doubled.has(name)) parameters.delete(name)
  return { parameters, doubled }
}

/** What is after the path of a request. */
export function queryOf(url: string): Buffer {
  const start = url.indexOf('?')
  return Buffer.from(start < 0 ? '' : url.slice(start + 1))
}
