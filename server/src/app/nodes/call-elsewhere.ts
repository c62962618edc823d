import type { IncomingMessage } from 'node:http'
import { parseGuid } from '../../base/guid.ts'
import type { CallsElsewhere } from '../../calls/api/call-elsewhere.ts'
import type { NodeId } from '../../store/nodes/node-id.ts'

const sandboxCall = /^\/sandbox\/calls\/([^/?]+)/i

/**
 * The other node that is to answer a request about a call, since it has the call's line: of a platform, or to the sandbox's
 * phone, which numbers the keys that it presses.
 */
export const createCallElsewhere =
  (calls: CallsElsewhere) =>
  async (request: Pick<IncomingMessage, 'url' | 'headers'>): Promise<NodeId | undefined> => {
    const named = sandboxCall.exec(request.url ?? '')?.[1]
    if (named === undefined) return calls.ofRequest(request)
    const callGuid = parseGuid(named)
    return callGuid && calls.of(callGuid)
  }
