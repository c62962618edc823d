import { type Guid, parseGuid } from '../../base/guid.ts'
import type { ProviderSettings } from '../configurations/provider-settings.ts'
import type { DistantLaunch, DistantProvider } from '../provider.ts'
import type { ProviderTarget } from './ask-provider.ts'
import type { CallProvider } from './call-provider.ts'
import { firstLook } from './next-look.ts'
import { bodyOf, refused } from './provider-answers.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'

/**
 * What can be done about a launch at another provider whose answer was lost. Another Tonegate's vault knows it by its
 * `Idempotency-Key`, and calls it off. PCI Pal can neither be asked nor told: its callback alone can tell.
 */
export function createDistantLaunches({
  rows,
  call,
}: {
  readonly rows: RemoteSessionRows
  readonly call: CallProvider
}): (provider: ProviderSettings) => DistantProvider {
  async function callOff(launch: DistantLaunch, provider: ProviderSettings): Promise<Guid | undefined> {
    const { accountId, configurationId, sessionGuid } = launch
    const target: ProviderTarget = { accountId, configurationId, provider }
    const { answer } = await call.withSharedTokens(target, {
      step: 'cancel',
      method: 'POST',
      path: `/api/v1/session/${provider.tenantId}/launch/cancel`,
      headers: { 'idempotency-key': sessionGuid },
    })
    const body = bodyOf(answer)
    if (answer.status !== 200 || !body) throw refused('The payment provider refused to call off a launch.')
    if (body.id === undefined) return undefined
    const id = parseGuid(String(body.id))
    if (!id) throw refused('The payment provider returned an unexpected answer instead of a session.')
    return isOverWithoutCharge(body.result) ? undefined : id
  }

  return (provider) => ({
    follow: provider.kind === 'tonegate' ? 'ask' : 'wait',
    isNamed: false,
    async opened() {},
    callOff: async (launch) => callOff(launch, provider),
    async adopt(tx, { sessionGuid, accountId, configurationId, providerSessionGuid: guid }, terms) {
      await rows.insert.run(tx, {
        guid,
        sessionGuid,
        accountId,
        configurationId,
        provider: JSON.stringify(provider),
        amountMinor: terms.order.amountMinor,
        currency: terms.order.currency,
        now: terms.askedAt,
        expiresAt: terms.expiresAt,
        nextLookAt: firstLook(provider, terms.askedAt, terms.expiresAt),
      })
    },
  })
}

/** As the other vault says it (docs/provider-contract.md). */
function isOverWithoutCharge(result: unknown): boolean {
  if (typeof result !== 'object' || result === null) return false
  const { paymentOutcome, correction } = result as Readonly<Record<string, unknown>>
  return (paymentOutcome === 'cancelled' || paymentOutcome === 'failed') && !correction
}
