import type { CallEnd, CallTrouble } from '@tonegate/protocol/telephone'
import type { Guid } from '../../base/guid.ts'
import type { Http } from '../../http/http.ts'
import type { CommandStreams } from '../commands/command-streams.ts'
import type { SentCommand } from '../commands/kept-commands.ts'
import type { Line } from '../line-control.ts'
import type { PlatformReads } from '../lines/line-events.ts'
import type { Lines } from '../lines/lines.ts'
import { peersPath } from './call-peers.ts'

type OfCall<More = object> = { Body: { readonly callGuid: Guid } & More }
type OfPlatform<More = object> = { Body: { readonly platformGuid: Guid } & More }

/** What other nodes ask of this one, for whoever has the key of their channel: of its lines, and of platforms' commands. */
export function servePeers(
  app: Http,
  { lines, streams: { here } }: { readonly lines: Lines; readonly streams: CommandStreams },
): void {
  serveLines(app, lines)
  app.post<OfPlatform<SentCommand>>(`${peersPath}/calls/commands/deliver`, async ({ body }) => {
    const { platformGuid, ...sent } = body
    return here.deliver(platformGuid, sent)
  })
  app.post<OfPlatform<{ readonly commandId: Guid }>>(
    `${peersPath}/calls/commands/confirm`,
    async ({ body }) => here.confirm(body.platformGuid, body.commandId),
  )
  app.post<OfPlatform<{ readonly last: Guid | null }>>(
    `${peersPath}/calls/commands/known`,
    async ({ body }) => here.known(body.platformGuid, body.last),
  )
}

function serveLines(app: Http, lines: Lines): void {
  app.post<OfCall>(`${peersPath}/calls/line`, async ({ body }) => {
    const line = lines.sessionOf(body.callGuid)
    return { line: line ? { state: line.state, sessionGuid: line.sessionGuid } : null }
  })
  app.post<{ Body: { readonly line: Line; readonly is: 'as-it-was' | 'not-secured' } }>(
    `${peersPath}/calls/changed`,
    async ({ body }) => {
      await lines.changed(body.line, body.is)
      return {}
    },
  )
  app.post<OfCall<{ readonly by?: CallEnd }>>(`${peersPath}/calls/ended`, async ({ body }) => {
    lines.callEnded(body.callGuid, body.by)
    return {}
  })
  app.post<OfCall<{ readonly trouble: CallTrouble }>>(`${peersPath}/calls/trouble`, async ({ body }) => {
    lines.trouble(body.callGuid, body.trouble)
    return {}
  })
  app.post<OfCall>(`${peersPath}/calls/let-go`, async ({ body }) => {
    await lines.letGo(body.callGuid)
    return {}
  })
  app.post<OfPlatform<{ readonly reads: PlatformReads }>>(`${peersPath}/calls/platform`, async ({ body }) => {
    lines.platformReads(body.platformGuid, body.reads)
    return {}
  })
}
