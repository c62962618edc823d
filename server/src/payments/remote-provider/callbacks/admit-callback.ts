import type { AccountConfiguration } from '../../configurations/account-configuration.ts'
import type { ProviderSettings } from '../../configurations/provider-settings.ts'
import { type Callback, nothingHere } from './callback.ts'
import type { CallbackUrls } from './callback-url.ts'

export type CallbackAddress = Pick<Callback, 'accountId' | 'configurationId' | 'secret'>

/** The generation of the address that a callback came to. @throws {Problem} `not-found` */
export type AdmitCallback = (
  address: CallbackAddress,
) => Promise<{ readonly provider: ProviderSettings | undefined; readonly generation: number }>

export type FindConfiguration = (
  accountId: number,
  id: number,
) => AccountConfiguration | undefined | Promise<AccountConfiguration | undefined>

/** An address stays good for the sessions that were opened with it. */
const formerGenerations = 3

export const createAdmitCallback =
  ({
    urls,
    findConfiguration,
  }: {
    readonly urls: CallbackUrls
    readonly findConfiguration: FindConfiguration
  }): AdmitCallback =>
  async ({ accountId, configurationId, secret }) => {
    const provider = (await findConfiguration(accountId, configurationId))?.provider
    const newest = provider?.callback.generation ?? 1
    const generations = Array.from({ length: formerGenerations + 1 }, (_, index) => newest - index)
    const admitted = generations.filter(
      (generation) => generation > 0 && urls.admits({ accountId, configurationId, generation }, secret),
    )
    const [generation] = admitted
    if (generation === undefined) throw nothingHere()
    return { provider, generation }
  }
