import { isIPv6 } from 'node:net'
import type { Addresses, Region, RegionName } from '../base/region.ts'
import type { Config } from './config.ts'

type Place = Pick<Config, 'domain' | 'defaultRegion' | 'host'>

/**
 * Where each region is reached. With a domain: `https://nam.<domain>`, `https://nam.api.<domain>/globalpci`,
 * `https://nam.pay.<domain>`. Without one, on this machine alone: the default region by its plain address,
 * which needs no name server, the others by names under `localhost`, which are loopback for curl and browsers. The
 * default region has such a name too, and those of the machine.
 */
export function regionValue(name: RegionName, config: Place, port: number): Region {
  if (config.domain) {
    const { issuer, apiUrl } = addresses(
      `https://${name}.${config.domain}`,
      `https://${name}.api.${config.domain}`,
    )
    return { name, issuer, apiUrl, paymentOrigin: `https://${name}.pay.${config.domain}` }
  }
  const regional = originOf(`${name}.localhost`, port)
  const ofRegion = addresses(regional, originOf(`${name}.api.localhost`, port))
  const own = ofEachHost(ofRegion)
  if (name !== config.defaultRegion) {
    return { name, ...ofRegion, paymentOrigin: regional, localNames: new Map(own) }
  }
  const plain = originOf(plainHost(config.host), port)
  const names = [plain, ...loopback.map((host) => originOf(host, port))].map((origin) =>
    addresses(origin, origin),
  )
  const localNames = new Map([...own, ...names.flatMap(ofEachHost)])
  return { name, ...addresses(plain, plain), paymentOrigin: plain, localNames }
}

/** What every machine calls itself. */
const loopback = ['localhost', '127.0.0.1', '[::1]']

const addresses = (identity: string, api: string): Addresses => ({
  issuer: `${identity}/auth`,
  apiUrl: `${api}/globalpci`,
})

/** As a browser writes it: without the port that http has anyway. */
const originOf = (host: string, port: number): string => new URL(`http://${host}:${port}`).origin

function ofEachHost(named: Addresses): readonly (readonly [string, Addresses])[] {
  return [named.issuer, named.apiUrl].map((url) => [new URL(url).host, named])
}

/**
 * An address of ours that answers: the one that is listened at; of all that are (`0.0.0.0`, `::`) the usual one.
 */
function plainHost(host: string): string {
  const withoutZone = host.replace(/%.*$/, '')
  const written = URL.parse(`http://${isIPv6(withoutZone) ? `[${withoutZone}]` : host}`)?.hostname
  return written === undefined || everyAddress.has(written) ? '127.0.0.1' : written
}

const everyAddress: ReadonlySet<string> = new Set(['0.0.0.0', '[::]', '[::ffff:0:0]'])
