import type { Language } from '@tonegate/protocol/languages'
import type { Tone } from '@tonegate/protocol/telephone'
import type { Guid } from '../base/guid.ts'

/** The line of one call, as its platform finds it. */
export interface Line {
  readonly callGuid: Guid
  readonly platformGuid: Guid
  /** What the platform itself calls it; null where it has no name of its own. */
  readonly reference: string | null
  /** Where its media is, for platforms that are steered at the media (contract/calls §6). */
  readonly media: Media | null
}

/** Where a call's media is (contract/calls §6). */
export interface Media {
  readonly rtpengine: {
    /** The SIP Call-ID. */
    readonly callId: string
    /** The caller's tag: keys of another one never enter a field. */
    readonly fromTag: string
    /** Whether the caller's keys come as RFC 4733 events; without it they are tones in the audio. */
    readonly telephoneEvent: boolean
  }
}

/** What is asked of a line. */
export interface LineOrder {
  /** The same when it is asked for again. */
  readonly commandId: Guid
  /** The vault's session that it is for. */
  readonly sessionGuid: Guid
}

/** Something that the caller alone hears. `key` names the text, for platforms that have audio of their own. */
export interface Said {
  readonly text: string
  readonly language: Language
  /** A prompt's name, or several with a space between. */
  readonly key: string
}

/** What was not done, or is not known to have been. */
export class LineFault extends Error {
  /** @param message what is wrong, in words that an operator can act upon; never a digit. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'LineFault'
  }
}

/** What Tonegate has a platform do with a line. Each may be asked for again: doing it twice is doing it once. */
export interface LineControl {
  /**
   * Resolves when the caller's keys reach nobody but {@link LineEvents}, or `POST …/keys`.
   *
   * @throws {LineFault} when that is not confirmed within two seconds; it may be so all the same.
   */
  secure(line: Line, order: LineOrder): Promise<void>
  /** Resolves when the line is as before. @throws {LineFault} */
  release(line: Line, order: LineOrder): Promise<void>
  /** Says something to the caller alone, in place of what was being said. @throws {LineFault} */
  say(line: Line, order: LineOrder & { readonly said: Said }): Promise<void>
  /**
   * A secured line was told again as it was: what steers media looks whether it is still where it was secured. Absent where
   * the platform itself knows that.
   */
  lookAgain?(line: Line): void
  /** Another node steers a line from now on: what is in memory of it is dropped, and nothing is asked. */
  forget?(line: Line): void
  /** @throws {LineFault} */
  pauseRecording(line: Line, order: LineOrder): Promise<void>
  /** @throws {LineFault} */
  resumeRecording(line: Line, order: LineOrder): Promise<void>
}

/** What a platform tells of its lines by itself. */
export interface LineEvents {
  /** A key of the caller's, in its order. @param at when it was pressed, in milliseconds since the epoch. */
  key(callGuid: Guid, tone: Tone, at: number): void
  /** Keys were pressed that are not told, or that others may have heard: the field is asked for again. */
  keysLost(callGuid: Guid): void
  /** It is not certain any more that the line is secured: from now on no key is told until it is secured again. */
  lineLost(callGuid: Guid): void
  /** Others hear the keys, and cannot be kept from it. */
  tonesHeard(callGuid: Guid): void
  /** A platform can be reached again: what could not be done for its lines may succeed. */
  platformBack(platformGuid: Guid): void
}
