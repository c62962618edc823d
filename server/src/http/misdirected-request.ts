import { Problem, problemBody, problemMediaType } from '../base/problem.ts'
import type { RequestHandler } from './listen.ts'
import type { CountRefused } from './request-meter.ts'
import { shownPath } from './shown-path.ts'

const detail = 'This server does not serve the region of this host name.'
const oauthEndpoint = /\/connect\/(?:token|introspect|revocation)\/?$/i

/**
 * Answers requests for regions that are not served here with 421: the problem of the registry, or at an OAuth endpoint,
 * whose clients read nothing else, the JSON of RFC 6749 §5.2.
 *
 * @param documentation the page of errors.
 */
export const refuseMisdirected =
  (documentation: string, countRefused: CountRefused = () => {}): RequestHandler =>
  ({ url = '/' }, response) => {
    countRefused('other-region')
    const instance = shownPath(url)
    const isOAuth = oauthEndpoint.test(instance)
    const problem = new Problem('misdirected-request', detail)
    const body = isOAuth
      ? { error: 'invalid_request', error_description: detail, error_uri: `${documentation}#${problem.code}` }
      : problemBody(problem, { documentation, instance })
    response
      .writeHead(problem.status, {
        'content-type': isOAuth ? 'application/json; charset=utf-8' : problemMediaType,
        'cache-control': 'no-store',
      })
      .end(JSON.stringify(body))
  }
