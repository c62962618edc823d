import { exampleOrigins } from '../../base/openapi/example-region.ts'
import { addressesAt, originAt, type Region } from '../../base/region.ts'
import type { Http } from '../../http/http.ts'
import { apiReference } from './api-reference.ts'

/** Where the description of everything that a program may call is. */
export const referencePath = '/globalpci/openapi.json'

/**
 * Serves the description, in the terms of the host that was asked, where it is one of the region's names. It is public, so
 * that a page of any origin may read it (CORS).
 */
export function serveReference(app: Http, region: Region): void {
  const texts = new Map<string, string>()
  const textAt = (host: string | undefined): string => {
    const { issuer, apiUrl } = addressesAt(region, host)
    const payment = originAt(region, host, region.paymentOrigin)
    const origins = { identity: new URL(issuer).origin, api: new URL(apiUrl).origin, payment }
    const name = Object.values(origins).join(' ')
    const text = texts.get(name) ?? inTermsOf(origins)
    texts.set(name, text)
    return text
  }
  app.get(referencePath, (request, reply) => {
    reply.headers({
      'cache-control': 'no-cache',
      'access-control-allow-origin': '*',
      'content-type': 'application/json; charset=utf-8',
    })
    return reply.send(textAt(request.headers.host))
  })
}

const inTermsOf = (origins: Readonly<Record<keyof typeof exampleOrigins, string>>): string =>
  Object.entries(exampleOrigins).reduce(
    (text, [host, origin]) => text.replaceAll(origin, origins[host as keyof typeof origins]),
    JSON.stringify(apiReference),
  )
