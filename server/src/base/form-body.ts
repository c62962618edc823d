import { Problem } from './problem.ts'
import { withoutByteOrderMark } from './read-json.ts'

const mostBytes = 16 * 1024

/**
 * Reads a form-encoded body (RFC 6749 Appendix B). A parameter that was sent twice is kept twice, for its
 * reader to refuse.
 *
 * @throws {Problem} `body-too-large` over 16 KiB, `invalid-request` when it is not UTF-8.
 */
export function parseFormBody(body: Buffer): URLSearchParams {
  if (body.length > mostBytes) throw new Problem('body-too-large', 'A form has at most 16 KiB.')
  const parameters = new URLSearchParams(withoutByteOrderMark(body.toString('utf8')))
  for (const [name, value] of parameters) {
    if (name.includes('\ufffd') || value.includes('\ufffd')) {
      throw new Problem('invalid-request', 'The body is not UTF-8.')
    }
  }
  return parameters
}
