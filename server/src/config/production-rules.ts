import { isAbsolute } from 'node:path'
import type { ReadSealingKeys } from './sealing-keys.ts'

/** What production's dangers can be told by. Null: not set; undefined: set to what has been complained of. */
interface ProductionSettings {
  readonly domain: string | null | undefined
  readonly sealing: ReadSealingKeys
  /** As it was given; undefined when it was left to its default. */
  readonly dataFolder: string | undefined
  readonly proxy: 'none' | 'trusted'
}

/**
 * What keeps a configuration from being used in production: each in a sentence that names the variable and what to
 * do. Whatever is missing would be filled in by a default that is meant for a developer's machine.
 */
export function productionFaults(settings: ProductionSettings): readonly string[] {
  const faults = [
    domainFault(settings.domain),
    sealingKeyFault(settings.sealing),
    dataFolderFault(settings.dataFolder),
    proxyFault(settings.proxy),
  ]
  return faults.filter((fault) => fault !== undefined)
}

/** Issuers are under the domain, and https (RFC 8414 §2): names that no certificate is given for are none. */
function domainFault(domain: string | null | undefined): string | undefined {
  if (domain === null) {
    return 'TONEGATE_DOMAIN is missing; in production it says under which https names the regions are.'
  }
  if (domain === undefined) return undefined
  const last = domain.toLowerCase().split('.').at(-1) ?? ''
  if (last !== 'localhost' && !/^(?:\d+|0x[0-9a-f]*)$/.test(last)) return undefined
  return `TONEGATE_DOMAIN is '${domain}'; in production it is a name that others reach, such as pay.example.com.`
}

/** 32 random bytes have 30 different values on average, and fewer than 16 less often than once in 10¹⁰ keys. */
const minDifferentBytes = 16

function sealingKeyFault({ variable, keys, faults }: ReadSealingKeys): string | undefined {
  if (faults.length > 0) return undefined
  const remedy = 'make one with: openssl rand -base64 32'
  if (keys === null) return `${variable} is missing; ${remedy}`
  if (!keys.some(isGuessable)) return undefined
  const which = keys.length === 1 ? 'is' : 'is several keys, of which one is'
  return `${variable} ${which} a text or a pattern and could be guessed; ${remedy}`
}

function isGuessable(key: Buffer): boolean {
  const isText = key.every((byte) => (byte >= 0x20 && byte <= 0x7e) || byte === 0x0a)
  const steps = new Set(key.subarray(1).map((byte, index) => byte - (key[index] ?? 0)))
  return new Set(key).size < minDifferentBytes || isText || steps.size <= 2
}

/** A relative folder is another one as soon as the server is started from elsewhere, and then an empty one. */
function dataFolderFault(folder: string | undefined): string | undefined {
  if (folder === undefined) {
    return 'TONEGATE_DATA is missing; in production it says where the databases are, such as /var/lib/tonegate.'
  }
  if (isAbsolute(folder)) return undefined
  return `TONEGATE_DATA is '${folder}'; in production it is an absolute path, such as /var/lib/tonegate.`
}

/** Tonegate speaks http; without what the proxy says, everybody has the proxy's address, and nobody uses TLS. */
function proxyFault(proxy: 'none' | 'trusted'): string | undefined {
  if (proxy === 'trusted') return undefined
  return (
    "TONEGATE_PROXY is 'none'; in production a TLS proxy stands in front, which sets X-Forwarded-For and " +
    "X-Forwarded-Proto itself: put one there and say 'trusted'."
  )
}
