import type { Clock, Stop } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { CallListener, Calls } from '../calls/calls.ts'
import type { OpenSession } from '../vault/model/vault-sessions.ts'
import { promptsOf, promptText } from '../vault/prompts/prompts.ts'

/** A caller who was still typing when the session ended goes on for a moment; nobody shall hear that. */
const silenceBeforeRelease = 5_000

/**
 * Ties a call to a capture session: its tones go to the session and to nobody else, what the session has to say goes
 * to the caller. When the session has ended, the tones are kept from the agent until five seconds have passed
 * without one.
 *
 * @throws {Problem} `no-live-call` when the call has ended.
 */
export async function secureCall({
  calls,
  callGuid,
  session,
  clock,
}: {
  readonly calls: Calls
  readonly callGuid: Guid
  readonly session: OpenSession
  readonly clock: Clock
}): Promise<void> {
  const { flow } = session.launch
  const { language } = flow
  let said = ''
  let stopWaiting: Stop | undefined

  const listener: CallListener = {
    tone(tone, at) {
      if (stopWaiting) releaseAfterSilence()
      else session.press(tone, at)
    },
    trouble: (trouble) => session.callTrouble(trouble),
    hungUp: () => session.callerHungUp(),
  }

  function releaseAfterSilence(): void {
    stopWaiting?.()
    stopWaiting = clock.after(silenceBeforeRelease, () => void calls.release(callGuid, listener))
  }

  await calls.secure(callGuid, listener)
  const stop = session.subscribe((state) => {
    const prompts = promptsOf(state, flow)
    const names = prompts.join(' ')
    if (names !== said && names !== '') {
      void calls.say(callGuid, { text: promptText(prompts, state, flow), language })
    }
    said = names
    if (state.state !== 'ended') return
    stop()
    releaseAfterSilence()
  })
}
