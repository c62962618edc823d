/** What the load generator is asked to do. */
export interface Load {
  /** A port of 127.0.0.1. */
  readonly port: number
  /** The connections go to these and {@link Load.port} in turn. */
  readonly morePorts?: readonly number[]
  readonly requests: Requests
  /** Each has one request under way at a time; nothing is pipelined. */
  readonly connections: number
  /** When to stop: after so many milliseconds, or after so many answers. */
  readonly until: { readonly milliseconds: number } | { readonly answers: number }
  /**
   * An open loop: so many requests fall due in a second, whether or not those before them have been answered.
   * Without it the loop is closed: a connection sends its next request as soon as it has its answer.
   */
  readonly perSecond?: number
  /** A member of each answer's JSON that is handed back. */
  readonly keep?: string
}

/** Whole HTTP/1.1 requests as they go over the wire, sent in turn; or a chain for each connection. */
export type Requests = readonly string[] | readonly Chain[]

/** The requests of one connection, each of which carries a value that the answer before it gave. */
export interface Chain {
  /** The first request, whole. */
  readonly request: string
  /** What is replaced in it. Every value has its length, so that the `Content-Length` holds. */
  readonly value: string
  /** The member of an answer's JSON that is the next value. */
  readonly member: string
}

/** What the load generator saw. */
export interface LoadResult {
  readonly answers: number
  readonly milliseconds: number
  /**
   * Milliseconds from a request's first byte to its answer's last; in an open loop from the moment at which the
   * request was due, so that waiting for a free connection counts.
   */
  readonly p50: number
  readonly p99: number
  /** Part of the time in which the generator itself was working, 0 to 1. Near 1 it holds the server up. */
  readonly busy: number
  /** What {@link Load.keep} asked for, in the order of the answers. */
  readonly kept: readonly string[]
}

/** Answers a second. */
export const perSecond = ({ answers, milliseconds }: LoadResult): number => (answers * 1000) / milliseconds

/** The text of a request as it goes over the wire. */
export function wireRequest({
  method,
  url,
  headers = {},
  body = '',
}: {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}): string {
  const { host, pathname, search } = new URL(url)
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries({ host, ...headers, ...length }).map(([name, value]) => `${name}: ${value}`)
  return `${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}
