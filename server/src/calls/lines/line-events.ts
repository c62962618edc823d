import type { CallEnd, Tone } from '@tonegate/protocol/telephone'
import type { Guid } from '../../base/guid.ts'
import type { Line, LineEvents } from '../line-control.ts'
import type { LineContext } from './line-context.ts'

/** Whether whoever reads a platform's commands goes on where one stopped. */
export type PlatformReads = 'again' | 'anew'

/** What happens to lines by itself, told to the sessions that they are secured for. */
export function createLineEvents({ clock, control, secured, findHeld, secureAgain }: LineContext) {
  function lineLost(callGuid: Guid): void {
    const line = findHeld(callGuid)
    if (line?.state === 'securing') line.lostMeanwhile = true
    else if (line) secureAgain(line)
  }

  function loseAll(platformGuid: Guid): void {
    for (const { line, state, trying } of secured.values()) {
      if (line.platformGuid !== platformGuid) continue
      if (state === 'ended') trying.hurry()
      else lineLost(line.callGuid)
    }
  }

  const events: LineEvents = {
    key(callGuid, tone, at) {
      const line = secured.get(callGuid)
      if (line?.state !== 'secured') return
      line.heardAt = clock.now()
      line.listener.tone(tone, at)
    },
    keysLost: (callGuid) => findHeld(callGuid)?.listener.trouble('keys-lost'),
    tonesHeard: (callGuid) => findHeld(callGuid)?.listener.trouble('in-band-tones'),
    lineLost,
    platformBack(platformGuid) {
      for (const { line, trying } of secured.values()) if (line.platformGuid === platformGuid) trying.hurry()
    },
  }

  return {
    events,

    /**
     * A call was told again: its media may be elsewhere, or its platform knows no more that its line is secured. What could
     * not be done before may be possible now.
     */
    async changed(line: Line, is: 'as-it-was' | 'not-secured'): Promise<void> {
      const known = secured.get(line.callGuid)
      if (!known) return
      const moved = JSON.stringify(known.line.media) !== JSON.stringify(line.media)
      known.line = line
      if (known.state === 'ended') known.trying.hurry()
      else if (moved || is === 'not-secured') lineLost(line.callGuid)
      else if (known.state === 'secured') control.lookAgain?.(line)
      else known.trying.hurry()
    },

    /**
     * A platform reads its commands again. Where it begins anew it has lost what it knew: each of its lines is secured again,
     * or given back at once.
     */
    platformReads(platformGuid: Guid, reads: PlatformReads): void {
      if (reads === 'again') events.platformBack(platformGuid)
      else loseAll(platformGuid)
    },

    /**
     * A digit that came by SIP INFO. While a line is secured again, it is not passed on either: the field is asked again.
     *
     * @param tone reads it, where a session listens.
     * @param fromTag whose it is, where that is known; of the agent's own it is false.
     * @returns whether it was taken.
     */
    infoDigit(callGuid: Guid, tone: () => Tone, fromTag: string | undefined): boolean {
      const line = findHeld(callGuid)
      if (!line || line.state === 'securing') return false
      const caller = line.line.media?.rtpengine.fromTag
      if (caller !== undefined && fromTag !== undefined && fromTag !== caller) return false
      const pressed = tone()
      if (line.state === 'secured') events.key(callGuid, pressed, clock.now())
      else line.listener.trouble('keys-lost')
      return true
    },

    /** The call has ended: there is nothing to give back. */
    callEnded(callGuid: Guid, by: CallEnd | undefined): void {
      const line = secured.get(callGuid)
      if (!line) return
      secured.delete(callGuid)
      line.trying.stop()
      const wasHeld = line.state !== 'ended'
      line.state = 'ended'
      if (wasHeld) line.listener.hungUp(by)
    },
  }
}
