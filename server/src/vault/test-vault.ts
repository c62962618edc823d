import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { SessionResult } from '@tonegate/protocol/outcome'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { type Clock, createMovableClock, type MovableClock } from '../base/clock.ts'
import { createGuids, type Guid } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { systemRandom } from '../base/random.ts'
import type { Region } from '../base/region.ts'
import { createSealer } from '../base/seal.ts'
import type { Store } from '../store/store.ts'
import { openTestSqlite } from '../store/test-sqlite.ts'
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
import type { OpenSession } from './model/vault-sessions.ts'
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

export function press(capture: OpenSession, keys: string): void {
  for (const key of keys) capture.press(key)
}

/** Lets writes and promises that are under way come to their end. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

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

/** Where a process can be stopped: before or after a write (counted from 1), or when it reports a result. */
export type CrashPoint =
  | { readonly write: number; readonly when: 'before' | 'after' }
  | { readonly report: 'before' | 'after' }
  | { readonly gateway: 'before' | 'after' }

const never = new Promise<never>(() => {})

/**
 * Wraps what a vault reaches the world by, so that the process can die at a chosen line: from then on nothing it
 * does has an effect, and nothing that it waits for comes.
 */
function createMortal() {
  let dead = false
  let point: CrashPoint | undefined
  let writes = 0
  let failing = 0
  const dies = (now: boolean) => {
    dead ||= now
    return dead
  }
  return {
    crashAt(next: CrashPoint) {
      point = next
      writes = 0
    },
    crash: () => dies(true),
    failWrites(count: number) {
      failing = count
    },
    store: (store: Store): Store => ({
      ...store,
      async write(operation) {
        writes += 1
        if (failing > 0) {
          failing -= 1
          throw new Error('The disk is full.')
        }
        const here = point && 'write' in point && point.write === writes ? point.when : undefined
        if (dies(here === 'before')) return never
        const value = await store.write(operation)
        return dies(here === 'after') ? never : value
      },
    }),
    clock: (clock: Clock): Clock => ({
      now: clock.now,
      after: (milliseconds, callback) => clock.after(milliseconds, () => dead || callback()),
      every: (milliseconds, callback) => clock.every(milliseconds, () => dead || callback()),
    }),
    gateway: (gateway: Gateway): Gateway => ({
      async authorise(request) {
        const here = point && 'gateway' in point ? point.gateway : undefined
        if (dies(here === 'before')) return never
        const answer = await gateway.authorise(request)
        return dies(here === 'after') ? never : answer
      },
      ...(gateway.authoriseKept && {
        authoriseKept: (request) => (dead ? never : (gateway.authoriseKept?.(request) ?? never)),
      }),
      ...(gateway.readNotifications && {
        readNotifications: (sent) => gateway.readNotifications?.(sent) ?? [],
      }),
      ...(gateway.completeChallenge && {
        completeChallenge: (completion) =>
          dead ? never : (gateway.completeChallenge?.(completion) ?? never),
      }),
      reconcile: (asked) => (dead ? never : gateway.reconcile(asked)),
      capture: (order) => (dead ? never : gateway.capture(order)),
      void: (order) => (dead ? never : gateway.void(order)),
      refund: (order) => (dead ? never : gateway.refund(order)),
    }),
    async report(result: SessionResult, take: (result: SessionResult) => Promise<void>) {
      const here = point && 'report' in point ? point.report : undefined
      if (dies(here === 'before')) return never
      await take(result)
      return dies(here === 'after') ? never : undefined
    },
  }
}

export async function startVault(
  t: TestContext,
  {
    gateway = testGateway(),
    gateways = {},
    linkSenders = {},
    messageLimits = wideLimits,
    folder = makeTestFolder('tonegate-vault'),
    clock = createMovableClock(),
  }: {
    readonly gateway?: Gateway
    readonly gateways?: Readonly<Record<string, Gateway>>
    readonly linkSenders?: LinkSenders
    readonly messageLimits?: MessageLimits
    /** One that is there. */
    readonly folder?: string
    readonly clock?: MovableClock
  } = {},
) {
  const file = join(folder, 'nam.db')
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const results: SessionResult[] = []
  const begun: Guid[] = []
  const newGuid = createGuids({ clock, random: systemRandom })
  let takeResult = async (_: SessionResult): Promise<void> => {}
  let store = await openTestSqlite(file)
  let mortal = createMortal()
  let vault = create()
  t.after(async () => {
    mortal.crash()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  function create(): Vault {
    const { gateway: wrapped, report } = mortal
    return createVault({
      store: mortal.store(store),
      clock: mortal.clock(clock),
      random: systemRandom,
      newGuid,
      sealer: testSealer,
      log,
      region,
      gateways: sharedGateways({ test: wrapped(gateway), ...gateways }),
      linkSenders,
      messageLimits,
      onProgress: (guid) => void begun.push(guid),
      onResult: (result) =>
        report(result, async (taken) => {
          await takeResult(taken)
          results.push(taken)
        }),
    })
  }

  async function launch(changes: Partial<Flow> = {}, more: Partial<Launch> = {}): Promise<Launched> {
    const launched = await vault.launch({
      tenant: 7,
      flow: { ...flow, ...changes },
      order: { amountMinor: 1240, currency: 'GBP', reference: 'order-1' },
      initialValues: { FirstName: 'John' },
      entry: 'keypad',
      caller: 'on-call',
      ...more,
    })
    await launched.durable
    return launched
  }

  function find(guid: Guid): OpenSession {
    const capture = vault.find(guid)
    assert.ok(capture, 'the session is open')
    return capture
  }

  return {
    clock,
    file,
    folder,
    lines,
    results,
    begun,
    launch,
    find,
    get vault() {
      return vault
    },
    get store() {
      return store
    },
    /** Launches and finds. */
    async open(changes: Partial<Flow> = {}, more: Partial<Launch> = {}): Promise<OpenSession> {
      return find((await launch(changes, more)).guid)
    },
    /** Another vault of the same process on the same database; it dies with the first. */
    async beside(): Promise<Vault> {
      const other = create()
      await other.resume()
      return other
    },
    crashAt: (point: CrashPoint) => mortal.crashAt(point),
    /** Lets the next writes fail. */
    failWrites: (count: number) => mortal.failWrites(count),
    /** What takes the results; throws for one that does not. */
    takeResultsBy(take: (result: SessionResult) => Promise<void>) {
      takeResult = take
    },
    /** Kills the process, if it has not died yet, and starts the next one on the same file. */
    async restart(): Promise<void> {
      await settle()
      mortal.crash()
      await store.close()
      store = await openTestSqlite(file)
      mortal = createMortal()
      vault = create()
      await vault.resume()
      await settle()
    },
    async row(guid: Guid) {
      const find = store.prepare((db, p: { guid: Guid }) =>
        db.selectFrom('capture_session').selectAll().where('guid', '=', p.guid),
      )
      return find.first(store.reader, { guid })
    },
    async attempts(guid: Guid) {
      const find = store.prepare((db, p: { guid: Guid }) =>
        db.selectFrom('charge_attempt').selectAll().where('capture_guid', '=', p.guid),
      )
      return find.all(store.reader, { guid })
    },
  }
}
