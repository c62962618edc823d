import { Compile } from 'typebox/compile'
import type { WrongMember } from '../../../base/problem.ts'
import type { GatewayKind } from './gateway-kind.ts'

/** Where a gateway may be reached without TLS: on this machine, in a sandbox; or nowhere. */
export type PlainHttp = 'to-this-machine' | 'refused'

const loopback = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * What is wrong with a gateway's settings; each by its path and never with its value, which may be a credential. An
 * empty list: they can be used.
 */
export function gatewaySettingsFaults(
  { settingsSchema }: GatewayKind,
  settings: unknown,
  plainHttp: PlainHttp,
): readonly WrongMember[] {
  const check = Compile(settingsSchema)
  if (!check.Check(settings)) return check.Errors(settings).flatMap(inWords)
  return urlFaults('', settings, plainHttp)
}

interface SchemaError {
  readonly keyword: string
  readonly instancePath: string
  readonly params: object
  readonly message: string
}

function inWords({ keyword, instancePath, params, message }: SchemaError): readonly WrongMember[] {
  if ('requiredProperties' in params) {
    return (params.requiredProperties as readonly string[]).map((name) => ({
      path: `${instancePath}/${name}`,
      message: 'is missing',
    }))
  }
  if ('additionalProperties' in params) {
    return (params.additionalProperties as readonly string[]).map((name) => ({
      path: `${instancePath}/${name}`,
      message: 'is not a setting of this kind',
    }))
  }
  return keyword === 'boolean' ? [] : [{ path: instancePath || '/', message }]
}

/** Every text in the settings that is an address is one that credentials and cards may be sent to. */
function urlFaults(path: string, value: unknown, plainHttp: PlainHttp): readonly WrongMember[] {
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, member]) => urlFaults(`${path}/${name}`, member, plainHttp))
  }
  if (typeof value !== 'string' || !/^[a-z][a-z0-9+.-]*:\/\//i.test(value)) return []
  const message = urlFault(value, plainHttp)
  return message === undefined ? [] : [{ path, message }]
}

function urlFault(text: string, plainHttp: PlainHttp): string | undefined {
  const url = URL.parse(text)
  if (url === null) return 'must be a URL'
  if (url.username !== '' || url.password !== '') return 'must not contain a user or a password'
  if (url.protocol === 'https:') return undefined
  const isHere = plainHttp === 'to-this-machine' && url.protocol === 'http:' && loopback.has(url.hostname)
  return isHere ? undefined : 'must begin with https://'
}
