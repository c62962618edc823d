import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { SessionResult } from '@tonegate/protocol/outcome'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { settle } from '../base/at-work.ts'
import { createMovableClock, type MovableClock } from '../base/clock.ts'
import { createGuids, type Guid } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import type { Region } from '../base/region.ts'
import { createSealer } from '../base/seal.ts'
import type { Tracer } from '../base/tracing/span.ts'
import { joinNodes, type Nodes } from '../store/nodes/join-nodes.ts'
import { type NodeId, newNodeId } from '../store/nodes/node-id.ts'
import { prepareNodeRows } from '../store/nodes/node-rows.ts'
import type { Store } from '../store/store.ts'
import { openTestStore } from '../store/test-store.ts'
import type { LinkSenders } from './links/link-sender.ts'
import type { MessageLimits } from './links/message-limits.ts'
import { createPaymentLinks } from './links/payment-links.ts'
import {
  type AuthorisationRequest,
  type Gateway,
  type GatewayAnswer,
  sharedGateways,
} from './model/gateway.ts'
import { defaultFlow, type Flow, type Launch, type Launched } from './model/launch.ts'
import type { SessionMeter } from './model/session-meter.ts'
import type { SessionProgress } from './model/session-progress.ts'
import type { OpenSession } from './model/vault-sessions.ts'
import { type CrashPoint, createMortal } from './test-mortal.ts'
import { createVault, type Vault } from './vault.ts'

export const region: Region = {
  name: 'nam',
  issuer: 'https://nam.example.com/auth',
  apiUrl: 'https://nam.api.example.com/globalpci',
  paymentOrigin: 'https://nam.pay.example.com',
}

export const flow: Flow = {
  ...defaultFlow,
  gateway: 'test',
  gatewayTimeoutSeconds: 30,
  merchantName: 'Harbour Street Books',
  interDigitSeconds: 5,
  lifetimeSeconds: 3600,
  frameAncestors: [],
}

export const testSealer = createSealer(Buffer.alloc(32, 7), systemRandom)

/** Wider than any test that does not ask for others. */
export const wideLimits: MessageLimits = {
  perAddress: { hour: 1000, day: 1000 },
  perAccountDay: { sms: 1000, email: 1000 },
  smsTo: { allowed: [], refused: [] },
}

/** The links of a vault's sessions, as a test vault makes them. */
export const testLinks = createPaymentLinks({
  sealer: testSealer,
  region,
  senders: {},
  bounds: { reaches: () => true, take: async () => {} },
})

export const visa = '4111111111111111'
export const wholeCard = `${visa}#1230#123#`
export const approval: Extract<GatewayAnswer, { status: 'approved' }> = {
  status: 'approved',
  gatewayReference: 'reference-1',
  authorisationCode: 'A1B2C3',
  captured: true,
}

export function press(session: OpenSession, keys: string): void {
  for (const key of keys) session.press(key)
}

/** Lets writes and promises that are under way come to their end. */
export { settle }

/** What a test gateway was asked, with the card as it was at that moment. */
export interface Asked {
  readonly request: AuthorisationRequest
  readonly pan: string
  readonly expiry: string
  /** Undefined where the request has none. */
  readonly securityCode: string | undefined
}

const refused = async () => ({ status: 'refused', gatewayCode: 'not-in-this-test' }) as const

/** A gateway's answers to what a test does not ask. */
export const testFollowUps = { capture: refused, void: refused, refund: refused }

/**
 * A gateway that answers what the test says, with one charge a key.
 *
 * @param answers to `authorise`; a promise that never resolves for no answer at all.
 * @param known what `reconcile` finds.
 */
export function testGateway({
  answers = async () => approval,
  known = async () => undefined,
}: {
  answers?: (request: AuthorisationRequest) => ReturnType<Gateway['authorise']>
  known?: (key: string) => ReturnType<Gateway['reconcile']>
} = {}) {
  const asked: Asked[] = []
  const reconciled: string[] = []
  const gateway: Gateway = {
    authorise(request) {
      const { pan, expiry, securityCode } = request.card
      asked.push({
        request,
        pan: pan.unsafeText(),
        expiry: expiry.unsafeText(),
        securityCode: securityCode?.unsafeText(),
      })
      return answers(request)
    },
    reconcile({ idempotencyKey }) {
      reconciled.push(idempotencyKey)
      return known(idempotencyKey)
    },
    ...testFollowUps,
  }
  return { ...gateway, asked, reconciled }
}

interface TestVaultOptions {
  readonly gateway?: Gateway
  readonly gateways?: Readonly<Record<string, Gateway>>
  readonly linkSenders?: LinkSenders
  readonly messageLimits?: MessageLimits
  /** One that is there. */
  readonly folder?: string
  readonly clock?: MovableClock
  readonly sessionMeter?: SessionMeter
  readonly tracer?: Tracer
}

export async function startVault(t: TestContext, options: TestVaultOptions = {}) {
  const { folder = makeTestFolder('tonegate-vault'), clock = createMovableClock() } = options
  const file = join(folder, 'nam.db')
  const world = createWorld(options, clock)
  let running = await startProcess(file, world)
  t.after(async () => {
    await running.kill()
    rmSync(folder, { recursive: true, force: true })
  })

  async function launch(changes: Partial<Flow> = {}, more: Partial<Launch> = {}): Promise<Launched> {
    const launched = await running.vault.launch(launchOf(changes, more))
    await launched.durable
    return launched
  }

  const find = (guid: Guid) => findOpen(running.vault, guid)

  return {
    clock,
    file,
    folder,
    launch,
    find,
    lines: world.lines,
    results: world.results,
    begun: world.begun,
    /** What was told of the progress of sessions. */
    courses: world.courses,
    takeCoursesBy: world.takeCoursesBy,
    get vault() {
      return running.vault
    },
    get store() {
      return running.store
    },
    /** Launches and finds. */
    async open(changes: Partial<Flow> = {}, more: Partial<Launch> = {}): Promise<OpenSession> {
      return find((await launch(changes, more)).guid)
    },
    /** Another vault on the same database, as another server has it; it dies with the first. */
    async beside(): Promise<Vault> {
      const other = await running.createAnother()
      await other.resume()
      return other
    },
    /** The process is not heard of any more, and does not know it yet. */
    forget: () => forgetNode(running.store, running.store.nodeId),
    crashAt: (point: CrashPoint) => running.mortal.crashAt(point),
    /** Lets the next writes fail. */
    failWrites: (count: number) => running.mortal.failWrites(count),
    /** What takes the results; throws for one that does not. */
    takeResultsBy: world.takeResultsBy,
    /** Kills the process, if it has not died yet, and starts the next one on the same file. */
    async restart(): Promise<void> {
      await settle()
      await running.kill()
      running = await startProcess(file, world)
      await running.vault.resume()
      await settle()
    },
    row: (guid: Guid) => readRow(running.store, guid),
    attempts: (guid: Guid) => readAttempts(running.store, guid),
  }
}

export function findOpen(vault: Vault, guid: Guid): OpenSession {
  const session = vault.find(guid)
  assert.ok(session, 'the session is open')
  return session
}

/** What is around the processes of a test, and outlives them. */
function createWorld(
  {
    gateway = testGateway(),
    gateways = {},
    linkSenders = {},
    messageLimits = wideLimits,
    sessionMeter,
    tracer,
  }: TestVaultOptions,
  clock: MovableClock,
) {
  const lines: string[] = []
  const results: SessionResult[] = []
  const begun: Guid[] = []
  const courses: SessionProgress[] = []
  let takeCourse = async (): Promise<void> => {}
  let takeResult = async (_: SessionResult): Promise<void> => {}
  return {
    parts: {
      random: systemRandom,
      newGuid: createGuids({ clock, random: systemRandom }),
      sealer: testSealer,
      log: createLog('trace', { write: (line) => lines.push(line) }),
      region,
      linkSenders,
      messageLimits,
      ...(sessionMeter && { sessionMeter }),
      ...(tracer && { tracer }),
      onProgress: (guid: Guid) => void begun.push(guid),
      async onCourse(_: Guid, progress: readonly SessionProgress[]): Promise<void> {
        await takeCourse()
        courses.push(...progress)
      },
    },
    clock,
    gateway,
    gateways,
    lines,
    results,
    begun,
    courses,
    takeCoursesBy(take: () => Promise<void>) {
      takeCourse = take
    },
    takeResultsBy(take: (result: SessionResult) => Promise<void>) {
      takeResult = take
    },
    async take(result: SessionResult): Promise<void> {
      await takeResult(result)
      results.push(result)
    },
  }
}

/** A process with a vault in it, which can be killed. */
async function startProcess(
  file: string,
  { parts, clock, gateway, gateways, take }: ReturnType<typeof createWorld>,
) {
  const store = await openTestStore(file)
  const mortal = createMortal()
  const others: Nodes[] = []
  const create = (nodeId = store.nodeId): Vault =>
    createVault({
      ...parts,
      store: { ...mortal.store(store), nodeId },
      clock: mortal.clock(clock),
      gateways: sharedGateways({ test: mortal.gateway(gateway), ...gateways }),
      onResult: (result) => mortal.report(result, take),
    })
  return {
    store,
    mortal,
    /** As a process of its own would have it. */
    async createAnother(): Promise<Vault> {
      const nodeId = newNodeId()
      others.push(await joinNodes({ ...store, nodeId }, { ...parts, clock }))
      return create(nodeId)
    },
    vault: create(),
    async kill(): Promise<void> {
      mortal.crash()
      await Promise.all(others.map((each) => each.leave()))
      await store.close()
    },
  }
}

/** The launch of a payment of 12.40 GBP. */
export const launchOf = (changes: Partial<Flow>, more: Partial<Launch>): Launch => ({
  tenant: 7,
  flow: { ...flow, ...changes },
  order: { amountMinor: 1240, currency: 'GBP', reference: 'order-1' },
  initialValues: { FirstName: 'John' },
  entry: 'keypad',
  caller: 'on-call',
  ...more,
})

/** A node is not heard of any more. */
export async function forgetNode(store: Store, id: NodeId): Promise<void> {
  await store.write((tx) => prepareNodeRows(store).leave.run(tx, { id }))
}

export async function readRow(store: Store, guid: Guid) {
  const find = store.prepare((db, p: { guid: Guid }) =>
    db.selectFrom('capture_session').selectAll().where('guid', '=', p.guid),
  )
  return find.first(store.reader, { guid })
}

export async function readAttempts(store: Store, guid: Guid) {
  const find = store.prepare((db, p: { guid: Guid }) =>
    db.selectFrom('charge_attempt').selectAll().where('capture_guid', '=', p.guid),
  )
  return find.all(store.reader, { guid })
}
