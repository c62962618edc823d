import { isAbsolute } from 'node:path'
import type { ReadSealingKeys } from './sealing-keys.ts'

/** What production's dangers can be told by. Null: not set; undefined: set to what has been complained of. */
interface ProductionSettings {
  readonly domain: string | null | undefined
  readonly sealing: ReadSealingKeys
  /** As it was given; undefined when it was left to its default. */
  readonly dataFolder: string | undefined
  readonly storeUrl: string | null
  readonly proxy: 'none' | 'trusted' | undefined
}

/**
 * What keeps a configuration from being used in production: each in a sentence that names the variable and what to
 * do. Whatever is missing would be filled in by a default that is meant for a developer's machine.
 */
export function productionFaults(settings: ProductionSettings): readonly string[] {
  const faults = [
    domainFault(settings.domain),
    sealingKeyFault(settings.sealing),
    settings.storeUrl === null ? dataFolderFault(settings.dataFolder) : undefined,
    proxyFault(settings.proxy),
  ]
  return faults.filter((fault) => fault !== undefined)
}

/** Issuers are under the domain, and https (RFC 8414 §2): names that no certificate is given for are none. */
function domainFault(domain: string | null | undefined): string | undefined {
  if (domain === null) {
    return 'TONEGATE_DOMAIN is missing. In production it is required: the regions’ https host names are built from it.'
  }
  if (domain === undefined) return undefined
  const last = domain.toLowerCase().split('.').at(-1) ?? ''
  if (last !== 'localhost' && !/^(?:\d+|0x[0-9a-f]*)$/.test(last)) return undefined
  return `TONEGATE_DOMAIN is '${domain}'; in production it must be a public host name, such as pay.example.com.`
}

/** 32 random bytes have 30 different values on average, and fewer than 16 less often than once in 10¹⁰ keys. */
const minDifferentBytes = 16

function sealingKeyFault({ variable, keys, faults }: ReadSealingKeys): string | undefined {
  if (faults.length > 0) return undefined
  const remedy = 'Generate one: openssl rand -base64 32'
  if (keys === null) return `${variable} is missing. ${remedy}`
  if (!keys.some(isGuessable)) return undefined
  const which = keys.length === 1 ? 'is' : 'contains a key that is'
  return `${variable} ${which} not random enough. ${remedy}`
}

function isGuessable(key: Buffer): boolean {
  const isText = key.every((byte) => (byte >= 0x20 && byte <= 0x7e) || byte === 0x0a)
  const steps = new Set(key.subarray(1).map((byte, index) => byte - (key[index] ?? 0)))
  return new Set(key).size < minDifferentBytes || isText || steps.size <= 2
}

/** A relative folder is another one as soon as the server is started from elsewhere, and then an empty one. */
function dataFolderFault(folder: string | undefined): string | undefined {
  if (folder === undefined) {
    return 'TONEGATE_DATA is missing. In production it is required: the folder of the databases, such as /var/lib/tonegate. Or set TONEGATE_STORE to a PostgreSQL database.'
  }
  if (isAbsolute(folder)) return undefined
  return `TONEGATE_DATA is '${folder}'; in production it must be an absolute path, such as /var/lib/tonegate.`
}

/** Tonegate speaks http; without what the proxy says, everybody has the proxy's address, and nobody uses TLS. */
function proxyFault(proxy: ProductionSettings['proxy']): string | undefined {
  if (proxy !== 'none') return undefined
  return (
    "TONEGATE_PROXY is 'none'. In production a TLS proxy is required that sets X-Forwarded-For and " +
    "X-Forwarded-Proto itself: set one up and use 'trusted'."
  )
}
