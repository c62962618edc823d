import type { OpenedSession } from '../program.ts'
import { pollMilliseconds, type Scene } from './scene.ts'
import { isSessionOpen, outcomeOf } from './simulation-state.ts'

/** Reads a session until it has ended and its outcome is known; and the customer's messages meanwhile. */
export function createFollowSession({ data, telephone, program, state, update, isPlayed, wait }: Scene) {
  let outbox: 'there' | 'missing' = 'there'

  const isOnLink = () => {
    const { session, told, scenario } = state()
    return session?.kind === 'digital' || told.view?.entry === 'link' || scenario === 'to-link'
  }

  async function readMessage({ providerSessionGuid }: OpenedSession): Promise<void> {
    if (outbox === 'missing') return
    const message = await telephone.readMessage(providerSessionGuid).catch(() => undefined)
    if (message === 'no-outbox') outbox = 'missing'
    else if (message && message.url !== state().message?.url) update({ message })
  }

  return async (session: OpenedSession, take: number): Promise<void> => {
    for (;;) {
      const status = await program.reads(session.sessionGuid).catch(() => null)
      if (!isPlayed(take) || state().session?.sessionGuid !== session.sessionGuid) return
      if (status) update({ status })
      if (!isSessionOpen(state()) && outcomeOf(status) !== 'unknown') return
      if (isOnLink()) await readMessage(session)
      await wait(pollMilliseconds(data.keyGap))
    }
  }
}
