import type { IncomingMessage, ServerResponse } from 'node:http'
import { isSameSecret } from '../base/signing/same-secret.ts'
import type { RequestHandler } from '../http/listen.ts'

/**
 * Answers `GET /metrics` in Prometheus’ text format. Whoever does not bring the token is answered with 401, and any other
 * method with 405. Scrapes that come at once have one answer.
 *
 * @param token what a scrape has to bring as `Authorization: Bearer …`; null: nothing.
 */
export function createScrapeHandler({
  contentType,
  read,
  token,
}: {
  readonly contentType: string
  readonly read: () => Promise<string>
  readonly token: string | null
}): RequestHandler {
  let reading: Promise<string> | undefined

  function readOnce(): Promise<string> {
    reading ??= read().finally(() => {
      reading = undefined
    })
    return reading
  }

  async function answerScrape({ method }: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.from(await readOnce())
    response
      .writeHead(200, {
        'content-type': contentType,
        'content-length': body.length,
        'cache-control': 'no-store',
      })
      .end(method === 'HEAD' ? undefined : body)
  }

  return (request, response) => {
    const { method, headers } = request
    if (method !== 'GET' && method !== 'HEAD') return refuse(response, 405, { allow: 'GET, HEAD' })
    if (token !== null && !isSameSecret(bearerOf(headers.authorization), token))
      return refuse(response, 401, { 'www-authenticate': 'Bearer' })
    answerScrape(request, response).catch(() => refuse(response, 500, {}))
  }
}

const bearerOf = (authorization: string | undefined): string | undefined =>
  /^bearer +(\S+)$/i.exec(authorization ?? '')?.[1]

function refuse(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>): void {
  response.writeHead(status, { 'content-length': 0, ...headers }).end()
}
