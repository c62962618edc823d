/** What the load generator is asked to do. */
export interface Load {
  /** A port of 127.0.0.1. */
  readonly port: number
  /** Whole HTTP/1.1 requests as they go over the wire, sent in turn. */
  readonly requests: readonly string[]
  /** Each has one request under way at a time; nothing is pipelined. */
  readonly connections: number
  /** When to stop: after so many milliseconds, or after so many answers. */
  readonly until: { readonly milliseconds: number } | { readonly answers: number }
}

/** What the load generator saw. */
export interface LoadResult {
  readonly answers: number
  readonly milliseconds: number
  /** Milliseconds from a request's first byte to its answer's last. */
  readonly p50: number
  readonly p99: number
  /** Part of the time in which the generator itself was working, 0 to 1. Near 1 it holds the server up. */
  readonly busy: number
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
  readonly method: 'GET' | 'POST'
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}): string {
  const { host, pathname, search } = new URL(url)
  const length = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries({ host, ...headers, ...length }).map(([name, value]) => `${name}: ${value}`)
  return `${method} ${pathname}${search} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n${body}`
}
