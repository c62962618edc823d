import type { Guid } from '../../../base/guid.ts'
import type { TakenMessage } from '../../../store/outbox/message-kind.ts'

/** What a message is about: one that is newer is sent in the place of one that is older. */
export interface Subject {
  /** The tenant, and the origin that is told. */
  readonly receiver: string
  readonly sessionGuid: Guid
  /** The number of the session's item; 0 where it is about the whole. */
  readonly item: number
}

/** One whose newest message is to be sent by this process, unless another has claimed it by then. */
export type HeldSubject = Subject & TakenMessage

/** Subjects that wait for their turn in this process, or have it. @param again one has something to say since. */
export function createSubjectsInHand(again: (subject: Subject) => void) {
  const held = new Set<string>()
  /** Those of them that have something to say since. */
  const haveNews = new Set<string>()

  return {
    isHeld: (subject: Subject): boolean => held.has(keyOf(subject)),
    hold(subject: Subject): HeldSubject {
      held.add(keyOf(subject))
      return { ...subject, heldUntil: Number.POSITIVE_INFINITY }
    },
    /** It has something to say, and is held. */
    news: (subject: Subject): void => void haveNews.add(keyOf(subject)),
    release(subject: Subject): void {
      held.delete(keyOf(subject))
      if (haveNews.delete(keyOf(subject))) again(subject)
    },
  }
}

export type SubjectsInHand = ReturnType<typeof createSubjectsInHand>

const keyOf = ({ sessionGuid, item }: Subject): string => `${sessionGuid} ${item}`
