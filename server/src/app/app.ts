import { isIPv6 } from 'node:net'
import { startLinking } from '../audit/link-entries.ts'
import { createGuids } from '../base/guid.ts'
import type { Parts } from '../base/parts.ts'
import type { Region, RegionName } from '../base/region.ts'
import type { Sealer } from '../base/seal.ts'
import { createSessionBook } from '../base/session-names.ts'
import { within } from '../base/within.ts'
import type { Config } from '../config/config.ts'
import { regionValue } from '../config/regions.ts'
import { readBrowserAssets, registerBrowserAssets } from '../http/browser-assets.ts'
import { cameByHttps } from '../http/came-by-https.ts'
import { createHttp, type Http } from '../http/http.ts'
import { listen, type RequestHandler } from '../http/listen.ts'
import { refuseMisdirected } from '../http/misdirected-request.ts'
import { NotReady, reasonNotReady } from '../http/not-ready.ts'
import { listenOps } from '../http/ops/listen-ops.ts'
import { createReadiness } from '../http/ops/readiness.ts'
import { regionOfHost } from '../http/region-of-host.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { NodeChannel, ServedToNodes } from '../nodes/node-channel.ts'
import type { AroundSandbox, Sandbox } from '../sandbox/create-sandbox.ts'
import { forgetHappenings } from '../sandbox/reset/forget-happenings.ts'
import {
  type SandboxFile,
  type SandboxPrograms,
  type SandboxRegion,
  writeSandboxFile,
} from '../sandbox/sandbox-file.ts'
import { createSandboxTools } from '../sandbox/tools/sandbox-tools.ts'
import type { AskOtherProcess } from '../split/ask-other-process.ts'
import { type Channel, openChannel } from '../split/open-channel.ts'
import { createRemoteVault } from '../split/remote-vault.ts'
import { remoteReports, serveReports } from '../split/reports.ts'
import { serveVault } from '../split/serve-vault.ts'
import { requireOpening } from '../store/reseal.ts'
import { openTracing, type Tracing } from '../tracing/open-tracing.ts'
import { type Beginnings, createBeginnings, type KeysAgain } from './begin-again.ts'
import { asDatabaseFault } from './databases/database-fault.ts'
import { requireDatabases } from './databases/known-databases.ts'
import { type LockedFolder, lockDataFolder, shareDataFolder } from './databases/lock-data-folder.ts'
import { refuseDemoData } from './databases/refuse-demo-data.ts'
import { refuseProductionData } from './databases/refuse-production-data.ts'
import { amongNodes, peersOf } from './nodes/among-nodes.ts'
import { atOwner } from './nodes/at-owner.ts'
import { openNodes } from './nodes/open-nodes.ts'
import { type OpenApi, openApi } from './open-api.ts'
import { openRegionStore, type RegionStore } from './open-region-store.ts'
import { type OpenVault, openVault } from './open-vault.ts'
import type { RegionParts } from './region-parts.ts'
import { rootSealer, sealerOf } from './region-storage.ts'
import { rememberNames } from './remember-names.ts'
import { sandboxOf } from './sandbox-of.ts'
import { sealedColumns } from './sealed-columns.ts'
import { version } from './version.ts'

/** What a process is made of that tests replace. */
export interface Surroundings extends Pick<Parts, 'clock' | 'random' | 'log'> {
  /** Milliseconds that another program's lock on a database is waited for; five seconds unless said. */
  readonly lockPatience?: number
  /** Counts what the regions do; nothing is counted without. */
  readonly metrics?: Metrics | undefined
}

/** A running Tonegate. */
export interface Tonegate {
  readonly port: number
  /** Where it listens for the other process; `undefined` where there is none. */
  readonly channelPort: number | undefined
  /** Where it is asked how it is; `undefined` where it has no port for that. */
  readonly opsPort: number | undefined
  /** What `sandbox.json` holds; `undefined` in production. */
  readonly sandbox: SandboxFile | undefined
  /** Resolves when other servers have taken over what this one did: it is to end. */
  readonly lost: Promise<unknown>
  /** From now on it says that it is not ready, and still answers. */
  drain(): void
  /** Lets what runs come to its end, then closes the stores. */
  close(): Promise<void>
}

/**
 * Opens every region of the configuration and answers requests, until it is closed. Nothing is opened, and no file
 * written, before the data folder is locked.
 *
 * @throws {FolderNotLocked} when another server has the data folder.
 * @throws {DatabaseMissing} when production has none, or one was lost; then nothing was written.
 */
export async function startTonegate(config: Config, surroundings: Surroundings): Promise<Tonegate> {
  await requireDatabases(config.regions, config)
  await using unfinished = new AsyncDisposableStack()
  const folder =
    config.storeUrl === null ? lockDataFolder(config.dataFolder, surroundings) : shareDataFolder(config)
  unfinished.defer(() => folder.release())
  const tonegate = await startOn(folder, config, { ...surroundings, unfinished })
  unfinished.move()
  return tonegate
}

/** So long those who wait for an answer have it before the sessions are left to other servers. */
const lastAnswersMilliseconds = 1_000

/** @param surroundings with what is to be closed again where something later cannot be opened. */
async function startOn(
  folder: LockedFolder,
  config: Config,
  { unfinished, ...surroundings }: Surroundings & { readonly unfinished: AsyncDisposableStack },
): Promise<Tonegate> {
  const { log } = surroundings
  const { handler: metrics, countRefused, spanMeter }: Partial<Metrics> = surroundings.metrics ?? {}
  const readiness = createReadiness()
  const { life, tracing: traced } = config
  const ops = life.opsListen && (await listenOps({ ...life.opsListen, readiness, metrics, log }))
  unfinished.defer(() => ops?.close())
  await (config.mode === 'production' ? refuseDemoData : refuseProductionData)(config)
  const root = rootSealer(config, surroundings.random)
  const tracing = traced ? openTracing(traced, { ...surroundings, version, spanMeter }) : undefined
  unfinished.defer(() => tracing?.close())
  const listener = await listen({ ...config, log, readiness, countRefused })
  unfinished.defer(() => listener.close())
  const nodeChannel = await explained(openNodes(config, root, surroundings), config.defaultRegion, config)
  unfinished.defer(() => nodeChannel?.close())
  unfinished.defer(() => nodeChannel?.stop())
  const channel = config.role === 'both' ? undefined : await openChannel(config, surroundings)
  unfinished.defer(() => channel?.close())
  unfinished.defer(() => channel?.stop())
  const made = { ...surroundings, root, channel, nodeChannel, tracing }
  const { opened, again, tools } = await openRegions(config, listener.port, { ...made, unfinished })
  const ready = async () => {
    await again?.begun()
    await Promise.all([...opened.values()].map((region) => region.ready()))
  }
  channel?.serve((name) => opened.get(name)?.channelHandler)
  nodeChannel?.serve((name) => opened.get(name)?.forNodes)
  channel?.tellReadiness(() => ready().then(() => undefined, reasonNotReady))
  const sandbox = sandboxFile(config, opened, listener.port)
  if (sandbox) writeSandboxFile(config.dataFolder, sandbox)
  const { apiUrl } = regionValue(config.defaultRegion, config, listener.port)
  const misdirected = refuseMisdirected(`${apiUrl}/errors`, countRefused)
  await listener.serve({
    handlerFor: byHost({ opened, again, misdirected }, config),
    mayAnswer: config.mode === 'production' ? cameByHttps : () => true,
    async ready() {
      await ready()
      return requireOtherHalf(channel, config)
    },
  })
  folder.listens(`${isIPv6(config.host) ? `[${config.host}]` : config.host}:${listener.port}`)
  return {
    port: listener.port,
    channelPort: channel?.port,
    opsPort: ops?.port,
    sandbox,
    lost: Promise.race([...opened.values(), ...(again ? [again] : [])].map(({ lost }) => lost)),
    drain: listener.drain,
    async close() {
      await again?.begun()
      const answered = listener.close()
      for (const { close } of tools.values()) close()
      await Promise.all([...opened.values()].map((region) => region.stopStreams()))
      // A session that is being opened is told of before it is left to others.
      await within(answered, lastAnswersMilliseconds, surroundings.clock)
      await Promise.all([...opened.values()].map((region) => region.handOver()))
      await answered
      await Promise.all([channel?.stop(), nodeChannel?.stop()])
      await Promise.all([...opened.values()].map((region) => region.close()))
      channel?.close()
      nodeChannel?.close()
      await tracing?.close()
      folder.release()
      await ops?.close()
    },
  }
}

/** Opens every region, and in the sandbox what it takes for them to begin again. */
async function openRegions(
  config: Config,
  port: number,
  {
    unfinished,
    ...surroundings
  }: Omit<RegionSurroundings, 'around' | 'forget'> & { readonly unfinished: AsyncDisposableStack },
) {
  const { clock } = surroundings
  const tools = new Map(config.regions.map((name) => [name, createSandboxTools(clock)]))
  const open = (name: RegionName, forget?: KeysAgain) => {
    const beginAgain: AroundSandbox['beginAgain'] = async (asking) => again?.beginAgain(asking)
    const around = { tools: tools.get(name) ?? createSandboxTools(clock), beginAgain }
    const region = regionValue(name, config, port)
    return explained(openRegion(region, config, { ...surroundings, around, forget }), name, config)
  }
  const openings = config.regions.map(async (name) => [name, await open(name)] as const)
  unfinished.defer(() => closeOpened(openings))
  const opened = new Map<RegionName, OpenRegion>(await Promise.all(openings))
  const again =
    config.mode === 'sandbox' ? createBeginnings({ ...surroundings, opened, open, tools }) : undefined
  return { opened, again, tools }
}

/** Who answers requests for a host. */
const byHost =
  (
    {
      opened,
      again,
      misdirected,
    }: {
      readonly opened: ReadonlyMap<RegionName, OpenRegion>
      readonly again: Beginnings | undefined
      readonly misdirected: RequestHandler
    },
    config: Config,
  ) =>
  (host: string | undefined): RequestHandler => {
    const name = regionOfHost(host, config)
    const region = name && opened.get(name)
    if (!name || !region) return misdirected
    return again ? again.answering(name) : region.handler
  }

/** How it stands with the other process, where there is one. @throws {NotReady} where this one is nothing without it. */
async function requireOtherHalf(
  channel: Pick<Channel, 'state'> | undefined,
  { role }: Pick<Config, 'role'>,
): Promise<object> {
  const otherHalf = await channel?.state()
  if (otherHalf?.state === 'broken') throw new NotReady(otherHalf.fault)
  // Without the vault no session is opened; the vault's go on to their end without the API.
  if (otherHalf?.state === 'not-ready' && role === 'api') {
    throw new NotReady(`the vault cannot do its work: ${otherHalf.fault}`)
  }
  return { ...(otherHalf && { otherHalf: otherHalf.state }) }
}

/** @throws {DatabaseFault} where it is the database that cannot be opened. */
async function explained<T>(opening: Promise<T>, name: RegionName, config: Config): Promise<T> {
  try {
    return await opening
  } catch (error) {
    throw asDatabaseFault(error, name, config)
  }
}

async function closeOpened(openings: readonly Promise<readonly [RegionName, OpenRegion]>[]): Promise<void> {
  for (const opening of await Promise.allSettled(openings)) {
    if (opening.status === 'fulfilled') await opening.value[1].close()
  }
}

interface OpenRegion {
  readonly handler: RequestHandler
  /** Answers the other process; `undefined` where there is none. */
  readonly channelHandler: RequestHandler | undefined
  /** Answers other nodes; `undefined` where there are none. */
  readonly forNodes: ServedToNodes | undefined
  readonly sandbox: SandboxRegion | undefined
  ready(): Promise<void>
  /** Resolves when others have taken over what it did. */
  readonly lost: Promise<void>
  stopStreams(): Promise<void>
  /** Leaves what it does to other nodes. */
  handOver(): Promise<void>
  close(): Promise<void>
}

type RegionSurroundings = Surroundings & {
  readonly root: Sealer
  readonly channel: Channel | undefined
  readonly nodeChannel: NodeChannel | undefined
  readonly tracing: Tracing | undefined
  readonly around: AroundSandbox
  /** What has happened in it is to be forgotten. */
  readonly forget: KeysAgain | undefined
}

/** What a region is made of, on its own store and under its own keys. */
async function openRegionParts(
  region: Region,
  config: Config,
  { root, nodeChannel, metrics, tracing, around, forget, ...surroundings }: RegionSurroundings,
): Promise<{ readonly parts: RegionParts; readonly database: RegionStore }> {
  await using unfinished = new AsyncDisposableStack()
  const { random } = surroundings
  const book = createSessionBook()
  const log = surroundings.log.child({ region: region.name }, { formatters: { log: book.complete } })
  const sealer = sealerOf(region.name, root, random)
  const url = nodeChannel?.url ?? null
  const meters = metrics?.metersOf(region.name)
  const database = await openRegionStore(region.name, config, { ...surroundings, ...meters, log, url })
  unfinished.defer(() => database.close())
  const { store, clock } = database
  await requireOpening(store, sealer, sealedColumns(region))
  await database.keepRegion()
  if (forget) await forgetHappenings({ store, clock }, forget)
  await rememberNames(store, book)
  const newGuid = createGuids({ clock, random })
  const assets = readBrowserAssets()
  const tracer = tracing?.tracer({ 'tonegate.region': region.name, 'tonegate.node': store.nodeId })
  const made = {
    ...{ region, config, store, sealer, clock, random, newGuid, log, book, assets },
    ...meters,
    ...(tracer && { tracer }),
  }
  const sandbox = sandboxOf(config, made, around)
  const peers = nodeChannel && peersOf(nodeChannel, { ...made, nodes: database.nodes })
  unfinished.move()
  return { parts: { ...made, ...(sandbox && { sandbox }), ...(peers && { peers }) }, database }
}

/** One region: its own store, keys, sessions and calls. */
async function openRegion(
  region: Region,
  config: Config,
  surroundings: RegionSurroundings,
): Promise<OpenRegion> {
  await using unfinished = new AsyncDisposableStack()
  const { channel } = surroundings
  const { parts, database } = await openRegionParts(region, config, surroundings)
  const { log, sandbox, tracer } = parts
  const http = { region, log, ...(tracer && { tracer }) }
  unfinished.defer(() => database.close())
  const audit = startLinking(parts)
  unfinished.defer(() => audit.close())
  const { vault, api } = await openParts(parts, channel?.askOtherProcess(region.name))
  unfinished.defer(() => api?.close())
  unfinished.defer(() => vault?.close())

  const app = createHttp({ ...parts, proxy: config.proxy })
  api?.routes(app)
  vault?.routes(app)
  if (!vault) registerBrowserAssets(app, parts.assets)
  const served = sandbox && vault && (await serveSandbox(app, sandbox, { ...parts, vault, api }))
  const channelApp = channel && createHttp({ ...http, proxy: 'none' })
  if (channelApp && vault) serveVault(overNodes(vault, parts))(channelApp)
  else if (channelApp && api) serveReports(api.payments.reports)(channelApp)
  const among = await amongNodes(app, parts, {
    vault,
    servePhone: served?.phone.servePeers,
    captureOf: async (guid) => (await api?.payments.findProviderSession(guid))?.providerSessionGuid ?? guid,
  })
  const left = Promise.withResolvers<void>()
  unfinished.defer(() => among.close())
  await Promise.all([app.ready(), channelApp?.ready()])
  unfinished.defer(() => app.close())
  // Before calls are taken up: their lines are secured again by who reads commands.
  await served?.phone.connect()
  await vault?.start()
  await api?.start()
  surroundings.metrics?.watch(region.name, {
    ...database,
    ...sourcesOf(vault),
    nodes: () => database.nodes.all().length,
  })
  unfinished.move()

  return {
    ...among,
    channelHandler: channelApp && ((request, response) => channelApp.routing(request, response)),
    sandbox: api?.demo && { ...api.demo.region, ...served?.forPrograms },
    ready: database.ready,
    lost: database.lost,
    stopStreams() {
      among.leave(left.promise)
      return app.close()
    },
    handOver: async () => vault?.vault.handOver().finally(left.resolve),
    async close() {
      await vault?.close()
      await Promise.all([channelApp?.close(), among.close()])
      await api?.close()
      await audit.close()
      await database.close()
    },
  }
}

/** What a scrape asks the vault of this process. */
const sourcesOf = (opened: OpenVault | undefined) => ({
  vault: opened && {
    openSessions: () => opened.vault.countOpen(),
    lines: () => opened.calls.lines.states(),
    engines: () => opened.calls.engineStates(),
  },
})

/** The vault of all nodes: what is asked of a session is done by the one that has it. */
function overNodes(vault: OpenVault, { peers }: RegionParts): OpenVault {
  if (!peers) return vault
  return { ...vault, provider: atOwner(vault.provider, { sessions: vault.vault, peers }) }
}

interface ServedSandbox {
  readonly phone: ReturnType<Sandbox['routes']>
  readonly forPrograms: SandboxPrograms
}

/** Serves the sandbox's pages and phone beside the vault. @returns the phone, and what programs may use there. */
async function serveSandbox(
  app: Http,
  sandbox: Sandbox,
  { vault, api, ...parts }: RegionParts & { readonly vault: OpenVault; readonly api: OpenApi | undefined },
): Promise<ServedSandbox> {
  const { demo, phoneKey } = await sandbox.openPlatforms(vault.calls.platforms, api?.demo)
  const provider = await sandbox.openProvider(vault.providerApi, api?.demo)
  const forPrograms = { platforms: [demo], provider }
  const beside = { ...parts, sessions: vault.vault, telephone: vault.calls, phoneKey, forPrograms }
  return { phone: sandbox.routes(app, { ...beside, ...(api && { api }) }), forPrograms }
}

/** The API, the vault, or both in one process, where they know each other; otherwise by the channel. */
async function openParts(
  parts: RegionParts,
  askOtherProcess: AskOtherProcess | undefined,
): Promise<{ readonly vault?: OpenVault; readonly api?: OpenApi }> {
  const { role } = parts.config
  if (askOtherProcess && role === 'vault') return { vault: openVault(parts, remoteReports(askOtherProcess)) }
  if (askOtherProcess && role === 'api')
    return { api: await openApi(parts, createRemoteVault(askOtherProcess)) }
  const vault = openVault(parts, {
    recordProgress: (guid) => api.payments.reports.recordProgress(guid),
    recordResult: (result) => api.payments.reports.recordResult(result),
    recordCourse: (guid, progress) => api.payments.reports.recordCourse(guid, progress),
    recordOperation: (guid, ordered) => api.payments.reports.recordOperation(guid, ordered),
    courseKept: (guid) => api.payments.courseKept(guid),
  })
  const api = await openApi(parts, overNodes(vault, parts))
  return { vault, api }
}

/** What the sandbox says of itself; `undefined` in production, and where the Payment API is in another process. */
function sandboxFile(
  config: Config,
  opened: ReadonlyMap<RegionName, OpenRegion>,
  port: number,
): SandboxFile | undefined {
  const regions = [...opened].flatMap(([name, { sandbox }]) => (sandbox ? [[name, sandbox] as const] : []))
  if (regions.length === 0) return undefined
  return {
    default: config.defaultRegion,
    regions: Object.fromEntries(regions),
    simulatorUrl: `${regionValue(config.defaultRegion, config, port).paymentOrigin}/sandbox`,
  }
}
