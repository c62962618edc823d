import type { ExaminedPoint } from '../../cli/tools.ts'
import type { Config } from '../../config/config.ts'
import { regionValue } from '../../config/regions.ts'
import type { Got } from './get.ts'
import type { Machine } from './machine.ts'
import { inOrder, toConsider, wrong } from './point.ts'

const day = 86_400_000

/** Whether the names of each region lead here over TLS, as browsers and programs come, through the proxy. */
export async function checkPublicNames(
  config: Pick<Config, 'mode' | 'domain' | 'defaultRegion' | 'host' | 'port' | 'regions' | 'role'>,
  { get, clock }: Pick<Machine, 'get' | 'clock'>,
): Promise<readonly ExaminedPoint[]> {
  if (config.mode === 'sandbox' || config.domain === null) return []
  const asked = config.regions.flatMap((name) => {
    const { issuer, apiUrl, paymentOrigin } = regionValue(name, config, config.port)
    const api = [
      { url: `${issuer}/.well-known/openid-configuration`, issuer },
      { url: `${new URL(apiUrl).origin}/healthz` },
    ]
    return [
      ...(config.role === 'vault' ? [] : api),
      ...(config.role === 'api' ? [] : [{ url: `${paymentOrigin}/healthz` }]),
    ]
  })
  return Promise.all(asked.map(async (each) => pointOf(each, await get(each.url), clock.now())))
}

function pointOf(
  { url, issuer }: { readonly url: string; readonly issuer?: string },
  answer: Got,
  now: number,
): ExaminedPoint {
  const { host } = new URL(url)
  if ('fault' in answer) return wrong(host, `No answer of https://${host}: ${answer.fault}`)
  if (answer.status !== 200)
    return wrong(
      host,
      `${url} is answered with ${answer.status}: the proxy does not forward this name to the server, or not its Host and X-Forwarded-Proto`,
    )
  const said = memberOf(answer.body, issuer === undefined ? 'status' : 'issuer')
  if (issuer === undefined ? said !== 'alive' : said === undefined)
    return wrong(host, `${url} is answered by something other than Tonegate`)
  if (issuer !== undefined && said !== issuer)
    return wrong(
      host,
      `It names the issuer ${said}, not ${issuer}: TONEGATE_DOMAIN of the server is another, or the proxy changes Host`,
    )
  const days = Math.floor(((answer.certificateEnds ?? Number.POSITIVE_INFINITY) - now) / day)
  if (days < 14) return toConsider(host, `It answers; its TLS certificate expires in ${days} days`)
  return inOrder(host, issuer === undefined ? 'answers over TLS' : `answers over TLS as the issuer ${issuer}`)
}

function memberOf(body: string, name: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body)[name]
    return typeof value === 'string' ? value.slice(0, 200) : undefined
  } catch {
    return undefined
  }
}
