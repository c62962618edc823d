import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerJson } from '../http/ops/answer-json.ts'
import type { NodeId } from '../store/nodes/node-id.ts'

/** Which node a request is meant for: another one may have come to listen where that one did. */
export const meantForHeader = 'x-tonegate-node'

/** A node of an older version does not say whom it means. */
export const isMeantFor = ({ headers }: Pick<IncomingMessage, 'headers'>, node: NodeId): boolean =>
  (headers[meantForHeader] ?? node) === node

const header = 'x-tonegate-not-here'

/** Tells another node that a request cannot be answered here, since this one starts or ends: the other has to say so. */
export function answerNotHere(response: ServerResponse): void {
  response.setHeader(header, 'true')
  answerJson(response, 503, { status: 'not here' })
}

/** The other side: {@link answerNotHere}. */
export const saysNotHere = ({ headers }: Pick<IncomingMessage, 'headers'>): boolean =>
  headers[header] !== undefined
