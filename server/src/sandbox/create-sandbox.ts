import type { Guid } from '../base/guid.ts'
import type { OutgoingByAddress } from '../base/outgoing/outgoing-by-address.ts'
import type { Telephone } from '../calls/create-calls.ts'
import { type CallPeers, noPeers } from '../calls/peers/call-peers.ts'
import type { Platforms } from '../calls/platforms/platforms.ts'
import type { BrowserAssets } from '../http/browser-assets.ts'
import type { Http } from '../http/http.ts'
import type { Identity } from '../identity/identity.ts'
import { webhookEvents } from '../payments/configurations/webhook-events.ts'
import type { Payments } from '../payments/payments.ts'
import type { OtherReceiver } from '../payments/webhooks/other-receiver.ts'
import type { StoreParts } from '../store/parts.ts'
import { createSandboxGateway } from '../vault/gateways/sandbox-gateway.ts'
import type { LinkSenders } from '../vault/links/link-sender.ts'
import type { Gateway } from '../vault/model/gateway.ts'
import type { VaultSessions } from '../vault/model/vault-sessions.ts'
import type { ProviderApi } from '../vault/provider-api/provider-api.ts'
import { createBankQuestions } from './bank-questions.ts'
import { testCardsPage } from './cards-page.ts'
import { createDemoAccount, type DemoAccount, demoAccountName, firstAccount } from './demo-account.ts'
import { createDemoProvider } from './demo-provider.ts'
import { derivedRandom } from './derived-random.ts'
import { createBuiltSite } from './docs/built-site.ts'
import { docsPages } from './docs/docs-pages.ts'
import { failGateway } from './faults/fail-gateway.ts'
import { issuerPage, issuerUrlOf } from './issuer-page.ts'
import { createMessageOutbox } from './outbox.ts'
import { outboxPage } from './outbox-page.ts'
import { createCallsClient } from './phone/calls-client.ts'
import { createSandboxPhone, type SandboxPhone } from './phone/phone.ts'
import type { BeginAgain } from './reset/reset-route.ts'
import type { SandboxPrograms, SandboxProvider } from './sandbox-file.ts'
import { openSandboxPlatforms, type SandboxPlatforms } from './sandbox-platforms.ts'
import { playRoutes } from './scenarios/play-routes.ts'
import { createSimulatedCaller } from './simulated-caller.ts'
import { simulatorPage } from './simulator-page.ts'
import { telephoneRoutes } from './telephone-routes.ts'
import type { SandboxTools } from './tools/sandbox-tools.ts'
import { toolRoutes } from './tools/tool-routes.ts'
import { listenersUrl, overWebhooks } from './webhooks/over-webhooks.ts'

/**
 * What stands in the sandbox for the world outside: a telephone, a gateway, messages that go nowhere, callers who play
 * themselves, an account to begin with, and the pages to play it all on. In production there is nothing of it.
 */
export interface Sandbox {
  /** Those that every account may use, by their names. */
  readonly gateways: Readonly<Record<string, Gateway>>
  readonly linkSenders: LinkSenders
  /** @returns what plays the caller of a session that was launched, where its configuration plays itself. */
  playCallers(sessions: Pick<VaultSessions, 'find'>): (guid: Guid, configurationId: number) => void
  /** The way out of webhooks, heard by those who listen, who get those of configurations without a webhook too. */
  overhear(outgoing: OutgoingByAddress): {
    readonly outgoing: OutgoingByAddress
    readonly otherReceiver: OtherReceiver
  }
  openAccount(region: DemoRegion): Promise<DemoAccount>
  /** The platform that a program may speak for, and that of the sandbox's own phone. */
  openPlatforms(platforms: Platforms, account: DemoAccount | undefined): Promise<SandboxPlatforms>
  /** A program that launches sessions by the provider contract. */
  openProvider(provider: ProviderApi, account: DemoAccount | undefined): Promise<SandboxProvider>
  /**
   * Its telephone and its pages, beside the vault.
   *
   * @returns the phone, which is connected once `app` is ready, and closes with it; and what other nodes ask of this one.
   */
  routes(
    app: Http,
    beside: BesideVault,
  ): Pick<SandboxPhone, 'connect'> & { readonly servePeers: (app: Http) => void }
}

type DemoRegion = Pick<Parameters<typeof createDemoAccount>[0], 'identity' | 'payments'>

interface BesideVault {
  readonly assets: BrowserAssets
  readonly sessions: Pick<VaultSessions, 'find'>
  readonly telephone: Pick<Telephone, 'findLiveCall'>
  readonly phoneKey: string
  readonly forPrograms: SandboxPrograms
  /** The other nodes of the region, where there are any. */
  readonly peers?: CallPeers
  /** Absent where the Payment API is in another process. */
  readonly api?: {
    readonly identity: Identity
    readonly payments: Payments
    readonly demo: DemoAccount | undefined
  }
}

/** What of the sandbox is there for longer than the region that is open. */
export interface AroundSandbox {
  readonly tools: SandboxTools
  readonly beginAgain: BeginAgain
}

export function createSandbox(parts: StoreParts, { tools, beginAgain }: AroundSandbox): Sandbox {
  const { region, clock } = parts
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const outbox = createMessageOutbox({ clock, timeZone })
  const gateway = failGateway(createSandboxGateway({ ...parts, issuerUrl: issuerUrlOf(region) }), tools)
  const listenSecret = `whsec_${derivedRandom(parts.sealer, `${region.name}/listen`)(24).toString('base64')}`
  return {
    gateways: { sandbox: gateway },
    linkSenders: outbox.senders,
    playCallers: (sessions) => createSimulatedCaller({ sessions, clock }),
    overhear: (outgoing) => ({
      outgoing: overWebhooks(outgoing, tools),
      otherReceiver: {
        secret: listenSecret,
        settings: () => (tools.feed.isListened() ? listenersWebhook : undefined),
      },
    }),
    openAccount: (api) => createDemoAccount({ ...parts, ...api }),
    openPlatforms: (platforms, account) =>
      openSandboxPlatforms({ ...parts, platforms, accountId: account?.accountId ?? firstAccount }),
    openProvider: (provider, account) =>
      createDemoProvider({
        ...parts,
        provider,
        accountId: account?.accountId ?? firstAccount,
        accountName: demoAccountName(region.name),
      }),
    routes(app, { assets, sessions, telephone, phoneKey, forPrograms, api, peers = noPeers }) {
      const questions = createBankQuestions({ gateway, peers, clock })
      docsPages({ site: createBuiltSite(), assets, region })(app)
      outboxPage({ messages: () => outbox.all(peers), assets, region })(app)
      issuerPage({ questions, region, assets })(app)
      const phone = createSandboxPhone({
        ...parts,
        peers,
        client: createCallsClient({ app, key: phoneKey }),
        async activeCall(agentId) {
          const call = await telephone.findLiveCall(api?.demo?.accountId ?? firstAccount, agentId)
          return typeof call === 'object' ? call.callGuid : undefined
        },
      })
      app.addHook('preClose', async () => phone.close())
      const sandbox = api?.demo?.region
      const more = playRoutes({ ...parts, tools, app, phone, questions, find: sessions.find, sandbox })
      toolRoutes({ tools, region, clock, listenSecret, beginAgain, more })(app)
      telephoneRoutes({
        ...parts,
        phone,
        sessions,
        // Launched by the provider contract, or by another process, it is found by its `providerSessionGuid`.
        async findVaultSession(guid) {
          const session = await api?.payments.findProviderSession(guid)
          return session?.providerSessionGuid ?? (sessions.find(guid) && guid)
        },
      })(app)
      if (api?.demo) {
        testCardsPage({ assets, region: api.demo.region })(app)
        simulatorPage({ ...parts, assets, sandbox: { ...api.demo.region, ...forPrograms } })(app)
      }
      return {
        connect: phone.connect,
        servePeers(channel) {
          for (const { serve } of [questions, outbox, phone]) serve(channel)
        },
      }
    },
  }
}

/** No account has a secret of such a name. */
const listenersWebhook = {
  url: listenersUrl,
  privateAddresses: 'allowed',
  signingSecret: 'LISTENERS',
  events: webhookEvents,
} as const
