import type { Stop } from '../../base/clock.ts'
import type { Guid } from '../../base/guid.ts'
import type { LineContext } from './line-context.ts'

const watchMilliseconds = 1_000

/**
 * What comes through the lines of a platform that is disabled is not taken any more: they are lost, as their sessions are
 * told, until it is enabled. They are given back as ever.
 */
export function watchPlatforms(
  { clock, log, secured, isDisabled }: LineContext,
  lost: (callGuid: Guid) => void,
): Stop {
  async function look(platformGuid: Guid): Promise<void> {
    if (!(await isDisabled(platformGuid))) return
    for (const { state, line } of secured.values()) {
      if (state === 'secured' && line.platformGuid === platformGuid) lost(line.callGuid)
    }
  }

  return clock.every(watchMilliseconds, () => {
    const platforms = new Set([...secured.values()].map(({ line }) => line.platformGuid))
    for (const platform of platforms) {
      look(platform).catch((error: unknown) =>
        log.error({ err: error }, 'it could not be seen whether a platform is disabled'),
      )
    }
  })
}
