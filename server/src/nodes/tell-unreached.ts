import type { Clock } from '../base/clock.ts'
import type { Log } from '../base/log.ts'
import { reasonOf } from '../base/outgoing/no-answer-reasons.ts'
import type { NodeId } from '../store/nodes/node-id.ts'

const againMilliseconds = 60_000
/** Nodes come and go; of those that are gone nothing more is told. */
const maxTold = 100

/** Tells the operator why another server did not answer: of each once a minute. */
export function createTellUnreached({
  clock,
  log,
}: {
  readonly clock: Pick<Clock, 'elapsed'>
  readonly log: Pick<Log, 'warn'>
}): (other: { readonly node: NodeId; readonly url: string }, reason: string) => void {
  const toldAt = new Map<NodeId, number>()
  return ({ node, url }, reason) => {
    const now = clock.elapsed()
    if (now - (toldAt.get(node) ?? Number.NEGATIVE_INFINITY) < againMilliseconds) return
    if (toldAt.size >= maxTold) toldAt.clear()
    toldAt.set(node, now)
    log.warn({ url, reason }, 'a request could not be passed on to another server')
  }
}

/** Why a request to another node has failed, in words that name none of it. */
export function reasonUnreached({ code }: NodeJS.ErrnoException): string {
  if (code?.startsWith('ERR_SSL')) return 'it has another TONEGATE_NODE_KEY, or another sealing key'
  return reasonOf('connection-lost', code, 'asked')
}

export const anotherIsThere = 'another server listens there: each one needs a TONEGATE_NODE_URL of its own'
