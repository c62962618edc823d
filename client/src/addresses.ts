const regions = ['nam', 'emea', 'apac'] as const

/** Which server the client talks to: by one address, or by a region of the original service. */
export type Place =
  | {
      /**
       * Such as `https://nam.api.pay.example.com` or `http://127.0.0.1:8080`; with or without `/globalpci`. The identity server
       * of `{region}.api.{domain}` is `{region}.{domain}`, and of any other host that host itself.
       */
      readonly baseUrl: string
      /** The identity server, where it is elsewhere: its host, or the whole address of its token endpoint. */
      readonly identityUrl?: string
      /** Lets `http` be used for a host that is not this machine: client secret and tokens are then sent in clear. */
      readonly insecureHttp?: boolean
    }
  | {
      readonly region: (typeof regions)[number]
      /** Default: the original service’s. */
      readonly domain?: string
    }

export interface Addresses {
  /** With `/globalpci`, and without a slash at its end. */
  readonly api: string
  readonly token: string
}

const originalDomain = 'cc.vonage.com'

/** @throws {TypeError} for an address that is not usable. */
export function addressesOf(place: Place): Addresses {
  if ('region' in place && place.region !== undefined) {
    const { region, domain = originalDomain } = place
    if (!regions.includes(region)) throw new TypeError(`region must be one of ${regions.join(', ')}.`)
    return addressesOf({ baseUrl: `https://${region}.api.${domain}` })
  }
  const { baseUrl, identityUrl, insecureHttp = false } = place as Extract<Place, { baseUrl: string }>
  const base = readUrl('baseUrl', baseUrl, insecureHttp).replace(/\/globalpci$/i, '')
  const identity =
    identityUrl === undefined ? identityOf(base) : readUrl('identityUrl', identityUrl, insecureHttp)
  return {
    api: `${base}/globalpci`,
    token: /\/connect\/token$/i.test(identity) ? identity : `${identity}/auth/connect/token`,
  }
}

const identityOf = (base: string): string => base.replace(/^(https?:\/\/(?:nam|emea|apac)\.)api\./, '$1')

const isThisMachine = /^(?:(?:.+\.)?localhost|127(?:\.\d+){3}|\[::1\])$/

function readUrl(name: string, text: string, insecureHttp: boolean): string {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    throw new TypeError(`${name} must be an address such as https://nam.api.pay.example.com.`)
  }
  if (url.username || url.password || url.search || url.hash) {
    throw new TypeError(`${name} must not contain credentials, a query or a fragment.`)
  }
  if (url.protocol === 'http:' && !insecureHttp && !isThisMachine.test(url.hostname)) {
    throw new TypeError(
      `${name} must be https: over http, anyone on the way can read the client secret. With insecureHttp: true it is used all the same.`,
    )
  }
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}
