import { createOutgoingByAddress } from '../base/outgoing/outgoing-by-address.ts'
import type { Calls } from '../calls/calls.ts'
import type { Http } from '../http/http.ts'
import { createIdentity, type Identity } from '../identity/identity.ts'
import { createPayments, type Payments } from '../payments/payments.ts'
import type { Provider } from '../payments/provider.ts'
import { createRemoteProvider } from '../payments/remote-provider/remote-provider.ts'
import type { SandboxRegion } from '../sandbox/sandbox-file.ts'
import { namingProvider, providerOf } from './provider-of.ts'
import { serveReference } from './reference/serve-reference.ts'
import type { RegionParts } from './region-parts.ts'

/** Who may call, and the Payment API: no digit of a card ever comes here. */
export interface OpenApi {
  readonly identity: Identity
  readonly payments: Payments
  /** The sandbox's demo account; `undefined` in production. */
  readonly demo: { readonly accountId: number; readonly region: SandboxRegion } | undefined
  routes(app: Http): void
  start(): Promise<void>
  close(): Promise<void>
}

/** To one host at a time: many receivers of webhooks may stand behind one, and how much each gets is bounded apart. */
const webhookSockets = 512

export async function openApi(
  parts: RegionParts,
  { provider, calls }: { readonly provider: Provider; readonly calls: Pick<Calls, 'findLiveCall'> },
): Promise<OpenApi> {
  const { config, assets, clock } = parts
  const identity = await createIdentity({ ...parts, stylesheet: assets.pages.stylesheet, settings: config })
  const { bearer, cors, findEnded } = identity
  const { outgoing, close: closeOutgoing } = createOutgoingByAddress({ clock, maxSockets: webhookSockets })
  const remote = createRemoteProvider({
    ...parts,
    outgoing,
    secrets: { find: (accountId, name) => payments.secrets.find(accountId, name) },
    findConfiguration: (accountId, id) => payments.configurations.find(accountId, id),
    adopt: (launch, providerSessionGuid) => payments.adopt(launch, providerSessionGuid),
    reports: {
      recordProgress: (guid) => payments.reports.recordProgress(guid),
      recordResult: (result) => payments.reports.recordResult(result),
    },
  })
  const overheard = parts.sandbox?.overhear(outgoing)
  const payments = createPayments({
    ...parts,
    calls,
    bearer,
    cors,
    findEnded,
    outgoing,
    ...overheard,
    settings: config,
    pages: {
      stylesheet: assets.pages.stylesheet,
      ...(parts.sandbox && { documentation: '/docs/errors' }),
    },
    provider: namingProvider(providerOf({ vault: provider, remote }), parts.book),
  })
  const demo = await parts.sandbox?.openAccount({ identity, payments })
  return {
    identity,
    payments,
    demo,
    routes(app) {
      identity.routes(app)
      payments.routes(app)
      remote.routes(app)
      serveReference(app, parts.region)
    },
    async start() {
      await payments.start()
      await remote.start()
    },
    async close() {
      await remote.close()
      await payments.close()
      closeOutgoing()
      await identity.close()
    },
  }
}
