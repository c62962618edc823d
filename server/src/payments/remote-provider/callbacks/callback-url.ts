import type { Parts } from '../../../base/parts.ts'
import { isSameDigest } from '../../../base/signing/same-secret.ts'

/** Whose callbacks an address takes. A greater generation has another address. */
export interface CallbackAddress {
  readonly accountId: number
  readonly configurationId: number
  readonly generation: number
}

/** Where providers send callbacks to: an address that cannot be guessed. */
export interface CallbackUrls {
  url(address: CallbackAddress): string
  /** Whether a secret out of a path is that of the address, in a time that says nothing of it. */
  admits(address: CallbackAddress, secret: string): boolean
}

/** The route of the addresses that {@link createCallbackUrls} makes. */
export const callbackPath = '/v1/provider/:accountId/:configurationId/callback/:secret'

export function createCallbackUrls({ region, sealer }: Pick<Parts, 'region' | 'sealer'>): CallbackUrls {
  const secretsOf = ({ accountId, configurationId, generation }: CallbackAddress) =>
    sealer.derivations(`provider callback ${accountId} ${configurationId} ${generation}`)
  return {
    url(address) {
      const { accountId, configurationId } = address
      const secret = secretsOf(address)[0].toString('hex')
      return `${region.apiUrl}/v1/provider/${accountId}/${configurationId}/callback/${secret}`
    },
    admits(address, secret) {
      const given = Buffer.from(/^[0-9a-f]{64}$/i.test(secret) ? secret : '0'.repeat(64), 'hex')
      const isOne = secretsOf(address).some((right) => isSameDigest(given, right))
      return isOne && secret.length === 64
    },
  }
}
