import type { Clock } from '../../base/clock.ts'
import { within } from '../../base/within.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'

/** The other nodes of a region, and the way to them. */
export interface CallPeers {
  others(): readonly NodeId[]
  /** Asks one for something, in JSON. It answers what {@link servePeers} registers. */
  ask(node: NodeId): <Answer>(path: string, body: object) => Promise<Answer>
}

/** For a region that one process serves. */
export const noPeers: CallPeers = {
  others: () => [],
  ask: () => () => Promise.reject(new Error('There are no other nodes.')),
}

/** Where nodes ask each other. */
export const peersPath = '/api/v1/nodes'

/** One that does not answer is hardly there any more, and is not waited for longer. */
const answerMilliseconds = 2_000

interface Asking {
  readonly peers: CallPeers
  readonly clock: Clock
}

/** Asks one node. @returns undefined where it does not answer in time. */
export async function askNode<Answer>(
  { peers, clock }: Asking,
  node: NodeId,
  asked: { readonly path: string; readonly body: object; readonly milliseconds?: number },
): Promise<Answer | undefined> {
  const { path, body, milliseconds = answerMilliseconds } = asked
  try {
    return await within(peers.ask(node)<Answer>(`${peersPath}${path}`, body), milliseconds, clock)
  } catch {
    return undefined
  }
}

/** Asks all others at once. @returns the answers of those that answer in time. */
export async function askOthers<Answer>(
  asking: Asking,
  asked: { readonly path: string; readonly body: object; readonly milliseconds?: number },
): Promise<readonly Answer[]> {
  const others = asking.peers.others()
  const answers = await Promise.all(others.map((node) => askNode<Answer>(asking, node, asked)))
  return answers.filter((answer) => answer !== undefined)
}
