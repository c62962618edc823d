import type { Parts } from '../../../base/parts.ts'
import { isSigned } from '../../../base/signing/verify-webhook.ts'
import type { ProviderSettings } from '../../configurations/provider-settings.ts'
import { signingSecretsIn } from '../../webhooks/signing-secrets.ts'
import type { NamedSecrets } from '../ask-provider.ts'
import type { Callback } from './callback.ts'

/** Whether a callback is of the provider of these settings. */
export type IsFromProvider = (callback: Callback, settings: ProviderSettings) => Promise<boolean>

export function createIsFromProvider({
  secrets,
  clock,
  log,
}: Pick<Parts, 'clock' | 'log'> & { readonly secrets: NamedSecrets }): IsFromProvider {
  return async ({ accountId, configurationId, headers, body }, { callback }) => {
    if (callback.secret === undefined) return true
    const signing = signingSecretsIn((await secrets.find(accountId, callback.secret)) ?? '')
    if (signing) return isSigned({ headers, body }, signing, clock.now())
    const where = { accountId, configurationId, secret: callback.secret }
    log.error(where, 'the account has no signing secret of this name: callbacks of its provider are refused')
    return false
  }
}
