import type { Guid } from '../base/guid.ts'
import type { Log } from '../base/log.ts'
import { createOutgoingByAddress } from '../base/outgoing/outgoing-by-address.ts'
import { createCalls, type Telephone } from '../calls/create-calls.ts'
import type { Http } from '../http/http.ts'
import type { ProviderReports } from '../payments/provider.ts'
import type { VaultProvider } from '../split/serve-vault.ts'
import { registerNotifications } from '../vault/charge/notification-route.ts'
import { createTellOperations } from '../vault/charge/operations/tell-operations.ts'
import { createPaymentOrders } from '../vault/charge/order-payment.ts'
import type { OrderedPayment } from '../vault/model/payment-summary.ts'
import type { SessionProgress } from '../vault/model/session-progress.ts'
import { createProviderApi, type ProviderApi } from '../vault/provider-api/provider-api.ts'
import { createVault, type Vault } from '../vault/vault.ts'
import { createVaultRoutes } from '../vault/vault-routes.ts'
import { openGateways } from './gateways-of.ts'
import { linkSenders } from './link-senders.ts'
import { createIsSessionOpen } from './nodes/is-session-open.ts'
import { createIsSessionThere } from './nodes/is-session-there.ts'
import { tellElsewhere } from './nodes/told-elsewhere.ts'
import { viewElsewhere } from './nodes/view-elsewhere.ts'
import type { RegionParts } from './region-parts.ts'
import { createTakeUpCalls } from './take-up-calls.ts'
import { vaultProvider } from './vault-provider.ts'

/** Card entry and the telephone: what is in PCI scope, and nothing else. */
export interface OpenVault {
  readonly vault: Vault
  readonly provider: VaultProvider
  readonly calls: Telephone
  /** Sessions that others launch by the provider contract. */
  readonly providerApi: ProviderApi
  routes(app: Http): void
  /** Takes up what the process before this one left. To be called once, before anything is asked. */
  start(): Promise<void>
  close(): Promise<void>
}

/** @param reports whom it tells what becomes of its sessions. */
export function openVault(parts: RegionParts, reports: ProviderReports): OpenVault {
  const { config, clock, log, sandbox, peers } = parts
  const gateways = openGateways(config, { ...parts, shared: sandbox?.gateways ?? {} })
  const told = launchersFirst(() => providerApi.reports, reports)
  const vault = createVault({
    ...parts,
    gateways,
    linkSenders: linkSenders(config, { clock, fetch, otherwise: sandbox?.linkSenders ?? {} }),
    messageLimits: config.messages,
    ...told,
    ...(peers && { toldElsewhere: tellElsewhere(peers, log) }),
    ...(config.role === 'both' && { isWanted: createIsSessionThere(parts.store) }),
    onKept: (guid) => reports.courseKept?.(guid),
    takenOver: (guid) => takeUpCalls.ofSession(guid),
  })
  const { outgoing, close: closeOutgoing } = createOutgoingByAddress({ clock })
  const isOpen = createIsSessionOpen(parts.store)
  const calls = createCalls({ ...parts, outgoing, isOpen })
  const takeUpCalls = createTakeUpCalls({ ...parts, calls, sessions: vault, isOpen })
  const providerApi = createProviderApi({
    ...parts,
    sessions: vault,
    requestsPerSecond: config.apiRequestsPerSecond,
  })
  const orders = createPaymentOrders({ ...parts, gateways })
  const operations = createTellOperations({ ...parts, ...told })
  const provider = vaultProvider({
    sessions: vault,
    orders,
    calls,
    clock,
    named: parts.book.know,
    launched: sandbox?.playCallers(vault) ?? (() => {}),
  })
  return {
    vault,
    provider,
    calls,
    providerApi,
    routes: (app) => addRoutes(app, parts, { vault, calls, providerApi }),
    async start() {
      await vault.resume()
      await calls.open()
      await takeUpCalls.start()
      await providerApi.start()
      operations.start()
      if (config.mode === 'production') await tellWithoutPlatform(calls, log)
    },
    async close() {
      await Promise.all([vault.close(), operations.close()])
      orders.close()
      await takeUpCalls.close()
      await calls.close()
      closeOutgoing()
      await providerApi.close()
      gateways.close()
    },
  }
}

function addRoutes(
  app: Http,
  parts: RegionParts,
  { vault, calls, providerApi }: Pick<OpenVault, 'vault' | 'calls' | 'providerApi'>,
): void {
  createVaultRoutes({
    ...parts,
    sessions: vault,
    viewTokens: vault.viewTokens,
    channels: vault.channels,
    opensView: providerApi.opensView,
    callerNumber: calls.callerNumber,
    openElsewhere: parts.peers && viewElsewhere(parts.peers),
  })(app)
  providerApi.routes(app)
  calls.routes(app)
  registerNotifications(app, { notifications: vault.notifications, clock: parts.clock })
}

/** A session is reported to whom it was launched by: by the provider contract, or the Payment API. */
const launchersFirst = (launchers: () => ProviderApi['reports'], otherwise: ProviderReports) => ({
  async onProgress(guid: Guid): Promise<void> {
    if (!(await launchers().recordProgress(guid))) await otherwise.recordProgress(guid)
  },
  async onCourse(guid: Guid, progress: readonly SessionProgress[]): Promise<void> {
    await otherwise.recordCourse(guid, progress)
  },
  /** Whoever launches by the provider contract is told of none: it has no word for it. */
  async onOperation(guid: Guid, ordered: OrderedPayment): Promise<void> {
    if (!(await launchers().hasLaunched(guid))) await otherwise.recordOperation(guid, ordered)
  },
  async onResult(result: Parameters<ProviderReports['recordResult']>[0]): Promise<void> {
    if (!(await launchers().recordResult(result))) await otherwise.recordResult(result)
  },
})

async function tellWithoutPlatform({ platforms }: Pick<Telephone, 'platforms'>, log: Log): Promise<void> {
  if ((await platforms.list()).some(({ disabled }) => !disabled)) return
  log.warn(
    'no phone system is connected: customers can pay only on the payment page of a link, not on a call',
  )
}
