import type { Clock } from '../base/clock.ts'
import type { Http } from '../http/http.ts'
import { telephoneRoutes } from '../sandbox/telephone-routes.ts'
import type { ApiHalf } from './open-api.ts'
import type { VaultHalf } from './open-vault.ts'

/** The demo account has the first number that there is, in the other half's database too. */
export const firstAccount = 1

/**
 * The sandbox's telephone, on the half that the tones go to. A session that was launched by the provider contract, or
 * whose other half is another process, is found by its `providerSessionGuid`.
 */
export function sandboxTelephone({
  vault,
  api,
  clock,
}: {
  readonly vault: VaultHalf
  readonly api: ApiHalf | undefined
  readonly clock: Clock
}): (app: Http) => void {
  const { simulatedCalls: calls, vault: captures } = vault
  if (!calls) return () => {}
  return telephoneRoutes({
    accountId: api?.demo?.accountId ?? firstAccount,
    ...{ calls, captures, clock },
    async findCapture(guid) {
      const session = await api?.payments.findProviderSession(guid)
      return session?.providerSessionGuid ?? (captures.find(guid) && guid)
    },
  })
}
