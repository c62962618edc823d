import type { Region, RegionName } from './base/region.ts'
import type { Config } from './config.ts'

/**
 * Where each region is reached. With a domain: `https://nam.<domain>`, `https://nam.api.<domain>/globalpci`,
 * `https://nam.pay.<domain>`. Without one, on this machine alone: the default region by its plain address,
 * which needs no name server, the others by names under `localhost`, which are loopback for curl and browsers.
 */
export function regionValue(name: RegionName, config: Config, port: number): Region {
  const { identity, api, payment } = config.domain
    ? {
        identity: `https://${name}.${config.domain}`,
        api: `https://${name}.api.${config.domain}`,
        payment: `https://${name}.pay.${config.domain}`,
      }
    : localOrigins(name, config, port)
  return { name, issuer: `${identity}/auth`, apiUrl: `${api}/globalpci`, paymentOrigin: payment }
}

function localOrigins(name: RegionName, config: Config, port: number) {
  if (name !== config.defaultRegion) {
    const regional = `http://${name}.localhost:${port}`
    return { identity: regional, api: `http://${name}.api.localhost:${port}`, payment: regional }
  }
  const plain = `http://127.0.0.1:${port}`
  return { identity: plain, api: plain, payment: plain }
}
