import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerJson } from '../http/ops/answer-json.ts'
import type { NodeId } from '../store/nodes/node-id.ts'

/** Which node a request is meant for: another one may have come to listen where that one did. */
export const meantForHeader = 'x-tonegate-node'

/** A node of an older version does not say whom it means. */
export const isMeantFor = ({ headers }: Pick<IncomingMessage, 'headers'>, node: NodeId): boolean =>
  (headers[meantForHeader] ?? node) === node

const header = 'x-tonegate-not-here'

/**
 * Tells another node that a request cannot be answered here: the other has to say so.
 *
 * @param why this one starts or ends, or it is another one than was meant.
 */
export function answerNotHere(
  response: ServerResponse,
  why: 'not ready' | 'another node' = 'not ready',
): void {
  response.setHeader(header, why)
  answerJson(response, 503, { status: 'not here' })
}

/** The other side: {@link answerNotHere}. */
export const saysNotHere = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers[header] !== undefined

export const isOfAnother = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers[header] === 'another node'
