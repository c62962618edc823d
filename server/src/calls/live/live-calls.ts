import type { CallEnd } from '@tonegate/protocol/telephone'
import type { Guid } from '../../base/guid.ts'
import { hasControlCharacters } from '../../base/text/line-breaks.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { FoundLine } from '../lines/line-parts.ts'
import type { HeldCall } from '../lines/lines-elsewhere.ts'
import type { Platform } from '../platforms/platform.ts'
import { forgetSilentCalls } from './forget-silent-calls.ts'
import { lineOf, noSuchCall, type ReportedCall, type ToldCall, toldOf } from './live-call.ts'
import type { LiveCallContext } from './live-call-context.ts'
import { prepareLiveCallRows } from './live-call-rows.ts'
import { reportCall } from './report-call.ts'

export type LiveCalls = ReturnType<typeof createLiveCalls>

/** Which agent is on which call, as platforms tell it (contract/calls §2). What was told is durable when it resolves. */
export function createLiveCalls(parts: Omit<LiveCallContext, 'rows'>) {
  const { store, lines, onCall } = parts
  const rows = prepareLiveCallRows(store)
  const context = { ...parts, rows }
  const silent = forgetSilentCalls(context)

  return {
    /** @throws what {@link reportCall} throws. */
    report: (platform: Platform, guid: Guid, told: ReportedCall): Promise<ToldCall> =>
      onCall(guid, () => reportCall(context, platform, { guid, told })),

    /** @throws {Problem} `not-found` */
    async tell(platform: Platform, guid: Guid): Promise<ToldCall> {
      const row = await rows.find.first(store.reader, { guid })
      if (row?.platform_guid !== platform.guid) throw noSuchCall()
      return toldOf(row, await lines.elsewhere.stateOf(row))
    },

    /** @throws {Problem} `not-found` where a call is not this platform's. */
    async requireOf(platform: Platform, guid: Guid): Promise<HeldCall> {
      const here = lines.sessionOf(guid)
      if (here?.line.platformGuid === platform.guid) {
        return { guid, session_guid: here.sessionGuid, held_by: store.nodeId }
      }
      const row = await rows.find.first(store.reader, { guid })
      if (row?.platform_guid !== platform.guid) throw noSuchCall()
      return row
    },

    /** The call that a platform knows by this name. No call has one with control characters. */
    async named(platform: Platform, reference: string): Promise<Guid | undefined> {
      if (hasControlCharacters(reference)) return undefined
      return (await rows.findNamed.first(store.reader, { platformGuid: platform.guid, reference }))?.guid
    },

    /** Harmless for a call that has ended. @throws {Problem} `not-found` for another platform's. */
    end: (platform: Platform, guid: Guid, by: CallEnd | undefined): Promise<void> =>
      onCall(guid, async () => {
        const row = await rows.find.first(store.reader, { guid })
        if (!row) return
        if (row.platform_guid !== platform.guid) throw noSuchCall()
        const ended = await store.write((tx) => rows.delete.first(tx, { guid }))
        if (ended) await lines.elsewhere.callEnded(ended, by)
      }),

    /** The call that an agent is active on. */
    activeOf: async (accountId: number, agentId: string): Promise<Guid | undefined> =>
      (await rows.activeOf.first(store.reader, { accountId, agentId }))?.guid,

    close: () => silent.close(),
  }
}

/** Reads the line of a call; `undefined` when it has ended. */
export function createFindLine({ store }: Pick<StoreParts, 'store'>) {
  const { find } = prepareLiveCallRows(store)
  return async (guid: Guid): Promise<FoundLine | undefined> => {
    const row = await find.first(store.reader, { guid })
    return row && { line: lineOf(row), heldBy: row.held_by }
  }
}
