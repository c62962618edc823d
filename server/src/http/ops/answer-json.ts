import type { ServerResponse } from 'node:http'
import { currentRequestId } from '../../base/request-scope.ts'
import { requestIdHeader } from '../request-id.ts'

/** Seconds after which whoever asks too early, or a server that is not well, may ask again. */
const retryAfter = '5'

/** Answers what no region answers: a small JSON object. */
export function answerJson(response: ServerResponse, status: number, body: object): void {
  const requestId = currentRequestId()
  response
    .writeHead(status, {
      'content-type': 'application/json; charset=utf-8',
      'cache-control': 'no-store',
      ...(requestId !== undefined && { [requestIdHeader]: requestId }),
      ...(status === 503 && { 'retry-after': retryAfter }),
    })
    .end(JSON.stringify(body))
}
