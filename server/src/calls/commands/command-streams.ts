import { createPlatformStreams, type StreamsContext } from './platform-streams.ts'
import { createReadCommands } from './read-commands.ts'
import { createConfirmCommand, createSendCommand } from './send-command.ts'

export type CommandStreams = ReturnType<typeof createCommandStreams>

/**
 * Commands to platforms that nobody can reach: they read them, and confirm each (contract/calls §4). A platform may read and
 * confirm at any node.
 */
export function createCommandStreams(parts: Omit<StreamsContext, 'here'>) {
  const here = createPlatformStreams()
  const context = { ...parts, here }
  return {
    send: createSendCommand(context),
    confirm: createConfirmCommand(context),
    read: createReadCommands(context),
    /** What other nodes ask of this one. */
    here,
  }
}
