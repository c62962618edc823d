import type { CallTrouble } from '@tonegate/protocol/telephone'
import type { Static } from 'typebox'
import type { Http } from '../../http/http.ts'
import type { Lines } from '../lines/lines.ts'
import type { LiveCalls } from '../live/live-calls.ts'
import { readKeys } from './read-keys.ts'
import { platformOf } from './require-platform.ts'
import {
  callBody,
  callGuidOf,
  callPath,
  endBody,
  keysBody,
  maxKeys,
  reportedCall,
  troubleBody,
} from './schemas.ts'

/** Where the calls API is. */
export const callsPath = '/calls/v1'

const troubles = {
  'tones-in-audio': 'in-band-tones',
  'audio-lost': 'audio-lost',
  'audio-back': 'audio-back',
} as const satisfies Record<Static<typeof troubleBody>['trouble'], CallTrouble>

interface Parts {
  readonly liveCalls: LiveCalls
  readonly lines: Pick<Lines, 'keys' | 'elsewhere'>
}

/** `PUT`, `GET`, `DELETE /calls/v1/calls/{callGuid}`: which agent is on which call (contract/calls §2). */
export function registerCalls(app: Http, { liveCalls }: Parts): void {
  const path = `${callsPath}/calls/:callGuid`

  app.put(path, { schema: { params: callPath, body: callBody } }, (request) =>
    liveCalls.report(platformOf(request), callGuidOf(request.params), reportedCall(request.body)),
  )

  app.get(path, { schema: { params: callPath } }, (request) =>
    liveCalls.tell(platformOf(request), callGuidOf(request.params)),
  )

  app.delete(path, { schema: { params: callPath, body: endBody } }, async (request, reply) => {
    await liveCalls.end(platformOf(request), callGuidOf(request.params), request.body?.endedBy)
    return reply.code(204).send()
  })
}

/** `POST …/keys` and `…/trouble`: what comes through a secured line (contract/calls §3). */
export function registerLines(app: Http, { liveCalls, lines }: Parts): void {
  app.post(
    `${callsPath}/calls/:callGuid/keys`,
    { schema: { params: callPath, body: keysBody }, config: { holdsSecrets: true } },
    async (request) => {
      const callGuid = callGuidOf(request.params)
      await liveCalls.requireOf(platformOf(request), callGuid)
      const keys = readKeys(request.body.keys, maxKeys)
      return { taken: lines.keys(callGuid, { keys, sequence: request.body.sequence }) }
    },
  )

  app.post(
    `${callsPath}/calls/:callGuid/trouble`,
    { schema: { params: callPath, body: troubleBody } },
    async (request, reply) => {
      const callGuid = callGuidOf(request.params)
      const call = await liveCalls.requireOf(platformOf(request), callGuid)
      await lines.elsewhere.trouble(call, troubles[request.body.trouble])
      return reply.code(204).send()
    },
  )
}
