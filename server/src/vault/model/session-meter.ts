import type { End, Outcome } from '@tonegate/protocol/outcome'
import type { EntryMode, Step } from '@tonegate/protocol/view-state'
import type { Launch } from './launch.ts'

/** How a session gets its card, as it was launched. `unreadable`: its row does not say it any more. */
export type SessionKind = EntryMode | 'kept-card' | 'unreadable'

export const kindOfSession = ({ keptCard, entry }: Pick<Launch, 'keptCard' | 'entry'>): SessionKind =>
  keptCard ? 'kept-card' : entry

/** The fields of a card, by the steps at which they are asked. */
export type FieldStep = Exclude<Step, 'payment-processing'>

/** Counts the vault’s sessions. */
export interface SessionMeter {
  launched(kind: SessionKind): void
  /** How this process has ended one; called when that is durable. */
  ended(kind: SessionKind, end: { readonly end: End; readonly outcome: Outcome }): void
  /** A field was asked for so long, and then the next thing. */
  fieldLeft(field: FieldStep, entry: EntryMode, milliseconds: number): void
}

/** Where an open session is. `waiting`: nobody has opened a page or pressed a key. */
export type SessionStage = 'waiting' | 'capturing' | 'confirming' | 'processing'

/** Open sessions that have these in common. */
export interface OpenSessionCount {
  readonly kind: SessionKind
  readonly stage: SessionStage
  readonly sessions: number
}
