import { cardTokenIn } from '../../vault/model/card-token-in.ts'
import type { Provider, ProviderLaunch, ProviderLaunched } from '../provider.ts'

/** Has a kept card charged, if the session is of one: it is there for certain. */
export async function beginKeptCard(
  provider: Pick<Provider, 'opened'>,
  { paymentData }: ProviderLaunch,
  { providerSessionGuid }: ProviderLaunched,
): Promise<void> {
  if (cardTokenIn(paymentData) !== undefined) await provider.opened?.(providerSessionGuid)
}
