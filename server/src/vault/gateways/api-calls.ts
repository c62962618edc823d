import type { Outgoing } from '../../base/outgoing/outgoing.ts'
import { type AskedAnswer, askGateway } from './ask-gateway.ts'

/** How a vendor's HTTP API is called, and how its answers are read. */
interface VendorApi<Verdict> {
  readonly send: Outgoing
  readonly urlOf: (path: string) => URL
  /** Of each request. */
  readonly headers: Readonly<Record<string, string>>
  /** Of the bodies that are posted. */
  readonly contentType: string
  /** The header by which the vendor knows a request again that it has had. */
  readonly keyHeader: string
  /** Of an answer's body. */
  readonly maxBytes: number
  /**
   * @param request what was posted; `undefined` for a question.
   * @throws {UnclearAnswer} when an answer leaves open what happened.
   */
  readonly verdictOf: (answer: AskedAnswer, request?: ApiPost) => Verdict
}

export interface ApiPost {
  readonly path: string
  readonly body: Buffer
  /** `undefined` where nothing can be done twice: a search. */
  readonly idempotencyKey: string | undefined
  /** Of this request alone. */
  readonly headers?: Readonly<Record<string, string>>
  readonly timeoutMilliseconds?: number
  readonly signal: AbortSignal
}

/** Asked about a payment, and not for one, a vendor is not waited for any longer. */
export const defaultTimeout = 30_000

/** Calls a vendor's HTTP API. @throws {UnclearAnswer} @throws {NotSent} @throws {NoAnswer} each call. */
export function createApiCalls<Verdict>({
  send,
  urlOf,
  headers,
  contentType,
  keyHeader,
  maxBytes,
  verdictOf,
}: VendorApi<Verdict>) {
  return {
    /** @param query of the URL, encoded. */
    async get(path: string, signal: AbortSignal, query = ''): Promise<Verdict> {
      const url = urlOf(path)
      url.search = query
      const timeoutMilliseconds = defaultTimeout
      return verdictOf(
        await askGateway(send, { method: 'GET', url, headers, timeoutMilliseconds, maxBytes, signal }),
      )
    },
    /** The body is overwritten. */
    async post(request: ApiPost): Promise<Verdict> {
      const { path, body, idempotencyKey, timeoutMilliseconds = defaultTimeout, signal } = request
      const answer = await askGateway(send, {
        method: 'POST',
        url: urlOf(path),
        headers: {
          ...headers,
          ...request.headers,
          'content-type': contentType,
          ...(idempotencyKey !== undefined && { [keyHeader]: idempotencyKey }),
        },
        body,
        wipeBody: true,
        timeoutMilliseconds,
        maxBytes,
        signal,
      })
      return verdictOf(answer, request)
    },
  }
}
