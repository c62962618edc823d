import type { Guid } from '../../base/guid.ts'
import type { CallListener, Securing } from '../calls.ts'
import type { Line } from '../line-control.ts'
import type { Trying } from './keep-trying.ts'

/** A line that is secured for a session, or about to be, in this process. */
export interface SecuredLine {
  readonly sessionGuid: Guid
  readonly recording: Securing['recording']
  readonly listener: CallListener
  /** As its platform finds it; its media may change in mid-call. */
  line: Line
  /**
   * `securing`: it was asked for · `secured`: confirmed, its keys are taken · `lost`: it is not certain any more, and asked
   * for again · `ended`: it is being given back.
   */
  state: 'securing' | 'secured' | 'lost' | 'ended'
  /** What was being secured was lost before that was confirmed: by a restart, or media that went elsewhere. */
  lostMeanwhile: boolean
  /** The number of the next key, counted since it was secured. */
  nextKey: number
  /** When it was secured, or a key came. Milliseconds since the epoch. */
  heardAt: number
  /** What is tried again and again: to secure it, or to give it back. */
  trying: Trying
}
