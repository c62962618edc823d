import { createOneAtATime } from '../../base/one-at-a-time.ts'
import type { Parts } from '../../base/parts.ts'
import type { Line, LineControl, LineEvents } from '../line-control.ts'
import { createEngine } from './engine.ts'
import type { EngineHealth } from './engine-state.ts'
import type { EngineAddress } from './engine-url.ts'
import { createEngines, type Engines } from './engines.ts'
import { createLookAgain } from './look-again.ts'
import { mediaOf } from './media-of.ts'
import { isGone } from './ng/ng-fault.ts'
import { createPrompts } from './prompts/prompts.ts'
import { createReleaseLine } from './release-line.ts'
import { createSecureLine } from './secure-line.ts'
import { createSecuredLines, type SecuredLine } from './secured-lines.ts'

/** Lines whose media goes through a platform's rtpengines. */
export interface RtpengineControl extends LineControl {
  /** A key was pressed: what is being said is said no further. */
  hush(line: Pick<Line, 'callGuid'>): void
  /** Each engine, in the order in which they were given. */
  health(): readonly EngineHealth[]
  /** Closes the connections. What is blocked stays so. */
  close(): void
}

/** What steers the engines of one platform needs. */
export interface RtpengineOptions extends Pick<Parts, 'clock' | 'random' | 'log'> {
  /** As `readEngineUrl` reads them. A call's media goes through one of them. */
  readonly engines: readonly EngineAddress[]
  /**
   * Whether the audio is muted too where a key is, for phones that send each key as event and as tone. It delays what
   * the caller says by a tenth of a second while the line is secured. Callers whose keys come as tones always have it.
   */
  readonly strict: boolean
  /** The folder on the engines’ machines with `<language>/<key>.wav`; null where callers hear no prompts. */
  readonly prompts: string | null
  readonly events: LineEvents
  /** One of the engines works, from now on or again. */
  readonly connected: () => void
}

/** Steers a platform's rtpengines, and takes the callers' keys from them (contract/calls §6). */
export function createRtpengineControl({
  engines: addresses,
  strict,
  prompts: folder,
  events,
  connected,
  ...parts
}: RtpengineOptions): RtpengineControl {
  const { clock } = parts
  /** What is said is said no further once a key was pressed, and nobody hears of the key sooner. */
  const heard: LineEvents = {
    key(callGuid, tone, at) {
      prompts.hush({ callGuid })
      events.key(callGuid, tone, at)
    },
    keysLost(callGuid) {
      prompts.hush({ callGuid })
      events.keysLost(callGuid)
    },
    lineLost: (callGuid) => events.lineLost(callGuid),
    tonesHeard: (callGuid) => events.tonesHeard(callGuid),
    platformBack: (platformGuid) => events.platformBack(platformGuid),
  }
  const strayed = ({ callGuid }: SecuredLine) => lookAgain(callGuid)
  const lines = createSecuredLines({ clock, events: heard, strayed })
  const listeners = { lost: lines.lost, key: lines.key, works: connected }
  const all = addresses.map((address) => createEngine({ ...parts, address, listeners }))
  const engines = createEngines(all)
  const lookAgain = createLookAgain({ engines, lines })
  const prompts = createPrompts({ ...parts, folder, engines })
  const securing = { clock, engines, lines, onCall: createOneAtATime() }
  return {
    secure: createSecureLine({ ...securing, strict }),
    release: createReleaseLine({ ...securing, endPrompts: prompts.end }),
    say: prompts.say,
    hush: prompts.hush,
    lookAgain: ({ callGuid }) => lookAgain(callGuid),
    forget(line) {
      lines.remove(line.callGuid)
      prompts.forget(line)
    },
    ...createRecording(engines),
    health: () => all.map((engine) => engine.health()),
    close() {
      for (const engine of all) engine.close()
    },
  }
}

/** The engine's own recording takes the packets before they are blocked: it is stopped, and started again afterwards. */
function createRecording(engines: Engines): Pick<LineControl, 'pauseRecording' | 'resumeRecording'> {
  async function ask(line: Line, command: 'stop recording' | 'start recording'): Promise<void> {
    const { callId } = mediaOf(line)
    const engine = await engines.find(callId, undefined)
    await engine.ask({ command, 'call-id': callId })
  }
  return {
    pauseRecording: (line) => ask(line, 'stop recording'),
    async resumeRecording(line) {
      try {
        await ask(line, 'start recording')
      } catch (fault) {
        if (!isGone(fault)) throw fault
      }
    },
  }
}
