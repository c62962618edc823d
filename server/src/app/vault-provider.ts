import type { Clock } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import { createOneAtATime } from '../base/one-at-a-time.ts'
import { Problem } from '../base/problem.ts'
import { nameActor } from '../base/request-scope.ts'
import type { SessionBook } from '../base/session-names.ts'
import { inSpan } from '../base/tracing/in-span.ts'
import type { Calls } from '../calls/calls.ts'
import type { AccountConfiguration } from '../payments/configurations/account-configuration.ts'
import { wantsEvent } from '../payments/configurations/webhook-events.ts'
import type { ProviderLaunch } from '../payments/provider.ts'
import type { VaultProvider } from '../split/serve-vault.ts'
import type { PaymentOrders } from '../vault/charge/order-payment.ts'
import { cardTokenIn, withoutCardToken } from '../vault/model/card-token-in.ts'
import type { Flow, Launch, Launched, LaunchName } from '../vault/model/launch.ts'
import type { VaultSessions } from '../vault/model/vault-sessions.ts'
import type { Vault } from '../vault/vault.ts'
import { secureCall } from './secure-call.ts'

/**
 * Tonegate's own vault as the payment provider of Tonegate's own Payment API. The tones of a call go from the
 * telephone to the vault and touch nothing between.
 *
 * @param launched hears of each session that was opened, and of the configuration that it was opened with.
 */
export function vaultProvider({
  sessions,
  orders,
  calls,
  clock,
  launched: opened,
  named,
}: {
  readonly sessions: VaultSessions & Pick<Vault, 'named' | 'requireEndWritten' | 'findProgress'>
  readonly orders: PaymentOrders
  readonly calls: Calls
  readonly clock: Clock
  readonly launched: (guid: Guid, configurationId: number) => void
  /** Hears what each session is called here and there. */
  readonly named: SessionBook['know']
}): VaultProvider {
  const onName = createOneAtATime()

  async function open(
    launch: Launch,
    { callGuid, agentId, configuration }: ProviderLaunch,
    name?: LaunchName,
  ) {
    const launched = await sessions.launch(launch, undefined, name)
    const { guid } = launched
    if (launch.sessionGuid) named({ sessionGuid: launch.sessionGuid, providerSessionGuid: guid })
    const session = callGuid && !launch.keptCard && sessions.find(guid)
    if (session) {
      try {
        await secureCall({ calls, callGuid, agentId, session, clock })
      } catch (error) {
        await sessions.named.callOff(guid)
        throw error
      }
    }
    opened(guid, configuration.id)
    return launched
  }

  /** Durable before the next request of the same name is looked at. */
  async function openOnce(guid: Guid, launch: Launch, request: ProviderLaunch): Promise<Launched> {
    const name = sessions.named.nameOf(guid, launch)
    const before = await sessions.named.again(name, launch)
    if (before) return before
    const launched = await open(launch, request, name)
    await launched.durable
    return launched
  }

  return {
    async launch(request) {
      const { providerSessionGuid: named, accountId, sessionGuid } = request
      const launch = launchOf(request)
      const attributes = { 'tonegate.account_id': accountId, 'tonegate.session_guid': sessionGuid }
      const launched = await inSpan('launch session', { attributes }, async (span) => {
        const opened = await (named
          ? onName(named, () => openOnce(named, launch, request))
          : open(launch, request))
        span.set({ 'tonegate.capture_guid': opened.guid })
        return opened
      })
      const { guid, viewUrl, accessToken, refreshToken, paymentFormUrl, durable, alongside } = launched
      return {
        providerSessionGuid: guid,
        iframeUrl: viewUrl,
        agentAccessToken: accessToken,
        agentRefreshToken: refreshToken,
        paymentFormUrl,
        durable,
        alongside,
      }
    },

    opened: (providerSessionGuid) => sessions.named.opened(providerSessionGuid),

    callOff: (guid) => onName(guid, () => sessions.named.callOff(guid)),

    async cancel(providerSessionGuid) {
      sessions.requireEndWritten(providerSessionGuid)
      await sessions.find(providerSessionGuid)?.cancel()
    },

    cancelAfterwards: (providerSessionGuid) => sessions.voidAuthorised(providerSessionGuid),

    findPayment: (providerSessionGuid) => orders.find(providerSessionGuid),
    orderPayment(providerSessionGuid, order, by) {
      nameActor(by)
      return orders.order(providerSessionGuid, order)
    },

    findProgress: sessions.findProgress,
    closeView: (providerSessionGuid) => sessions.closeView(providerSessionGuid),

    async sendLink(providerSessionGuid, order) {
      const session = sessions.find(providerSessionGuid)
      if (!session) throw new Problem('session-ended', 'The session has ended.')
      const channel = order.channel ?? session.defaultChannel()
      return { channel, paymentFormUrl: await session.sendLink({ ...order, channel }) }
    },
  }
}

function launchOf({
  accountId,
  sessionGuid,
  configuration,
  kind,
  order,
  paymentData,
  callGuid,
}: ProviderLaunch): Launch {
  const flow = flowsOf(configuration)[kind]
  const token = flow.keptCards === 'never' ? undefined : cardTokenIn(paymentData)
  return {
    tenant: accountId,
    sessionGuid,
    flow,
    order,
    ...(token !== undefined &&
      flow.keptCards !== 'never' && { keptCard: { token, initiator: flow.keptCards } }),
    ...(wantsEvent(configuration.webhook, 'session.progress') && { tellsProgress: true }),
    initialValues: withoutCardToken(paymentData),
    entry: kind === 'digital' ? 'link' : 'keypad',
    caller: callGuid ? 'on-call' : 'no-call',
  }
}

const flows = new WeakMap<AccountConfiguration, Readonly<Record<ProviderLaunch['kind'], Flow>>>()

/** Of each kind of session. They share one object for as long as nobody changes the configuration. */
function flowsOf(configuration: AccountConfiguration): Readonly<Record<ProviderLaunch['kind'], Flow>> {
  const known = flows.get(configuration)
  if (known) return known
  const { flow, agentAssistLifetimeSeconds, digitalLifetimeSeconds, digitalIdleSeconds } = configuration
  const made = {
    'agent-assist': { ...flow, lifetimeSeconds: agentAssistLifetimeSeconds },
    digital: { ...flow, lifetimeSeconds: digitalLifetimeSeconds, idleSeconds: digitalIdleSeconds },
  }
  flows.set(configuration, made)
  return made
}
