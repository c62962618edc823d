import type { CallTrouble } from '@tonegate/protocol/telephone'
import type { Guid } from '../../base/guid.ts'
import { createOneAtATime } from '../../base/one-at-a-time.ts'
import type { CallListener, LeftCall, Securing, TakingUp } from '../calls.ts'
import type { Said } from '../line-control.ts'
import { letGo } from './let-go.ts'
import { createLineContext } from './line-context.ts'
import { createLineEvents } from './line-events.ts'
import type { LineParts } from './line-parts.ts'
import { createLinesElsewhere } from './lines-elsewhere.ts'
import { secure, takeUp } from './secure.ts'
import type { SecuredLine } from './secured-line.ts'
import { type SentKeys, takeKeys } from './take-keys.ts'
import { watchHolders } from './watch-holders.ts'
import { watchPlatforms } from './watch-platforms.ts'
import { watchSilence } from './watch-silence.ts'

export type Lines = ReturnType<typeof createLines>

/**
 * The lines that are secured, each for one session. That a line is to be secured is durable before its platform is asked, and
 * by which node, so that whatever happens to this process, another secures it again or gives it back: no call stays without
 * its keys.
 */
export function createLines(parts: LineParts) {
  const context = createLineContext(parts)
  const { store, clock, newGuid, log, control, rows, secured, findHeld, giveBack } = context
  const onLine = createOneAtATime()
  const here = createLineEvents(context)
  const stopWatching = [
    watchSilence(context),
    watchHolders(context, ({ line }) => here.callEnded(line.callGuid, undefined)),
    watchPlatforms(context, here.events.lineLost),
  ]

  return {
    ...here,
    elsewhere: createLinesElsewhere(context, here),

    secure: (callGuid: Guid, securing: Securing) =>
      onLine(callGuid, () => secure(context, callGuid, securing)),

    takeUp: (callGuid: Guid, taking: TakingUp) => onLine(callGuid, () => takeUp(context, callGuid, taking)),

    /** Lets go of a line that another node has taken. */
    letGo: (callGuid: Guid): Promise<void> => letGo(context, callGuid),

    /** Those that are secured, or to be released, by no node that is there. */
    left: async (): Promise<readonly LeftCall[]> =>
      (await rows.left.all(store.reader, {})).flatMap((row) => (secured.has(row.guid) ? [] : leftIn(row))),

    /** That which is secured for a session, by whichever node. */
    leftOf: async (sessionGuid: Guid): Promise<LeftCall | undefined> => {
      const row = await rows.leftOf.first(store.reader, { sessionGuid })
      return row && leftIn(row)[0]
    },

    /** @throws {Problem} `call-not-secured` */
    keys: (callGuid: Guid, sent: SentKeys): number => takeKeys(secured.get(callGuid), sent, clock.now()),

    trouble: (callGuid: Guid, trouble: CallTrouble): void => findHeld(callGuid)?.listener.trouble(trouble),

    /** The session that a line is secured for here, or was. */
    sessionOf: (callGuid: Guid): Pick<SecuredLine, 'sessionGuid' | 'state' | 'line'> | undefined =>
      secured.get(callGuid),

    /** The states of the lines that are secured here, or are being given back. */
    states: (): readonly SecuredLine['state'][] => [...secured.values()].map(({ state }) => state),

    async say(callGuid: Guid, said: Said): Promise<void> {
      const held = findHeld(callGuid)
      if (!held) return
      const { line, sessionGuid } = held
      await control.say(line, { commandId: newGuid(), sessionGuid, said }).catch((error: unknown) => {
        const about = { err: error, call: callGuid, capture: sessionGuid }
        log.warn(about, 'the caller could not be told what to do')
      })
    },

    release(callGuid: Guid, listener: CallListener): void {
      const held = findHeld(callGuid)
      if (held?.listener === listener) giveBack(held)
    },

    close(): void {
      for (const stop of stopWatching) stop()
      for (const { trying } of secured.values()) trying.stop()
      secured.clear()
    },
  }
}

const leftIn = ({
  guid,
  session_guid,
  recording,
}: {
  readonly guid: Guid
  readonly session_guid: Guid | null
  readonly recording: Securing['recording']
}): readonly LeftCall[] => (session_guid ? [{ callGuid: guid, sessionGuid: session_guid, recording }] : [])
