import { Refused } from '../../cli/refused.ts'
import { endingSignals } from '../ending-signals.ts'

/** What a command does when its process is told to end. */
export interface BreakOff {
  /**
   * From then on the first signal ends what is done at its next rest, and the second one the process, as without this.
   *
   * @returns is aborted by the first one, with a {@link Refused}.
   */
  begin(): AbortSignal
  /**
   * Hears no more. Where something was broken off by a signal, the process ends by that: a shell goes no further in its loop
   * then.
   *
   * @param isDone it came too late.
   */
  end(isDone: boolean): void
}

/** Hears the signals of a process, once something begins that would leave a half behind. */
export function createBreakOff(process: Pick<NodeJS.Process, 'pid' | 'kill' | 'on' | 'off'>): BreakOff {
  const controller = new AbortController()
  let heard: NodeJS.Signals | undefined

  function stopHearing(): void {
    for (const each of endingSignals) process.off(each, breakOff)
  }

  function breakOff(signal: NodeJS.Signals): void {
    heard = signal
    stopHearing()
    controller.abort(
      new Refused(`Broken off by ${signal}: nothing was changed, and nothing was left behind.`),
    )
  }

  return {
    begin() {
      for (const each of endingSignals) process.on(each, breakOff)
      return controller.signal
    },
    end(isDone) {
      stopHearing()
      if (heard && !isDone) process.kill(process.pid, heard)
    },
  }
}

/** For what no signal reaches. */
export const notBrokenOff: BreakOff = { begin: () => new AbortController().signal, end() {} }
