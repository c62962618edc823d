import type { DeliveryMeter } from './delivery-meter.ts'

/** A message that this process has taken on. */
export interface TakenMessage {
  /** Nobody else sends it before; `Infinity` where it is claimed when it is sent. */
  readonly heldUntil: number
}

/**
 * One kind of message: where its messages wait, how one is sent, and what becomes of it. Whatever writes is durable when it
 * resolves. Times are milliseconds since the epoch, pauses milliseconds.
 */
export interface MessageKind<Message extends TakenMessage, Attempt> {
  readonly rows: MessageRows<Message, Attempt>
  readonly meter?: DeliveryMeter | undefined
  /** How long an attempt takes at most. */
  readonly attemptMilliseconds: number
  /** How long attempts may go on while the process closes; what is under way then is broken off. */
  readonly closingMilliseconds: number
  /** How many attempts may be under way for a receiver however slow it is; without it two. */
  readonly leastRunning?: number
  /** @param signal the process closes, and waits no longer. */
  send(message: Message, signal: AbortSignal): Promise<Attempt>
  /** It is not sent any more, though it was taken. */
  isOver(message: Message, now: number): boolean
  /** What an attempt comes to. */
  verdict(message: Message, attempt: Attempt, now: number): Verdict
  /** This process has nothing more to do with these messages. */
  released?(messages: readonly Message[]): void
  /** They could not be sent, or what became of them could not be written. */
  failed(error: unknown, messages: readonly Message[]): void
  /** What is due could not be read. */
  notRead(error: unknown): void
}

/**
 * The table in which messages wait for their receivers. Where several processes share it, {@link MessageRows.due} takes
 * messages by their rows, and every other change is one of a row that is still held.
 */
export interface MessageRows<Message, Attempt> {
  /** What nodes held that are not there any more is due at once. Absent where the hold alone says so. */
  takeBack?(now: number): Promise<void>
  /** The next receiver, in any order that stays, for whom something waits, and since when. @param after `undefined`: the first. */
  nextReceiver(
    after: string | undefined,
  ): Promise<{ readonly receiver: string; readonly dueAt: number } | undefined>
  /** Takes what is due for a receiver, the oldest first. */
  due(receiver: string, wanted: Wanted): Promise<Due<Message>>
  done(message: Message, attempt: Attempt, now: number): Promise<void>
  again(message: Message, attempt: Attempt, at: number): Promise<void>
  /** @param attempt `undefined` when it was over before it was sent. */
  givenUp(message: Message, attempt: Attempt | undefined, now: number): Promise<void>
  /** They were not sent, and are due at once. */
  giveBack(messages: readonly Message[], now: number): Promise<void>
  /** It was not sent: its receiver wants to hear nothing before. */
  leaveAlone(message: Message, until: number): Promise<void>
}

interface Wanted {
  readonly now: number
  readonly heldUntil: number
  readonly max: number
  /** So many of the receiver's messages are in this process already. */
  readonly inHand: number
}

interface Due<Message> {
  readonly items: readonly Message[]
  readonly mayBeMore: boolean
}

/** What an attempt comes to. */
export type Verdict =
  | { readonly is: 'done' }
  /** For how long the receiver wants to be left alone, where it says so. */
  | { readonly is: 'given up'; readonly retryAfter?: number | undefined }
  /** After the longer one of two pauses, and at the latest when its time is over. */
  | {
      readonly is: 'again'
      readonly pause: number
      readonly retryAfter?: number | undefined
      readonly until: number
      /** Its receiver has done what was asked of it all the same. */
      readonly isGood?: boolean
    }
  | { readonly is: 'not sent' }
