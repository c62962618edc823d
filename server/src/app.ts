import { mkdirSync } from 'node:fs'
import { readBrowserAssets } from './base/browser-assets.ts'
import type { Clock } from './base/clock.ts'
import { createGuids } from './base/guid.ts'
import { createHttp } from './base/http.ts'
import type { Log } from './base/log.ts'
import { createOutgoing } from './base/outgoing.ts'
import type { Random } from './base/random.ts'
import type { Region, RegionName } from './base/region.ts'
import type { Sealer } from './base/seal.ts'
import { createSimulatedCalls } from './calls/simulated-calls.ts'
import { withoutTelephone } from './calls/without-telephone.ts'
import { cameByHttps } from './came-by-https.ts'
import type { Config } from './config.ts'
import { createIdentity } from './identity/identity.ts'
import { linkSenders } from './link-senders.ts'
import { createPayments } from './payments/payments.ts'
import { createRemoteProvider } from './payments/remote-provider/remote-provider.ts'
import { providerOf } from './provider-of.ts'
import { refuseDemoData } from './refuse-demo-data.ts'
import { regionOfHost } from './region-of-host.ts'
import { databaseOf, rootSealer, sealerOf } from './region-storage.ts'
import { regionValue } from './regions.ts'
import { createDemoAccount, demoAccountName } from './sandbox/demo-account.ts'
import { createDemoProvider } from './sandbox/demo-provider.ts'
import { issuerPage } from './sandbox/issuer-page.ts'
import { createOutbox } from './sandbox/outbox.ts'
import { outboxPage } from './sandbox/outbox-page.ts'
import { type SandboxFile, type SandboxRegion, writeSandboxFile } from './sandbox/sandbox-file.ts'
import { createSimulatedCaller } from './sandbox/simulated-caller.ts'
import { simulatorPage } from './sandbox/simulator-page.ts'
import { telephoneRoutes } from './sandbox/telephone-routes.ts'
import { testCardsPage } from './sandbox/test-cards-page.ts'
import { listen, type RequestHandler } from './serve.ts'
import { openSqlite } from './store/sqlite.ts'
import { sharedGateways } from './vault/gateway.ts'
import { createSandboxGateway } from './vault/gateways/sandbox-gateway.ts'
import { createProviderApi } from './vault/provider-api/provider-api.ts'
import { createVault } from './vault/vault.ts'
import { createVaultRoutes } from './vault/vault-routes.ts'
import { vaultProvider } from './vault-provider.ts'

/** What a process is made of that tests replace. */
export interface Surroundings {
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
}

/** A running Tonegate. */
export interface Tonegate {
  readonly port: number
  /** What `sandbox.json` holds; `undefined` in production. */
  readonly sandbox: SandboxFile | undefined
  /** Lets what runs come to its end, then closes the stores. */
  close(): Promise<void>
}

/** Opens every region of the configuration and answers requests, until it is closed. */
export async function startTonegate(config: Config, surroundings: Surroundings): Promise<Tonegate> {
  mkdirSync(config.dataFolder, { recursive: true, mode: 0o700 })
  if (config.mode === 'production') await refuseDemoData(config)
  const root = rootSealer(config, surroundings.random)
  const listener = await listen(config)
  const opened = new Map<RegionName, OpenRegion>(
    await Promise.all(
      config.regions.map(async (name) => {
        const region = regionValue(name, config, listener.port)
        return [name, await openRegion(region, config, { ...surroundings, root })] as const
      }),
    ),
  )
  const sandbox = config.mode === 'sandbox' ? sandboxFile(config, opened, listener.port) : undefined
  if (sandbox) writeSandboxFile(config.dataFolder, sandbox)
  listener.serve({
    handlerFor(host) {
      const name = regionOfHost(host, config)
      return name && opened.get(name)?.handler
    },
    mayAnswer: config.mode === 'production' ? cameByHttps : () => true,
    async ready() {
      await Promise.all([...opened.values()].map((region) => region.ready()))
    },
  })
  return {
    port: listener.port,
    sandbox,
    async close() {
      const answered = listener.close()
      await Promise.all([...opened.values()].map((region) => region.stopStreams()))
      await answered
      await Promise.all([...opened.values()].map((region) => region.close()))
    },
  }
}

interface OpenRegion {
  readonly handler: RequestHandler
  readonly sandbox: SandboxRegion | undefined
  ready(): Promise<void>
  stopStreams(): Promise<void>
  close(): Promise<void>
}

/** To one receiver at a time. */
const webhookSockets = 128

/** One region: its own store, keys, sessions and calls. */
async function openRegion(
  region: Region,
  config: Config,
  surroundings: Surroundings & { readonly root: Sealer },
): Promise<OpenRegion> {
  const { clock, random, root } = surroundings
  const log = surroundings.log.child({ region: region.name })
  const newGuid = createGuids({ clock, random })
  const sealer = sealerOf(region.name, root, random)
  const store = await openSqlite(databaseOf(region.name, config))
  const calls = config.mode === 'sandbox' ? createSimulatedCalls({ clock, newGuid }) : undefined

  const assets = readBrowserAssets()
  const identity = await createIdentity({
    store,
    clock,
    random,
    newGuid,
    sealer,
    log,
    region,
    stylesheet: assets.pages.stylesheet,
    settings: config,
  })
  const issuerUrl = `${region.paymentOrigin}/sandbox/issuer`
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions()
  const outbox = calls && createOutbox({ clock, timeZone })
  const sandboxGateway = calls && createSandboxGateway({ clock, random, issuerUrl })
  const vault = createVault({
    store,
    clock,
    random,
    newGuid,
    sealer,
    log,
    region,
    gateways: sharedGateways(sandboxGateway ? { sandbox: sandboxGateway } : {}),
    linkSenders: linkSenders(config, { clock, fetch, timeZone, otherwise: outbox?.senders ?? {} }),
    async onProgress(guid) {
      if (!(await providerApi.reports.recordProgress(guid))) await payments.reports.recordProgress(guid)
    },
    async onResult(result) {
      if (!(await providerApi.reports.recordResult(result))) await payments.reports.recordResult(result)
    },
  })
  const providerApi = createProviderApi({
    ...{ store, clock, random, newGuid, sealer, log, region },
    captures: vault,
    requestsPerSecond: config.apiRequestsPerSecond,
  })
  const outgoing = {
    refused: createOutgoing({ clock, privateAddresses: 'refused', mostSockets: webhookSockets }),
    allowed: createOutgoing({ clock, privateAddresses: 'allowed', mostSockets: webhookSockets }),
  }
  const waysOut = { refused: outgoing.refused.send, allowed: outgoing.allowed.send }
  const remote = createRemoteProvider({
    ...{ store, clock, sealer, log, region, waysOut },
    secrets: { find: (accountId, name) => payments.secrets.find(accountId, name) },
    findConfiguration: (accountId, id) => payments.configurations.find(accountId, id),
    reports: {
      recordProgress: (guid) => payments.reports.recordProgress(guid),
      recordResult: (result) => payments.reports.recordResult(result),
    },
  })
  const ownVault = vaultProvider({
    captures: vault,
    calls: calls ?? withoutTelephone,
    clock,
    launched: calls ? createSimulatedCaller({ captures: vault, clock }) : () => {},
  })
  const payments = createPayments({
    store,
    clock,
    random,
    newGuid,
    sealer,
    log,
    region,
    provider: providerOf({ vault: ownVault, remote }),
    calls: calls ?? withoutTelephone,
    bearer: identity.bearer,
    cors: identity.cors,
    waysOut,
    settings: config,
  })

  const app = createHttp({ region, log, proxy: config.proxy })
  identity.routes(app)
  payments.routes(app)
  remote.routes(app)
  createVaultRoutes({
    captures: vault,
    viewTokens: vault.viewTokens,
    opensView: providerApi.opensView,
    channels: vault.channels,
    region,
    clock,
    log,
    assets,
  })(app)
  providerApi.routes(app)
  if (outbox) outboxPage({ outbox, assets, region })(app)
  if (sandboxGateway) issuerPage({ gateway: sandboxGateway, region, assets })(app)
  const demo = calls && (await createDemoAccount({ identity, payments, sealer, region }))
  const demoProvider =
    demo &&
    (await createDemoProvider({
      ...{ provider: providerApi, accountId: demo.accountId, sealer, region },
      accountName: demoAccountName(region.name),
    }))
  if (calls && demo) {
    telephoneRoutes({ accountId: demo.accountId, calls, captures: vault, clock, payments })(app)
    testCardsPage({ assets, region: demo.region })(app)
    simulatorPage({ assets, region, sandbox: demo.region, clock })(app)
  }
  await app.ready()
  await vault.resume()
  payments.start()
  await remote.start()
  providerApi.start()

  const anyAccount = store.prepare((db, _: object) => db.selectFrom('account').select('id').limit(1))
  return {
    handler: (request, response) => app.routing(request, response),
    sandbox: demo && { ...demo.region, ...(demoProvider && { provider: demoProvider }) },
    ready: async () => void (await anyAccount.first(store.reader, {})),
    stopStreams: () => app.close(),
    async close() {
      await vault.close()
      await remote.close()
      await providerApi.close()
      await payments.close()
      outgoing.refused.close()
      outgoing.allowed.close()
      await identity.close()
      await store.close()
    },
  }
}

function sandboxFile(config: Config, opened: ReadonlyMap<RegionName, OpenRegion>, port: number): SandboxFile {
  const regions = [...opened].flatMap(([name, { sandbox }]) => (sandbox ? [[name, sandbox] as const] : []))
  return {
    default: config.defaultRegion,
    regions: Object.fromEntries(regions),
    simulatorUrl: `${regionValue(config.defaultRegion, config, port).paymentOrigin}/sandbox`,
  }
}
