import { type Line, type LineControl, LineFault } from './line-control.ts'
import type { PlatformKind } from './platforms/platform.ts'
import type { Platforms } from './platforms/platforms.ts'
import { traceControl } from './trace-control.ts'

/** What steers the lines of platforms, by their kind; absent where this server has none of it. */
export type Controls = Readonly<Partial<Record<PlatformKind, LineControl>>>

/** Steers each line as its platform is. */
export function createControl(platforms: Pick<Platforms, 'find'>, controls: Controls): LineControl {
  async function find({ platformGuid }: Line) {
    const platform = await platforms.find(platformGuid)
    const control = platform && controls[platform.kind]
    if (!control) throw new LineFault('Nothing here can steer the lines of this platform.')
    return { control, disabled: platform.disabled }
  }

  const controlOf = async (line: Line): Promise<LineControl> => (await find(line)).control

  /** For what is only asked of a platform that is not disabled. */
  async function enabledControlOf(line: Line): Promise<LineControl> {
    const { control, disabled } = await find(line)
    if (disabled) throw new LineFault('The platform of this line is disabled.')
    return control
  }

  return traceControl({
    secure: async (line, order) => (await enabledControlOf(line)).secure(line, order),
    release: async (line, order) => (await controlOf(line)).release(line, order),
    say: async (line, order) => (await controlOf(line)).say(line, order),
    pauseRecording: async (line, order) => (await controlOf(line)).pauseRecording(line, order),
    resumeRecording: async (line, order) => (await controlOf(line)).resumeRecording(line, order),
    lookAgain(line) {
      for (const control of Object.values(controls)) control.lookAgain?.(line)
    },
    forget(line) {
      for (const control of Object.values(controls)) control.forget?.(line)
    },
  })
}
