import type { Random } from '../../base/random.ts'
import { isWebhookSecret } from '../../base/signing/standard-webhooks.ts'
import type { AccountSecrets } from '../configurations/account-secrets.ts'

/**
 * Signing secrets are account secrets of one or two `whsec_…`, the newest first, with a space between. While there are
 * two, each message has both signatures, so that a receiver can go from one to the other at its own time.
 */
export interface SigningSecrets {
  /** Makes a first or a second one. */
  add(
    accountId: number,
    name: string,
  ): Promise<
    | { readonly outcome: 'made'; readonly secret: string; readonly besides: 'none' | 'another' }
    | { readonly outcome: 'has-two-already' }
    | { readonly outcome: 'signs-nothing' }
  >
  /** Removes the older of two. */
  removeOldest(accountId: number, name: string): Promise<'removed' | 'only-one-left' | 'no-such-secret'>
}

/** 192 bits, as Standard Webhooks recommend them at least. */
const secretBytes = 24

export function createSigningSecrets({
  secrets,
  random,
}: {
  readonly secrets: AccountSecrets
  readonly random: Random
}): SigningSecrets {
  return {
    async add(accountId, name) {
      const text = await secrets.find(accountId, name)
      const there = text === undefined ? [] : signingSecretsIn(text)
      if (there === undefined) return { outcome: 'signs-nothing' }
      if (there.length > 1) return { outcome: 'has-two-already' }
      const secret = `whsec_${random(secretBytes).toString('base64')}`
      await secrets.put(accountId, name, [secret, ...there].join(' '))
      return { outcome: 'made', secret, besides: there.length > 0 ? 'another' : 'none' }
    },
    async removeOldest(accountId, name) {
      const text = await secrets.find(accountId, name)
      const [newest, oldest] = (text !== undefined && signingSecretsIn(text)) || []
      if (newest === undefined) return 'no-such-secret'
      if (oldest === undefined) return 'only-one-left'
      await secrets.put(accountId, name, newest)
      return 'removed'
    },
  }
}

/** What signs, in an account secret; `undefined` when it holds something else. */
export function signingSecretsIn(text: string): readonly string[] | undefined {
  const found = text.split(' ')
  return found.length <= 2 && found.every(isWebhookSecret) ? found : undefined
}
