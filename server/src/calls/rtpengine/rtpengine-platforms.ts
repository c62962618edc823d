import type { Guid } from '../../base/guid.ts'
import { type Line, type LineControl, LineFault } from '../line-control.ts'
import type { Platforms } from '../platforms/platforms.ts'
import type { EngineHealth } from './engine-state.ts'
import { EngineUrlFault, readEngineUrl } from './engine-url.ts'
import { createRtpengineControl, type RtpengineControl, type RtpengineOptions } from './rtpengine-control.ts'

/** The lines of all platforms of kind `rtpengine`, each with engines of its own. */
export interface RtpenginePlatforms extends LineControl {
  /** Connects to the engines of every platform, so that they are heard before the first call. */
  open(): Promise<void>
  /** The engines of each platform that is connected to. */
  health(): ReadonlyMap<Guid, readonly EngineHealth[]>
  close(): void
}

/** @param platforms where the engines of a platform are written down: they are read once, when they are needed. */
export function createRtpenginePlatforms({
  platforms,
  ...options
}: { readonly platforms: Pick<Platforms, 'list' | 'settingsOf'> } & Omit<
  RtpengineOptions,
  'engines' | 'strict' | 'prompts' | 'connected'
>): RtpenginePlatforms {
  const controls = new Map<Guid, RtpengineControl>()

  async function controlOf(platformGuid: Guid): Promise<RtpengineControl> {
    const known = controls.get(platformGuid)
    if (known) return known
    const settings = await platforms.settingsOf(platformGuid)
    const { engines = [], strict = false, prompts = null } = settings ?? {}
    if (engines.length === 0) throw new LineFault('No rtpengine is known for the platform of this call.')
    const addresses = engines.map(readEngine)
    const control =
      controls.get(platformGuid) ??
      createRtpengineControl({
        ...options,
        ...{ engines: addresses, strict, prompts },
        connected: () => options.events.platformBack(platformGuid),
      })
    controls.set(platformGuid, control)
    return control
  }

  const of = ({ platformGuid }: Line): Promise<RtpengineControl> => controlOf(platformGuid)

  return {
    secure: async (line, order) => (await of(line)).secure(line, order),
    release: async (line, order) => (await of(line)).release(line, order),
    say: async (line, order) => (await of(line)).say(line, order),
    pauseRecording: async (line, order) => (await of(line)).pauseRecording(line, order),
    resumeRecording: async (line, order) => (await of(line)).resumeRecording(line, order),
    lookAgain: (line) => controls.get(line.platformGuid)?.lookAgain?.(line),
    forget: (line) => controls.get(line.platformGuid)?.forget?.(line),

    async open() {
      for (const { guid, kind, name } of await platforms.list()) {
        if (kind !== 'rtpengine') continue
        await controlOf(guid).catch((error: unknown) => {
          options.log.error({ err: error, platform: name }, 'a platform’s engines could not be connected to')
        })
      }
    },
    health: () => new Map([...controls].map(([guid, control]) => [guid, control.health()])),
    close() {
      for (const control of controls.values()) control.close()
    },
  }
}

function readEngine(url: string) {
  try {
    return readEngineUrl(url)
  } catch (fault) {
    if (fault instanceof EngineUrlFault) throw new LineFault(fault.message, { cause: fault })
    throw fault
  }
}
