import type { Place } from './addresses.ts'
import { type ApiRequest, type ConnectionOptions, createConnection } from './requests/connection.ts'
import { readAnswer } from './requests/read-answer.ts'
import type { Credentials } from './requests/request-token.ts'
import { isHeaderText } from './requests/send-once.ts'
import { type EventOptions, type SessionEvent, sessionEvents } from './session/session-events.ts'
import { sessionPath } from './session/session-path.ts'
import type {
  CreatedSession,
  LinkTarget,
  ListedSession,
  NewDigitalSession,
  NewSession,
  OperationRequest,
  OrderedOperation,
  Payment,
  ResentLink,
  SessionPage,
  SessionQuery,
  SessionStatus,
} from './session/types.ts'
import { type EndedSession, type WaitOptions, waitForResult } from './session/wait-for-result.ts'

/** Where the server is, what the program signs in with, and how the client behaves. */
export type ClientOptions = Place & Credentials & ConnectionOptions

/** For one request. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds for each try. */
  readonly timeout?: number | undefined
}

/** For one request that is carried out once, however often it arrives. */
export interface KeyedOptions extends RequestOptions {
  /**
   * Default: a random one, which all tries of this call have. Give your own, such as the order’s number, when the program itself
   * may repeat the call, for example after a restart.
   */
  readonly idempotencyKey?: string | undefined
}

/** The Payment API, one function for each of its operations. */
export interface Tonegate {
  /** Opens a session on the agent’s live call. */
  createSession(session: NewSession, options?: KeyedOptions): Promise<CreatedSession>
  /** Opens a session that the customer pays on a page behind a link. */
  createDigitalSession(session: NewDigitalSession, options?: KeyedOptions): Promise<CreatedSession>
  getSession(sessionGuid: string, options?: RequestOptions): Promise<SessionStatus>
  /** Waits until the session has ended. */
  waitForResult(sessionGuid: string, options?: WaitOptions): Promise<EndedSession>
  /** The events of one stream; {@link waitForResult} also continues where a stream breaks. */
  followSession(sessionGuid: string, options?: EventOptions): AsyncGenerator<SessionEvent, void, undefined>
  cancelSession(sessionGuid: string, options?: RequestOptions): Promise<SessionStatus>
  /** One page, the newest first. */
  listSessions(query?: SessionQuery, options?: RequestOptions): Promise<SessionPage>
  /** All of them, a page at a time as they are read. */
  allSessions(query?: SessionQuery, options?: RequestOptions): AsyncGenerator<ListedSession, void, undefined>
  /** Sends the link again. Is tried once: a repeated request would be another message. */
  resendLink(sessionGuid: string, target?: LinkTarget, options?: RequestOptions): Promise<ResentLink>
  getPayment(sessionGuid: string, options?: RequestOptions): Promise<Payment>
  capturePayment(
    sessionGuid: string,
    request?: OperationRequest,
    options?: KeyedOptions,
  ): Promise<OrderedOperation>
  refundPayment(
    sessionGuid: string,
    request?: OperationRequest,
    options?: KeyedOptions,
  ): Promise<OrderedOperation>
  voidPayment(sessionGuid: string, options?: KeyedOptions): Promise<OrderedOperation>
}

/**
 * A client of the Payment API. It gets its access token by itself, keeps it, and renews it in time.
 *
 * @throws {TypeError} for an address that is not usable, or missing credentials.
 *
 * @example
 * ```ts
 * const tonegate = createClient({ baseUrl: 'http://127.0.0.1:8080', clientId, clientSecret })
 * const { sessionGuid } = await tonegate.createSession({ agentId: 'agent12345', paymentData: { Amount: '12.40' } })
 * const { outcome } = await tonegate.waitForResult(sessionGuid)
 * ```
 */
export function createClient(options: ClientOptions): Tonegate {
  const connection = createConnection(options)

  async function send<T>(request: ApiRequest, members: readonly string[]): Promise<T> {
    return readAnswer(await connection.send(request), members, connection.clock.now()) as T
  }
  const get = <T>(path: string, members: readonly string[], { signal, timeout }: RequestOptions = {}) =>
    send<T>({ method: 'GET', path, signal, timeout, repeatable: true }, members)
  const post = async <T>(
    path: string,
    body: object,
    members: readonly string[],
    options: KeyedOptions = {},
  ) => send<T>({ ...posting(path, body, options), ...keyed(options) }, members)

  const getSession: Tonegate['getSession'] = async (sessionGuid, options) =>
    get(sessionPath(sessionGuid), statusMembers, options)
  const listSessions: Tonegate['listSessions'] = (query, options) =>
    get(`/v1/sessions${queryOf(query)}`, [], options)

  return {
    getSession,
    listSessions,
    createSession: (session, options) => post('/v1/session', session, createdMembers, options),
    createDigitalSession: (session, options) => post('/v1/digitalsession', session, createdMembers, options),
    waitForResult: async (sessionGuid, options = {}) => {
      const look = (signal: AbortSignal) => getSession(sessionGuid, { signal })
      return waitForResult({ connection, sessionGuid, getSession: look }, options)
    },
    followSession: (sessionGuid, options = {}) => sessionEvents(connection, sessionGuid, options),
    cancelSession: async (sessionGuid, options = {}) =>
      send(
        { ...posting(`${sessionPath(sessionGuid)}/cancel`, undefined, options), repeatable: true },
        statusMembers,
      ),
    async *allSessions(query = {}, options) {
      for (let cursor = query.cursor; ; ) {
        const page = await listSessions({ ...query, cursor }, options)
        yield* page.sessions
        if (page.nextCursor === undefined) return
        cursor = page.nextCursor
      }
    },
    resendLink: async (sessionGuid, target = {}, options = {}) =>
      send(
        {
          ...posting(`${sessionPath(sessionGuid, 'digitalsession')}/resend`, target, options),
          repeatable: false,
        },
        ['channel'],
      ),
    getPayment: async (sessionGuid, options) =>
      get(`${sessionPath(sessionGuid)}/payment`, ['status'], options),
    capturePayment: async (sessionGuid, request = {}, options) =>
      post(`${sessionPath(sessionGuid)}/capture`, request, [], options),
    refundPayment: async (sessionGuid, request = {}, options) =>
      post(`${sessionPath(sessionGuid)}/refund`, request, [], options),
    voidPayment: async (sessionGuid, options) => post(`${sessionPath(sessionGuid)}/void`, {}, [], options),
  }
}

const createdMembers = ['sessionGuid', 'iframeUrl', 'agentAccessToken', 'agentRefreshToken']
const statusMembers = ['sessionGuid', 'sessionState']

const posting = (path: string, body: object | undefined, { signal, timeout }: RequestOptions) => ({
  method: 'POST' as const,
  path,
  signal,
  timeout,
  ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
})

/** @throws {TypeError} for a key that a header cannot carry. */
function keyed({ idempotencyKey = crypto.randomUUID() }: KeyedOptions) {
  if (!isHeaderText(idempotencyKey)) throw new TypeError('idempotencyKey must be text of ASCII characters.')
  return {
    repeatable: true,
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
  }
}

function queryOf(query: SessionQuery = {}): string {
  const parameters = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : String(value)])
  return parameters.length === 0 ? '' : `?${new URLSearchParams(parameters)}`
}
