import type { CallTrouble } from './capture-sessions.ts'
import type { Warning } from './view-state.ts'

/** What is wrong with a call, for the agent to know. */
export function createCallWarnings({ now }: { readonly now: () => number }) {
  const doubling = createDoublingWatch(now)
  let inBandTones = false
  let audioLost = false
  return {
    /** That tones were heard stays said: they may be in a recording. */
    trouble(trouble: CallTrouble): void {
      if (trouble === 'in-band-tones') inBandTones = true
      else audioLost = trouble === 'audio-lost'
    },
    /** A key, while slow mode is off. */
    pressed: doubling.pressed,
    /** Slow mode deals with doubled tones. */
    list: (slowMode: boolean): readonly Warning[] => [
      ...(inBandTones ? (['in-band-tones'] as const) : []),
      ...(audioLost ? (['audio-lost'] as const) : []),
      ...(doubling.isLikely() && !slowMode ? (['doubled-tones'] as const) : []),
    ],
  }
}

/** Nobody presses a key twice within this time by hand. */
const handMilliseconds = 120
const pairsThatConvince = 3

/**
 * Tells by the rhythm whether a telephone sends each key twice: three times in a row the same key within less time
 * than a hand needs, each time after a longer pause. A key that is pressed by a program, without any pause, is no
 * doubled one.
 */
function createDoublingWatch(now: () => number) {
  let last: { readonly tone: string; readonly at: number } | undefined
  let isSecond = false
  let pairs = 0
  return {
    pressed(tone: string): void {
      const at = now()
      const isEcho = last?.tone === tone && at - last.at <= handMilliseconds
      const afterPause = !last || at - last.at > handMilliseconds
      if (isEcho && !isSecond) {
        pairs += 1
        isSecond = true
      } else {
        if (!isSecond || !afterPause) pairs = 0
        isSecond = false
      }
      last = { tone, at }
    },
    isLikely: () => pairs >= pairsThatConvince,
  }
}
