import type { Stop } from '../../../base/clock.ts'
import type { Guid } from '../../../base/guid.ts'
import { createOneAtATime } from '../../../base/one-at-a-time.ts'
import type { Parts } from '../../../base/parts.ts'
import type { Line, Said } from '../../line-control.ts'
import { certainly } from '../certainly.ts'
import type { Engines } from '../engines.ts'
import { callerOf, mediaOf } from '../media-of.ts'
import { isGone } from '../ng/ng-fault.ts'
import { createAgentMute, type Listening } from './agent-mute.ts'
import { createPlayFile } from './play-file.ts'
import { promptFiles } from './prompt-files.ts'

/** What callers hear. */
export interface Prompts {
  /** Resolves when the first of it is played. @throws {LineFault} */
  say(line: Line, order: { readonly said: Said }): Promise<void>
  hush(line: Pick<Line, 'callGuid'>): void
  /** It is another node's to stop what is said. */
  forget(line: Pick<Line, 'callGuid'>): void
  /** Stops what is said, also what a process before this one began. @throws {NgFault} */
  end(line: Line): Promise<void>
}

/** What is being said to one caller. */
interface Saying {
  readonly files: string[]
  stop: Stop
}

/**
 * While something is said the caller does not hear the agent, who hears the caller as before.
 *
 * @param folder of the audio files; null where nothing is said.
 */
export function createPrompts({
  folder,
  engines,
  ...parts
}: { readonly folder: string | null; readonly engines: Engines } & Pick<Parts, 'clock' | 'log'>): Prompts {
  if (folder === null) return { say: async () => {}, hush() {}, forget() {}, end: async () => {} }
  const { clock, log } = parts
  const sayings = new Map<Guid, Saying>()
  const onCall = createOneAtATime()
  const agentMute = createAgentMute()
  const playFile = createPlayFile(log)
  const isSaid = ({ callGuid }: Line, saying: Saying): boolean => sayings.get(callGuid) === saying

  async function begin(line: Line, saying: Saying): Promise<void> {
    if (!isSaid(line, saying)) return
    await agentMute.unmute(line.callGuid)
    if (saying.files.length === 0) return void forget(line.callGuid)
    const caller = callerOf(mediaOf(line))
    const engine = await engines.find(caller['call-id'], undefined)
    await agentMute.mute(line.callGuid, { engine, caller })
    await goOn({ line, saying, listening: { engine, caller } })
  }

  async function goOn(said: { line: Line; saying: Saying; listening: Listening }): Promise<void> {
    const { line, saying, listening } = said
    for (let file = saying.files.shift(); file && isSaid(line, saying); file = saying.files.shift()) {
      const duration = await playFile(listening, file)
      if (duration === 0) continue
      const next = () => onCall(line.callGuid, () => goOn(said)).catch(() => hush(line))
      saying.stop = clock.after(duration, () => void next())
      return
    }
    if (isSaid(line, saying)) hush(line)
  }

  function forget(callGuid: Guid): boolean {
    sayings.get(callGuid)?.stop()
    return sayings.delete(callGuid)
  }

  function hush({ callGuid }: Pick<Line, 'callGuid'>): void {
    const unmute = async () => {
      if (!sayings.has(callGuid)) await agentMute.unmute(callGuid)
    }
    if (forget(callGuid)) void certainly(clock, () => onCall(callGuid, unmute))
  }

  return {
    async say(line, { said }) {
      forget(line.callGuid)
      const saying = { files: [...promptFiles(folder, said)], stop() {} }
      sayings.set(line.callGuid, saying)
      try {
        await onCall(line.callGuid, () => begin(line, saying))
      } catch (fault) {
        if (isSaid(line, saying)) hush(line)
        throw fault
      }
    },

    hush,

    forget({ callGuid }) {
      forget(callGuid)
      agentMute.forget(callGuid)
    },

    async end(line) {
      forget(line.callGuid)
      await onCall(line.callGuid, () => unmuteAll(line))
    },
  }

  async function unmuteAll({ callGuid, media }: Line): Promise<void> {
    const caller = media && callerOf(media.rtpengine)
    try {
      if (caller && !agentMute.engineOf(callGuid)) {
        await agentMute.recall(callGuid, { engine: await engines.find(caller['call-id'], undefined), caller })
      }
    } catch (fault) {
      if (!isGone(fault)) throw fault
    }
    await agentMute.unmute(callGuid)
  }
}
