import type { CallTrouble } from '@tonegate/protocol/telephone'
import type { Warning } from '@tonegate/protocol/view-state'
import { createEchoFilter } from './keypad.ts'

/** Whether others hear the caller's keys. `earlier`: they did, until the line was secured anew. */
export type HeardTones = 'none' | 'now' | 'earlier'

/** Nobody presses a key twice within this time by hand. */
const handMilliseconds = 120
const pairsThatConvince = 3

/**
 * What is wrong with a call, for the agent to know.
 *
 * That a telephone sends each key twice is told by the rhythm: three times in a row the same key within less time
 * than a hand needs, each time after a longer pause. A key that is pressed by a program, without any pause, is no
 * doubled one.
 */
export class CallWarnings {
  /** Who ended the call, where it was not the caller. */
  endedBy: 'agent' | 'platform' | undefined
  #tones: HeardTones
  /** The line was lost after tones were heard: once it is secured, it is secured anew. */
  #lostSinceTones = false
  #audioLost = false
  #lineLost = false
  #keysLost = false
  #lastTone: string | undefined
  #lastAt = 0
  #isSecond = false
  #pairs = 0
  #isEcho: ReturnType<typeof createEchoFilter> | undefined

  /** @param tones what the process before this one knew. */
  constructor(tones: HeardTones) {
    this.#tones = tones
  }

  get tones(): HeardTones {
    return this.#tones
  }

  /** Whether the caller's keys reach the session, and nobody else. */
  takesKeys(): boolean {
    return this.#tones !== 'now' && !this.#lineLost
  }

  trouble(trouble: CallTrouble): void {
    if (trouble === 'in-band-tones') this.#tonesHeard()
    else if (trouble === 'keys-lost') this.#keysLost = true
    else if (trouble === 'line-lost') this.#lost()
    else if (trouble === 'line-secured') this.#secured()
    else this.#audioLost = trouble === 'audio-lost'
  }

  /** A field is complete: what was lost has been entered again. */
  entered(): void {
    this.#keysLost = false
  }

  /** A key, while slow mode is off. */
  pressed(tone: string, at: number): void {
    const isSoon = this.#lastTone !== undefined && at - this.#lastAt <= handMilliseconds
    if (isSoon && this.#lastTone === tone && !this.#isSecond) {
      this.#pairs += 1
      this.#isSecond = true
    } else {
      if (!this.#isSecond || isSoon) this.#pairs = 0
      this.#isSecond = false
    }
    this.#lastTone = tone
    this.#lastAt = at
  }

  /** Whether a key is the second of two tones, for slow mode, which takes it for none. */
  isEcho(tone: string, at: number, slowModeMilliseconds: number): boolean {
    this.#isEcho ??= createEchoFilter(slowModeMilliseconds)
    return this.#isEcho(tone, at)
  }

  /** Slow mode deals with doubled tones. */
  list(slowMode: boolean): readonly Warning[] {
    return [
      ...(this.#lineLost ? (['line-lost'] as const) : []),
      ...(this.#tones === 'now' ? (['in-band-tones'] as const) : []),
      ...(this.#tones === 'earlier' && !this.#lineLost ? (['earlier-tones'] as const) : []),
      ...(this.#audioLost ? (['audio-lost'] as const) : []),
      ...(this.#keysLost ? (['keys-lost'] as const) : []),
      ...(this.#pairs >= pairsThatConvince && !slowMode ? (['doubled-tones'] as const) : []),
    ]
  }

  /** What is being secured at that moment is not known to keep them away: the line is to be lost first. */
  #tonesHeard(): void {
    this.#tones = 'now'
    this.#lostSinceTones = false
  }

  #lost(): void {
    this.#lineLost = true
    this.#lostSinceTones = true
  }

  /** That tones were heard stays said: they may be in a recording. */
  #secured(): void {
    this.#lineLost = false
    if (this.#tones === 'now' && this.#lostSinceTones) this.#tones = 'earlier'
  }
}
