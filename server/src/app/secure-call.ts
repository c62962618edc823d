import type { Clock, Stop } from '../base/clock.ts'
import type { Guid } from '../base/guid.ts'
import type { CallListener, Calls, LeftCall } from '../calls/calls.ts'
import type { OpenSession } from '../vault/model/vault-sessions.ts'
import { promptName, promptsOf, promptText } from '../vault/prompts/prompts.ts'

/** A caller who was still typing when the session ended goes on for a moment; nobody shall hear that. */
const silenceBeforeRelease = 5_000

/**
 * Ties a call to a session: its tones go to the session and to nobody else, what the session has to say goes to the caller.
 * When the session has ended, the tones are kept from the agent until five seconds have passed without one.
 *
 * @param agentId whose call it has to be still; left out where it is written down that it is the session's.
 * @param by `secure` for a session that is being opened, `takeUp` for one that another node had, or the process before this one.
 * @throws {Problem} `no-live-call` when the call has ended or is another agent's by now; `secure` also `telephone-unavailable`.
 */
export async function secureCall({
  calls,
  callGuid,
  agentId,
  session,
  clock,
  by = 'secure',
}: {
  readonly calls: Pick<Calls, 'secure' | 'takeUp' | 'say' | 'release'>
  readonly callGuid: Guid
  readonly agentId?: string
  readonly session: OpenSession
  readonly clock: Clock
  readonly by?: 'secure' | 'takeUp'
}): Promise<void> {
  const { recording } = session.launch.flow
  const { listener, ended } = listenerOf({ calls, callGuid, clock }, session)
  const securing = { sessionGuid: session.guid, agentId, recording, listener }
  if (by === 'secure') await calls.secure(callGuid, securing)
  else await calls.takeUp(callGuid, { ...securing, from: 'any-node' })
  sayPrompts({ calls, callGuid, session }, ended)
}

/** Releases a call whose session has ended, and that no node has: in time, and as one whose session ends here. */
export async function releaseCall({
  calls,
  left,
  clock,
}: {
  readonly calls: Pick<Calls, 'takeUp' | 'release'>
  readonly left: LeftCall
  readonly clock: Clock
}): Promise<void> {
  const { callGuid, sessionGuid, recording } = left
  const { listener, ended } = listenerOf({ calls, callGuid, clock })
  await calls.takeUp(callGuid, { sessionGuid, recording, listener, from: 'no-node' })
  ended()
}

/** Hears a call for its session, until that has ended; then, until the line can be released. */
function listenerOf(
  {
    calls,
    callGuid,
    clock,
  }: { readonly calls: Pick<Calls, 'release'>; readonly callGuid: Guid; readonly clock: Clock },
  session?: OpenSession,
): { readonly listener: CallListener; readonly ended: () => void } {
  let stopWaiting: Stop | undefined

  function releaseAfterSilence(): void {
    stopWaiting?.()
    stopWaiting = clock.after(silenceBeforeRelease, () => void calls.release(callGuid, listener))
  }

  const listener: CallListener = {
    tone(tone, at) {
      if (stopWaiting) releaseAfterSilence()
      else session?.press(tone, at)
    },
    trouble: (trouble) => session?.callTrouble(trouble),
    hungUp: (by) => session?.callEnded(by),
  }
  return { listener, ended: releaseAfterSilence }
}

/** Says to the caller what comes next, once each time. */
function sayPrompts(
  {
    calls,
    callGuid,
    session,
  }: { readonly calls: Pick<Calls, 'say'>; readonly callGuid: Guid; readonly session: OpenSession },
  ended: () => void,
): void {
  const { flow } = session.launch
  let said = ''
  const stop = session.subscribe((state) => {
    const prompts = promptsOf(state, flow)
    const key = promptName(prompts, state)
    if (key !== said && key !== '') {
      void calls.say(callGuid, { text: promptText(prompts, state, flow), language: flow.language, key })
    }
    said = key
    if (state.state !== 'ended') return
    stop()
    ended()
  })
}
