import type { Calls } from '../calls/calls.ts'
import { createSimulatedCalls, type SimulatedCalls } from '../calls/simulated-calls.ts'
import { withoutTelephone } from '../calls/without-telephone.ts'
import type { Http } from '../http/http.ts'
import type { ProviderReports } from '../payments/provider.ts'
import { issuerPage, issuerUrlOf } from '../sandbox/issuer-page.ts'
import { createOutbox } from '../sandbox/outbox.ts'
import { outboxPage } from '../sandbox/outbox-page.ts'
import { createSimulatedCaller } from '../sandbox/simulated-caller.ts'
import type { VaultProvider } from '../split/serve-vault.ts'
import { registerNotifications } from '../vault/charge/notification-route.ts'
import { createSandboxGateway } from '../vault/gateways/sandbox-gateway.ts'
import { createProviderApi, type ProviderApi } from '../vault/provider-api/provider-api.ts'
import { createVault, type Vault } from '../vault/vault.ts'
import { createVaultRoutes } from '../vault/vault-routes.ts'
import { openGateways } from './gateways-of.ts'
import { linkSenders } from './link-senders.ts'
import type { RegionParts } from './region-parts.ts'
import { vaultProvider } from './vault-provider.ts'

/** Card capture and the telephone: what is in PCI scope, and nothing else. */
export interface VaultHalf {
  readonly vault: Vault
  readonly provider: VaultProvider
  readonly calls: Calls
  /** The sandbox's telephone; `undefined` in production. */
  readonly simulatedCalls: SimulatedCalls | undefined
  /** Sessions that others launch by the provider contract. */
  readonly providerApi: ProviderApi
  routes(app: Http): void
  /** Takes up what the process before this one left. To be called once, before anything is asked. */
  start(): Promise<void>
  close(): Promise<void>
}

/** @param reports whom it tells what becomes of its sessions. */
export function openVaultHalf(parts: RegionParts, reports: ProviderReports): VaultHalf {
  const { region, config, clock, newGuid, assets } = parts
  const isSandbox = config.mode === 'sandbox'
  const simulatedCalls = isSandbox ? createSimulatedCalls({ clock, newGuid }) : undefined
  const calls = simulatedCalls ?? withoutTelephone
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const outbox = isSandbox ? createOutbox({ clock, timeZone }) : undefined
  const sandboxGateway = isSandbox
    ? createSandboxGateway({ ...parts, issuerUrl: issuerUrlOf(region) })
    : undefined
  const gateways = openGateways(config, {
    ...parts,
    shared: sandboxGateway ? { sandbox: sandboxGateway } : {},
  })
  const vault = createVault({
    ...parts,
    gateways,
    linkSenders: linkSenders(config, { clock, fetch, timeZone, otherwise: outbox?.senders ?? {} }),
    messageLimits: config.messages,
    async onProgress(guid) {
      if (!(await providerApi.reports.recordProgress(guid))) await reports.recordProgress(guid)
    },
    async onResult(result) {
      if (!(await providerApi.reports.recordResult(result))) await reports.recordResult(result)
    },
  })
  const providerApi = createProviderApi({
    ...parts,
    captures: vault,
    requestsPerSecond: config.apiRequestsPerSecond,
  })
  const provider = vaultProvider({
    captures: vault,
    calls,
    clock,
    named: parts.book.know,
    launched: isSandbox ? createSimulatedCaller({ captures: vault, clock }) : () => {},
  })
  return {
    vault,
    provider,
    calls,
    simulatedCalls,
    providerApi,
    routes(app) {
      const { viewTokens, channels } = vault
      const { opensView } = providerApi
      createVaultRoutes({ ...parts, captures: vault, viewTokens, channels, opensView })(app)
      providerApi.routes(app)
      registerNotifications(app, { notifications: vault.notifications, clock })
      if (outbox) outboxPage({ outbox, assets, region })(app)
      if (sandboxGateway) issuerPage({ gateway: sandboxGateway, region, assets })(app)
    },
    async start() {
      await vault.resume()
      await providerApi.start()
    },
    async close() {
      await vault.close()
      await providerApi.close()
      gateways.close()
    },
  }
}
