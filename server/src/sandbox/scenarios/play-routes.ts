import type { Clock } from '../../base/clock.ts'
import type { NewGuid } from '../../base/guid.ts'
import type { Http } from '../../http/http.ts'
import type { SandboxRegion } from '../sandbox-file.ts'
import { createPlayScenario } from './play-scenario.ts'
import { createPlayedProgram } from './program-by-inject.ts'
import { scenarioRoutes } from './scenario-routes.ts'
import { createSeedSessions } from './seed-sessions.ts'
import type { StageParts } from './stage-of-play.ts'

/** The scenarios of the simulator, played for programs. */
export function playRoutes({
  app,
  sandbox,
  ...parts
}: Omit<StageParts, 'program'> & {
  readonly app: Pick<Http, 'inject'>
  /** Absent where the Payment API is in another process: then nothing can be played. */
  readonly sandbox: SandboxRegion | undefined
  readonly clock: Clock
  readonly newGuid: NewGuid
}): (app: Http) => void {
  const { clock } = parts
  const program = () => {
    if (!sandbox) throw new Error('There is no program here.')
    return createPlayedProgram({ app, sandbox })
  }
  const expiry = () => `12${String(new Date(clock.now()).getUTCFullYear() + 3).slice(-2)}`
  return scenarioRoutes({
    play: createPlayScenario({ ...parts, program, expiry }),
    seed: createSeedSessions({ ...parts, program, expiry }),
    clock,
  })
}
