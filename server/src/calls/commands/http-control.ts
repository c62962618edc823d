import type { Parts } from '../../base/parts.ts'
import { type Line, type LineControl, LineFault, type LineOrder } from '../line-control.ts'
import type { Platforms } from '../platforms/platforms.ts'
import type { Command } from './command.ts'
import type { CommandStreams } from './command-streams.ts'
import type { PostCommand } from './post-command.ts'

/** Steers lines by commands: posted where the platform gave a control URL, else to whoever reads them (contract/calls §4). */
export function createHttpControl({
  clock,
  platforms,
  streams,
  post,
}: Pick<Parts, 'clock'> & {
  readonly platforms: Pick<Platforms, 'settingsOf'>
  readonly streams: Pick<CommandStreams, 'send'>
  readonly post: PostCommand
}): LineControl {
  let lastSent = 0

  /** Of two commands for a call the later one counts: it is later though the clock was set back, or has not moved. */
  function sentNow(): string {
    lastSent = Math.max(clock.now(), lastSent + 1)
    return new Date(lastSent).toISOString()
  }

  async function send(
    { platformGuid, callGuid, reference }: Line,
    { commandId, sessionGuid }: LineOrder,
    what: Pick<Command, 'type' | 'text' | 'language' | 'key'>,
  ): Promise<void> {
    const { type, ...more } = what
    const settings = await platforms.settingsOf(platformGuid)
    if (!settings) throw new LineFault('The platform is not known any more.')
    const command: Command = {
      type,
      commandId,
      callGuid,
      ...(reference !== null && { reference }),
      sessionGuid,
      sentOn: sentNow(),
      ...more,
    }
    const { controlUrl } = settings
    if (controlUrl === undefined) await streams.send(platformGuid, command)
    else await post({ ...settings, controlUrl }, command)
  }

  return {
    secure: (line, order) => send(line, order, { type: 'call.secure' }),
    release: (line, order) => send(line, order, { type: 'call.release' }),
    say: (line, { said, ...order }) => send(line, order, { type: 'call.say', ...said }),
    pauseRecording: (line, order) => send(line, order, { type: 'recording.pause' }),
    resumeRecording: (line, order) => send(line, order, { type: 'recording.resume' }),
  }
}
