import type { LoggedRequest } from '@tonegate/protocol/logged-request'

/** The latest requests are kept. */
const maxKept = 500

/** The latest requests of programs, in memory. */
export interface RequestLog {
  note(request: Omit<LoggedRequest, 'times'>): void
  /** The newest first. */
  all(): readonly LoggedRequest[]
  clear(): void
}

export function createRequestLog(): RequestLog {
  let kept: readonly LoggedRequest[] = []
  return {
    note(request) {
      const [last, ...before] = kept
      const times = last && isAgain(last, request) ? last.times + 1 : 1
      kept = [{ ...request, times }, ...(times > 1 ? before : kept)].slice(0, maxKept)
    },
    all: () => kept,
    clear() {
      kept = []
    },
  }
}

const isAgain = (last: LoggedRequest, next: Omit<LoggedRequest, 'times'>): boolean =>
  next.method === 'GET' &&
  last.method === 'GET' &&
  last.path === next.path &&
  last.status === next.status &&
  last.refusal?.code === next.refusal?.code
