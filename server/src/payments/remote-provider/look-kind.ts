import type { Guid } from '../../base/guid.ts'
import type { MessageKind, MessageRows, TakenMessage, Verdict } from '../../store/outbox/message-kind.ts'
import type { StoreParts } from '../../store/parts.ts'
import type { RemoteSessionTable } from '../../store/tables.ts'
import type { FollowOnce } from './follow-once.ts'
import type { RemoteSessionRows } from './remote-session-rows.ts'

/** A session whose provider is asked what became of it. */
interface Followed extends TakenMessage {
  readonly row: RemoteSessionTable
}

/** When it is looked at again, null for never; `undefined` when the process closes before it is known. */
type Looked = number | null | undefined

/** To one provider at a time, however slow it is: what has expired there is found in its turn. */
const leastRunning = 8
/** Nearly always; one that takes longer may be looked at by another node as well. */
const attemptMilliseconds = 20_000
const closingMilliseconds = 2_000

type LookParts = Pick<StoreParts, 'store' | 'clock' | 'log'> & { readonly rows: RemoteSessionRows }

/** Looks at sessions, as a kind of message: each configuration is a receiver. */
export function createLookKind({
  followOnce,
  ...parts
}: LookParts & { readonly followOnce: FollowOnce }): MessageKind<Followed, Looked> {
  const { log } = parts
  return {
    rows: createFollowedRows(parts),
    attemptMilliseconds,
    closingMilliseconds,
    leastRunning,
    isOver: () => false,
    send: ({ row }, signal) => Promise.race([followOnce(row), closed(signal)]),
    verdict: (_, next, now): Verdict => {
      if (next === undefined) return { is: 'not sent' }
      return next === null ? { is: 'done' } : { is: 'again', pause: next - now, until: next, isGood: true }
    },
    failed: (error) => log.error({ err: error }, 'the state of a session could not be checked'),
    notRead: (error) => log.error({ err: error }, 'the sessions that are to be checked could not be read'),
  }
}

const closed = (signal: AbortSignal) =>
  new Promise<undefined>((resolve) => signal.addEventListener('abort', () => resolve(undefined)))

function createFollowedRows({ store, clock, rows }: LookParts): MessageRows<Followed, Looked> {
  const lookAt = async (followed: readonly Followed[], at: number | null): Promise<void> => {
    await store.write(async (tx) => {
      for (const { row, heldUntil } of followed) {
        await rows.lookAgain.run(tx, { guid: row.provider_session_guid as Guid, heldUntil, at })
      }
    })
  }
  return {
    async takeBack(now) {
      if (await rows.heldByNobody.first(store.reader, {}))
        await store.write((tx) => rows.takeBack.run(tx, { now }))
    },
    async nextReceiver(after) {
      const [accountId = -1, configurationId = -1] = after?.split('/').map(Number) ?? []
      const found = await rows.nextToLookAt.first(store.reader, { accountId, configurationId })
      if (!found || found.next_look_at === null) return
      return { receiver: `${found.account_id}/${found.configuration_id}`, dueAt: found.next_look_at }
    },
    async due(receiver, { now, heldUntil, max }) {
      const [accountId = 0, configurationId = 0] = receiver.split('/').map(Number)
      const claim = { accountId, configurationId, now, heldUntil, node: store.nodeId, most: max }
      const held = await store.write((tx) => rows.hold.all(tx, claim))
      return { items: held.map((row) => ({ row, heldUntil })), mayBeMore: held.length === max }
    },
    done: (followed) => lookAt([followed], null),
    again: (followed, _, at) => lookAt([followed], at),
    givenUp: (followed) => lookAt([followed], null),
    giveBack: (followed) => lookAt(followed, clock.now()),
    leaveAlone: (followed, until) => lookAt([followed], until),
  }
}
