import type { CallTrouble } from '@tonegate/protocol/telephone'
import type { Guid } from '../../base/guid.ts'
import { createOneAtATime } from '../../base/one-at-a-time.ts'
import type { CallListener, LeftCall, Securing } from '../calls.ts'
import type { Said } from '../line-control.ts'
import { notTrying } from './keep-trying.ts'
import { createLineContext } from './line-context.ts'
import { createLineEvents } from './line-events.ts'
import type { LineParts } from './line-parts.ts'
import { secure, takeUp } from './secure.ts'
import type { SecuredLine } from './secured-line.ts'
import { type SentKeys, takeKeys } from './take-keys.ts'
import { watchPlatforms } from './watch-platforms.ts'
import { watchSilence } from './watch-silence.ts'

export type Lines = ReturnType<typeof createLines>

/**
 * The lines that are secured, each for one session. That a line is to be secured is durable before its platform is asked, so
 * that whatever happens to this process, the next one secures it again or gives it back: no call stays without its keys.
 */
export function createLines(parts: LineParts) {
  const context = createLineContext(parts)
  const { store, clock, newGuid, log, control, find, rows, secured, findHeld, giveBack } = context
  const onLine = createOneAtATime()
  const events = createLineEvents(context)
  const stopWatching = [watchSilence(context, parts.isOpen), watchPlatforms(context, events.events.lineLost)]

  return {
    ...events,

    secure: (callGuid: Guid, securing: Securing) =>
      onLine(callGuid, () => secure(context, callGuid, securing)),

    takeUp: (callGuid: Guid, securing: Securing) =>
      onLine(callGuid, () => takeUp(context, callGuid, securing)),

    /** What the process before this one left secured. */
    left: async (): Promise<readonly LeftCall[]> =>
      (await rows.left.all(store.reader, {})).flatMap(({ guid, session_guid, recording }) =>
        session_guid ? [{ callGuid: guid, sessionGuid: session_guid, recording }] : [],
      ),

    /** Gives such a line back. */
    async giveBackLeft(left: LeftCall): Promise<void> {
      const line = await find(left.callGuid)
      if (!line) return
      const ended: SecuredLine = { ...left, line, ...givenBack(clock.now()) }
      secured.set(left.callGuid, ended)
      giveBack(ended)
    },

    /** @throws {Problem} `call-not-secured` */
    keys: (callGuid: Guid, sent: SentKeys): number => takeKeys(secured.get(callGuid), sent, clock.now()),

    trouble: (callGuid: Guid, trouble: CallTrouble): void => findHeld(callGuid)?.listener.trouble(trouble),

    /** The session that a line is secured for, or was. */
    sessionOf: (callGuid: Guid): Pick<SecuredLine, 'sessionGuid' | 'state' | 'line'> | undefined =>
      secured.get(callGuid),

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

const nobody: CallListener = { tone() {}, trouble() {}, hungUp() {} }

const givenBack = (now: number) =>
  ({
    listener: nobody,
    state: 'ended',
    lostMeanwhile: false,
    nextKey: 0,
    heardAt: now,
    trying: notTrying,
  }) as const
