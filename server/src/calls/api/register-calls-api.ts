import type { Parts } from '../../base/parts.ts'
import type { Http } from '../../http/http.ts'
import { inScope } from '../../http/in-scope.ts'
import type { CommandStreams } from '../commands/command-streams.ts'
import type { Lines } from '../lines/lines.ts'
import type { LiveCalls } from '../live/live-calls.ts'
import type { Platforms } from '../platforms/platforms.ts'
import { registerByReference } from './by-reference.ts'
import { registerCalls, registerLines } from './calls-api.ts'
import { registerCommandStream } from './command-stream.ts'
import { registerInfoDigits } from './info-digits.ts'
import { createIsAllowed, createRequirePlatform } from './require-platform.ts'

/** `/calls/v1`: what telephone platforms tell, and what they are told (contract/calls). */
export function registerCallsApi(
  app: Http,
  parts: Pick<Parts, 'clock' | 'newGuid'> & {
    readonly platforms: Platforms
    readonly liveCalls: LiveCalls
    readonly lines: Lines
    readonly streams: CommandStreams
  },
): void {
  inScope(app, (calls) => {
    calls.decorateRequest('platform', null)
    calls.addHook('onRequest', createRequirePlatform(parts.platforms))
    registerByReference(calls, parts)
    registerInfoDigits(calls, parts)
    registerCalls(calls, parts)
    registerLines(calls, parts)
    registerCommandStream(calls, {
      ...parts,
      platformReads: parts.lines.elsewhere.platformReads,
      isAllowed: createIsAllowed(parts.platforms),
    })
  })
}
