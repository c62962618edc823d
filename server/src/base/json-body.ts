import { Problem } from './problem.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true })

/**
 * Reads a JSON body.
 *
 * @throws {Problem} `invalid-request` when it is not UTF-8 or not JSON.
 */
export function parseJsonBody(body: Buffer): unknown {
  try {
    return JSON.parse(utf8.decode(body))
  } catch {
    throw new Problem('invalid-request', 'The body is not JSON.')
  }
}
