import type { Clock } from './base/clock.ts'
import type { Guid } from './base/guid.ts'
import { Problem } from './base/problem.ts'
import type { Calls } from './calls/calls.ts'
import type { Provider } from './payments/provider.ts'
import { secureCall } from './secure-call.ts'
import type { CaptureSessions } from './vault/capture-sessions.ts'

/**
 * Tonegate's own vault as the payment provider of Tonegate's own Payment API. The tones of a call go from the
 * telephone to the vault and touch nothing between.
 *
 * @param launched hears of each session that was opened, and of the configuration that it was opened with.
 */
export function vaultProvider({
  captures,
  calls,
  clock,
  launched,
}: {
  readonly captures: CaptureSessions
  readonly calls: Calls
  readonly clock: Clock
  readonly launched: (guid: Guid, configurationId: number) => void
}): Provider {
  return {
    async launch({ accountId, configuration, kind, order, paymentData, callGuid }) {
      const { flow, agentAssistLifetimeSeconds, digitalLifetimeSeconds, digitalIdleSeconds } = configuration
      const times =
        kind === 'digital'
          ? { lifetimeSeconds: digitalLifetimeSeconds, idleSeconds: digitalIdleSeconds }
          : { lifetimeSeconds: agentAssistLifetimeSeconds }
      const { guid, viewUrl, accessToken, refreshToken, paymentFormUrl, durable } = await captures.launch({
        tenant: accountId,
        flow: { ...flow, ...times },
        order,
        initialValues: paymentData,
        entry: kind === 'digital' ? 'link' : 'keypad',
        caller: callGuid ? 'on-call' : 'no-call',
      })
      const capture = callGuid && captures.find(guid)
      if (capture) {
        try {
          await secureCall({ calls, callGuid, capture, clock })
        } catch (error) {
          await capture.cancel()
          throw error
        }
      }
      launched(guid, configuration.id)
      return {
        providerSessionGuid: guid,
        iframeUrl: viewUrl,
        agentAccessToken: accessToken,
        agentRefreshToken: refreshToken,
        paymentFormUrl,
        durable,
      }
    },

    async cancel(providerSessionGuid) {
      await captures.find(providerSessionGuid)?.cancel()
    },

    cancelAfterwards: (providerSessionGuid) => captures.letGoAuthorised(providerSessionGuid),

    closeView: (providerSessionGuid) => captures.closeView(providerSessionGuid),

    async sendLink(providerSessionGuid, order) {
      const capture = captures.find(providerSessionGuid)
      if (!capture) throw new Problem('session-ended', 'The session has ended.')
      const channel = order.channel ?? capture.usualChannel()
      return { channel, paymentFormUrl: await capture.sendLink({ ...order, channel }) }
    },
  }
}
