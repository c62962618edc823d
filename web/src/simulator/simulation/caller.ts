import type { Tone } from '../telephone.ts'
import { onAnotherCall, overtaken, type Scene } from './scene.ts'
import { requireCall } from './simulation-state.ts'

const maxKeysShown = 24

export type Caller = ReturnType<typeof createCaller>

/** The caller: on the phone or not, and the keys that they press. */
export function createCaller({ telephone, state, update, isPlayed, now, sound }: Scene) {
  let stopWatching = () => {}
  /** The call that is being made: it is there, or gone again, before anything else is played. */
  let calling: Promise<unknown> = Promise.resolve()

  async function makeCall(take: number): Promise<void> {
    const made = await telephone.call(state().agent.agentId)
    if (made === 'on-another-call') throw onAnotherCall
    if (isPlayed(take)) return answer(made.callGuid)
    await telephone.hangUp(made.callGuid)
    throw overtaken
  }

  function answer(callGuid: string): void {
    update({
      call: { callGuid, since: now(), telephone: { call: 'connected', secured: false, said: null } },
    })
    stopWatching = telephone.watch(callGuid, (next) => {
      const { call } = state()
      if (call?.callGuid !== callGuid) return
      const isNews = next.said?.text !== call.telephone.said?.text
      update({ call: { ...call, telephone: next }, ...(isNews && { pressed: '' }) })
    })
  }

  return {
    async calls(take: number): Promise<void> {
      const made = makeCall(take)
      calling = made.catch(() => {})
      await made
    },
    /** @param presses what the telephone sends for the key. */
    async presses(key: Tone, presses: string, gapMilliseconds: number): Promise<void> {
      const callGuid = requireCall(state())
      sound(key)
      const { lastKey, pressed } = state()
      const count = (lastKey?.count ?? 0) + 1
      update({ lastKey: { key, count }, pressed: `${pressed}${key}`.slice(-maxKeysShown) })
      await telephone.press(callGuid, presses, gapMilliseconds)
    },
    hangsUp: () => telephone.hangUp(requireCall(state())),
    isConnected: () => state().call?.telephone.call === 'connected',
    /** Resolves when no call is being made. */
    hasCalled: () => calling,
    /** The call is not looked at any more. */
    ignore: () => stopWatching(),
  }
}
