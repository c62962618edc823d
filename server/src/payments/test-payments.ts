import '../../test/reference/test-hold-answers.ts'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import type { SessionResult } from '@tonegate/protocol/outcome'
import type { InjectOptions } from 'fastify'
import { makeTestFolder } from '../../test/harness/test-folder.ts'
import { type Clock, createMovableClock, type MovableClock } from '../base/clock.ts'
import { createGuids, type Guid } from '../base/guid.ts'
import { createLog } from '../base/log.ts'
import { createOutgoing } from '../base/outgoing/create-outgoing.ts'
import { Problem } from '../base/problem.ts'
import { systemRandom } from '../base/random.ts'
import { createSealer } from '../base/seal.ts'
import { createTestTracer } from '../base/tracing/test-tracer.ts'
import { createHttp, type Http } from '../http/http.ts'
import type { Access, BearerCheck, Caller } from '../identity/bearer.ts'
import { createCors } from '../identity/endpoints/cors.ts'
import type { Store } from '../store/store.ts'
import { StoreUnavailable } from '../store/store-unavailable.ts'
import { openTestStore } from '../store/test-store.ts'
import { defaultFlow } from '../vault/model/launch.ts'
import type { LinkOrder } from '../vault/model/vault-sessions.ts'
import type { AccountConfiguration } from './configurations/account-configuration.ts'
import { createPayments } from './payments.ts'
import type { DistantProvider, Provider, ProviderLaunch } from './provider.ts'

const region = {
  name: 'nam',
  issuer: 'http://nam.test/auth',
  apiUrl: 'http://nam.api.test/globalpci',
  paymentOrigin: 'http://nam.test',
} as const

export const harbour = { id: 7, name: 'Harbour Street Books', production: false } as const

type TestCaller = Omit<Caller, 'allowedOrigins' | 'access' | 'expiresAt'> & { readonly userId?: Guid }

/** Who the bearer tokens of the tests belong to. */
const callers: Readonly<Record<string, TestCaller>> = {
  backend: { clientId: 'backend', account: harbour },
  'other-client': { clientId: 'other-client', account: harbour },
  agent7: { clientId: 'desktop', account: harbour, agentId: 'agent7', userId: 'user-7' as Guid },
  'agent7-again': { clientId: 'desktop', account: harbour, agentId: 'agent7', userId: 'user-9' as Guid },
  agent8: { clientId: 'desktop', account: harbour, agentId: 'agent8', userId: 'user-8' as Guid },
  elsewhere: { clientId: 'desktop', account: { id: 8, name: 'Elsewhere', production: false } },
  foreign: { clientId: 'foreign', account: { id: 8, name: 'Elsewhere', production: false } },
  production: { clientId: 'production', account: { id: 9, name: 'Real Money', production: true } },
}

export const keypadConfiguration: AccountConfiguration = {
  id: 0,
  name: 'Keypad',
  resultTemplate: 'cybersource',
  defaultCurrency: 'GBP',
  agentAssistLifetimeSeconds: 3600,
  digitalLifetimeSeconds: 72 * 3600,
  digitalIdleSeconds: 72 * 3600,
  flow: {
    gateway: 'sandbox',
    merchantName: 'Harbour Street Books',
    frameAncestors: [],
    ...defaultFlow,
  },
}

/** The digital example of the original (contract/payment-api §2). */
export const paymentData = {
  FirstName: 'John',
  Surname: 'Smith',
  Email: 'test@wp.pl',
  Street1: 'Hubska 52',
  City: 'Wroclaw',
  Postcode: '50-348',
  Country: 'GB',
  Amount: '12.40',
  Currency: 'GBP',
  CustomerPhoneNumber: '+48500000000',
  MerchantReferenceCode: 'order-1',
}

/** The Payment API of a region on a real store, between a provider, a telephone and a bearer check of the test. */
export async function startPayments(
  t: TestContext,
  {
    apiRequestsPerSecond = null,
    allowedOrigins = [],
    beside,
  }: {
    readonly apiRequestsPerSecond?: number | null
    /** Of every caller. */
    readonly allowedOrigins?: readonly string[]
    /** Another node, whose database and clock it has. */
    readonly beside?: { readonly folder: string; readonly clock: MovableClock }
  } = {},
) {
  const folder = beside?.folder ?? makeTestFolder('tonegate-payments')
  const file = join(folder, 'nam.db')
  const clock = beside?.clock ?? createMovableClock()
  const newGuid = createGuids({ clock, random: systemRandom })
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => lines.push(line) })
  const store = await openTestStore(file)
  const liveCalls = new Map<string, Guid>()
  const provided = createTestProvider(newGuid)
  const ended = new Set<string>()
  const refused = createOutgoing({ clock, privateAddresses: 'refused' })
  const allowed = createOutgoing({ clock, privateAddresses: 'allowed' })
  const { tracer, spans } = createTestTracer()
  const payments = createPayments({
    ...{ store, tracer, clock, random: systemRandom, newGuid, log, region },
    sealer: createSealer(Buffer.alloc(32, 1), systemRandom),
    provider: provided.provider,
    calls: {
      async findLiveCall(accountId, agentId) {
        const callGuid = liveCalls.get(`${accountId} ${agentId}`)
        return callGuid ? { callGuid, agentId } : 'no-call'
      },
    },
    bearer: bearerOf(clock, allowedOrigins),
    cors: createCors({ store, clock }),
    findEnded: async (accesses) => accesses.filter(({ userId, clientId }) => ended.has(userId ?? clientId)),
    outgoing: { refused: refused.send, allowed: allowed.send },
    settings: { apiRequestsPerSecond },
    pages: { stylesheet: '/assets/pages.css' },
  })
  for (const accountId of beside ? [] : [7, 8, 9]) {
    await payments.configurations.put(accountId, keypadConfiguration)
    await payments.configurations.put(accountId, { ...keypadConfiguration, id: 2, resultTemplate: 'orbital' })
  }
  const app = createHttp({ region, log, proxy: 'none' })
  payments.routes(app)
  await app.ready()
  t.after(async () => {
    await app.close()
    await payments.close()
    refused.close()
    allowed.close()
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  })

  return {
    app,
    payments,
    clock,
    store,
    file,
    folder,
    lines,
    /** Of what the server does by itself. */
    spans,
    newGuid,
    /** The clients and people whose access has ended. */
    ended,
    ...requestsTo(app),
    ...provided,
    putOnCall(agentId: string, accountId = 7, callGuid: Guid = newGuid()): Guid {
      liveCalls.set(`${accountId} ${agentId}`, callGuid)
      return callGuid
    },
    ...countsIn(store),
  }
}

/** Knows the callers of the tests by their names. */
/** What is left of the life of a token with each request. */
export const tokenMilliseconds = 3_600_000

const bearerOf =
  (clock: Clock, allowedOrigins: readonly string[]): BearerCheck =>
  ({ headers }) => {
    const caller = callers[headers.authorization?.replace('Bearer ', '') ?? '']
    const expiresAt = clock.now() + tokenMilliseconds
    const access = caller && accessOf(caller, clock)
    if (caller && access) return { ...caller, access, expiresAt, allowedOrigins: new Set(allowedOrigins) }
    throw new Problem('unauthorized', 'Authorization has been denied for this request.', {
      headers: { 'www-authenticate': 'Bearer' },
    })
  }

const accessOf = ({ clientId, account, agentId, userId }: TestCaller, clock: Clock): Access => ({
  clientId: clientId as Guid,
  accountId: account.id,
  ...(agentId !== undefined && { agentId }),
  ...(userId !== undefined && { userId }),
  jti: `token of ${userId ?? clientId}`,
  madeAt: clock.now() - 1000,
})

/** Requests of the Payment API. */
function requestsTo(app: Http) {
  /** Sends a request as one of the callers, the backend unless said otherwise. */
  async function send(options: InjectOptions & { readonly as?: string }) {
    const { as = 'backend', headers, ...rest } = options
    const authorization = as === 'nobody' ? {} : { authorization: `Bearer ${as}` }
    return app.inject({ ...rest, headers: { ...authorization, ...headers } })
  }
  const post = (body: unknown, options: InjectOptions & { readonly as?: string } = {}) =>
    send({
      method: 'POST',
      url: '/globalpci/v1/session',
      ...options,
      payload: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...options.headers },
    })
  const get = (sessionGuid: string, as = 'backend') =>
    send({ url: `/globalpci/v1/session/${sessionGuid}`, as })
  const cancel = (sessionGuid: string, options: InjectOptions & { readonly as?: string } = {}) =>
    send({ method: 'POST', url: `/globalpci/v1/session/${sessionGuid}/cancel`, ...options })

  const resend = (
    sessionGuid: string,
    body?: unknown,
    options: InjectOptions & { readonly as?: string } = {},
  ) => {
    const url = `/globalpci/v1/digitalsession/${sessionGuid}/resend`
    return body === undefined ? send({ method: 'POST', url, ...options }) : post(body, { url, ...options })
  }

  /** Opens a session without a call and answers its two GUIDs. */
  async function open(body: object = {}, url = '/globalpci/v1/session') {
    const answer = await post({ agentId: 'agent7', skipCallTransfer: true, paymentData, ...body }, { url })
    if (answer.statusCode !== 200) throw new Error(answer.body)
    return answer.json<{ sessionGuid: Guid; providerSessionGuid: Guid }>()
  }

  return { send, post, get, cancel, resend, open }
}

function countsIn(store: Store) {
  const countRows = store.prepare((db, _: object) =>
    db.selectFrom('payment_session').select((each) => each.fn.countAll<number>().as('rows')),
  )
  const countAnswers = store.prepare((db, _: object) =>
    db.selectFrom('idempotent_request').select((each) => each.fn.countAll<number>().as('rows')),
  )
  return {
    sessions: async () => (await countRows.first(store.reader, {}))?.rows,
    storedAnswers: async () => (await countAnswers.first(store.reader, {}))?.rows,
  }
}

/** A provider that launches at once and remembers what it was asked. */
function createTestProvider(newGuid: () => Guid) {
  const launches: ProviderLaunch[] = []
  const cancelled: Guid[] = []
  const closedViews: Guid[] = []
  const sentLinks: ({ readonly guid: Guid } & Partial<LinkOrder>)[] = []
  const behaviour: {
    launch?: (launch: ProviderLaunch, guid: Guid) => Promise<void> | void
    cancel?: (guid: Guid) => Promise<void> | void
    durable?: Promise<void>
    sendLink?: (guid: Guid, order: Partial<LinkOrder>) => Promise<void> | void
    cancelAfterwards?: Provider['cancelAfterwards']
    closeView?: Provider['closeView']
    findPayment?: Provider['findPayment']
    orderPayment?: Provider['orderPayment']
    findProgress?: Provider['findProgress']
    /** Of a provider in another process. */
    distant?: DistantProvider
  } = {}
  const provider: Provider = {
    distant: () => behaviour.distant,
    async launch(launch) {
      const providerSessionGuid = launch.providerSessionGuid ?? newGuid()
      launches.push(launch)
      await behaviour.launch?.(launch, providerSessionGuid)
      return {
        providerSessionGuid,
        durable: behaviour.durable ?? Promise.resolve(),
        iframeUrl: `http://nam.test/session/${launch.accountId}/view/${providerSessionGuid}/framed`,
        agentAccessToken: 'agent-access-token',
        agentRefreshToken: '0123456789abcdef0123456789abcdef',
        paymentFormUrl: 'http://nam.test/pay/link',
      }
    },
    async cancel(guid) {
      cancelled.push(guid)
      await behaviour.cancel?.(guid)
    },
    cancelAfterwards: async (guid) => (await behaviour.cancelAfterwards?.(guid)) ?? 'nothing',
    async closeView(guid) {
      closedViews.push(guid)
      await behaviour.closeView?.(guid)
    },
    async findPayment(guid) {
      if (behaviour.findPayment) return behaviour.findPayment(guid)
      throw new Problem('not-found', 'This session has no approved payment.')
    },
    async orderPayment(guid, order, by) {
      if (behaviour.orderPayment) return behaviour.orderPayment(guid, order, by)
      throw new Problem('not-found', 'This session has no approved payment.')
    },
    findProgress: async (guids) => (await behaviour.findProgress?.(guids)) ?? new Map(),
    async sendLink(guid, order) {
      sentLinks.push({ guid, ...order })
      await behaviour.sendLink?.(guid, order)
      return { channel: order.channel ?? 'sms', paymentFormUrl: 'http://nam.test/pay/new-link' }
    },
  }
  return { provider, launches, cancelled, closedViews, sentLinks, behaviour }
}

/** The end of an approved payment. */
export function approved(guid: Guid): SessionResult {
  return {
    guid,
    end: 'success',
    outcome: 'approved',
    card: { brand: 'visa', last4: '1111', expiry: '1230' },
    charge: { gatewayReference: 'ref-1', authorisationCode: 'A12345' },
  }
}

/** From now on nothing can be written; the function that it returns says that it can again. */
export function fillDisk(t: TestContext, store: Store): () => void {
  const full = new StoreUnavailable('the disk is full', new Error('database or disk is full'))
  const write = t.mock.method(store, 'write', () => Promise.reject(full))
  return () => write.mock.restore()
}
