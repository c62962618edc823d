import type { Guid } from './base/guid.ts'
import type { Calls } from './calls/calls.ts'
import type { Provider } from './payments/provider.ts'
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
  launched,
}: {
  readonly captures: CaptureSessions
  readonly calls: Calls
  readonly launched: (guid: Guid, configurationId: number) => void
}): Provider {
  async function secure(callGuid: Guid, guid: Guid): Promise<void> {
    const capture = captures.find(guid)
    if (!capture) return
    await calls.secure(callGuid, {
      tone: (tone) => capture.press(tone),
      hungUp: () => capture.callerHungUp(),
    })
    const stop = capture.subscribe(({ state }) => {
      if (state !== 'ended') return
      stop()
      void calls.release(callGuid)
    })
  }

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
      if (callGuid) {
        try {
          await secure(callGuid, guid)
        } catch (error) {
          await captures.find(guid)?.cancel()
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
  }
}
