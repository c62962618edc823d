import type { LoggedRequest } from '@tonegate/protocol/logged-request'

/** The latest requests are kept. */
const maxKept = 500

/** What is kept of each request: written down when somebody looks, since most are never looked at. */
interface NotedRequest extends Omit<LoggedRequest, 'at' | 'times'> {
  /** Milliseconds since the epoch. */
  readonly at: number
}

/** The latest requests of programs, in memory. */
export interface RequestLog {
  note(request: NotedRequest): void
  /** The newest first. */
  all(): readonly LoggedRequest[]
  clear(): void
}

export function createRequestLog(): RequestLog {
  /** The newest last; those that are too many are left out from time to time. */
  let noted: (NotedRequest & Pick<LoggedRequest, 'times'>)[] = []
  const kept = () => noted.slice(-maxKept)
  return {
    note(request) {
      const last = noted.at(-1)
      const times = last && isAgain(last, request) ? last.times + 1 : 1
      if (times > 1) noted.pop()
      noted.push({ ...request, times })
      if (noted.length >= 2 * maxKept) noted = kept()
    },
    all: () =>
      kept()
        .reverse()
        .map((each) => ({ ...each, at: new Date(each.at).toISOString() })),
    clear() {
      noted = []
    },
  }
}

const isAgain = (last: NotedRequest, next: NotedRequest): boolean =>
  next.method === 'GET' &&
  last.method === 'GET' &&
  last.path === next.path &&
  last.status === next.status &&
  last.refusal?.code === next.refusal?.code
